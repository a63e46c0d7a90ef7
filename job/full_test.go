package job

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

var errFull = errors.New("no space left")

// A fullDisk takes so many writes to the files whose names end so.
type fullDisk struct {
	result.OS
	room   int32
	suffix string
	writes atomic.Int32
}

func (d *fullDisk) OpenAppend(name string) (result.File, error) {
	return d.open(d.OS.OpenAppend, name)
}

func (d *fullDisk) OpenWrite(name string) (result.File, error) {
	return d.open(d.OS.OpenWrite, name)
}

func (d *fullDisk) open(open func(string) (result.File, error), name string) (result.File, error) {
	f, err := open(name)
	if err != nil || !strings.HasSuffix(name, d.suffix) {
		return f, err
	}
	return &fullFile{f, d}, nil
}

type fullFile struct {
	result.File
	disk *fullDisk
}

func (f *fullFile) Write(b []byte) (int, error) {
	if f.disk.writes.Add(1) > f.disk.room {
		return 0, errFull
	}
	return f.File.Write(b)
}

func (f *fullFile) WriteAt(b []byte, at int64) (int, error) {
	if f.disk.writes.Add(1) > f.disk.room {
		return 0, errFull
	}
	return f.File.WriteAt(b, at)
}

// A log that can't be written: the journal has what may have been accepted, the
// report says so and that the mailing has begun, and a rerun sends it to nobody
// again.
func TestLogIsFull(t *testing.T) {
	for _, room := range []int32{0, 2} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, 5, "workers: 1", smtptest.Handler{})
			w.env.Files = &fullDisk{room: room, suffix: ".csv"}
			r, err := w.run(t.Context())
			wantKind(t, err, problem.CantWrite)
			if n := int(room) + 1; len(w.server.Messages()) != n {
				t.Errorf("%d messages, want %d: sending stops at once", len(w.server.Messages()), n)
			}
			if len(r.Lost) != 1 || r.Counts.Sent != int(room) || r.Untried() != 4-int(room) || !r.Begun {
				t.Errorf("the report is %+v, want one row in the journal alone, and a mailing that has begun", r)
			}
			w.env.Files, w.options.Rerun = nil, true
			again := w.mustRun()
			if again.Left.Unknown != 1 || again.Total != 4-int(room) {
				t.Errorf("the rerun says %+v", again)
			}
			w.wantOnce(5)
		})
	}
}

// A row that failed for a time, and whose next attempt is lost, is one row.
func TestLostInSecondPass(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var tries atomic.Int32
		w := newWorld(t, 1, "", smtptest.Handler{Rcpt: func(string) smtptest.Reply {
			if tries.Add(1) == 1 {
				return smtptest.Say(450, "4.7.1 greylisted")
			}
			return smtptest.Reply{}
		}})
		w.env.Files = &fullDisk{room: 1, suffix: ".csv"}
		r, err := w.run(t.Context())
		wantKind(t, err, problem.CantWrite)
		if len(r.Lost) != 1 || r.Counts.Done() != 0 || r.Untried() != 0 {
			t.Errorf("the report is %+v and %d untried, want one row lost and no other", r, r.Untried())
		}
	})
}

// Where nothing was under way, the mailing has not begun.
func TestJournalIsFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 3, "workers: 1", smtptest.Handler{})
		w.env.Files = &fullDisk{room: 0, suffix: ".journal"}
		r, err := w.run(t.Context())
		wantKind(t, err, problem.CantWrite)
		if n := len(w.server.Messages()); n != 0 || len(r.Lost) != 0 || r.Untried() != 3 || r.Begun {
			t.Errorf("%d messages; the report is %+v", n, r)
		}
		w.env.Files = nil
		w.mustRun()
		w.wantOnce(3)
		if _, err := os.Stat(filepath.Join(w.dir, "job.results.csv.journal")); err == nil {
			t.Error("the journal is still there")
		}
	})
}
