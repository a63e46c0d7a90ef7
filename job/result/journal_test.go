package result

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// begin begins a run on a file system.
func begin(t *testing.T, fsys FS, path string) *Writer {
	t.Helper()
	w, err := NewHistory(fsys, path, ReadOptions{}, nil).Begin(runOfTests)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const runOfTests = "job-20261124T080000.000Z-0123abcd"

func intent(key string) *Record {
	return &Record{Time: at, Run: runOfTests, Key: key, Attempt: 1, Status: Unknown}
}

// A group that could not be synced is truncated: no message was sent for it, and it
// must not be read as one that may have been accepted.
func TestJournalTruncatesFailedGroup(t *testing.T) {
	for _, op := range []string{"write", "sync"} {
		t.Run(op, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.csv")
			r := &recorder{FS: OS{}}
			w := begin(t, r, path)
			if err := w.Arm(intent("k")).Begin(); err != nil {
				t.Fatal(err)
			}
			before := strings.TrimRight(slurp(t, path+journalSuffix), "\x00")
			r.mu.Lock()
			r.fail = func(did string) error {
				if did == op {
					return errDisk
				}
				return nil
			}
			r.mu.Unlock()
			if err := w.Arm(intent("l")).Begin(); !errors.Is(err, errDisk) {
				t.Errorf("Durable: %v, want %v", err, errDisk)
			}
			if got := slurp(t, path+journalSuffix); got != before {
				t.Errorf("the journal is %q, want %q", got, before)
			}
			if err := w.Record(intent("k")); !errors.Is(err, errDisk) {
				t.Errorf("Record afterwards: %v, want %v", err, errDisk)
			}
			if err := w.Close(); !errors.Is(err, errDisk) {
				t.Errorf("Close: %v, want %v", err, errDisk)
			}
		})
	}
}

// A journal that stays because the log can't be written has no preallocated zeros.
func TestJournalFreesPreallocated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	r := &recorder{FS: OS{}}
	w := begin(t, r, path)
	if err := w.Arm(intent("k")).Begin(); err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.fail = func(did string) error {
		if did == "write" {
			return errDisk
		}
		return nil
	}
	r.mu.Unlock()
	if err := w.Record(intent("k")); !errors.Is(err, errDisk) {
		t.Errorf("Record: %v, want %v", err, errDisk)
	}
	if err := w.Close(); !errors.Is(err, errDisk) {
		t.Errorf("Close: %v, want %v", err, errDisk)
	}
	if got := slurp(t, path+journalSuffix); strings.Contains(got, "\x00") || strings.Count(got, "\n") != 2 {
		t.Errorf("the journal is %.300q, want its head, an intent and no zeros", got)
	}
}

// A busyFS does something when a file is opened to read it.
type busyFS struct {
	FS
	opened func(name string)
}

func (f busyFS) Open(name string) (File, error) {
	f.opened(name)
	return f.FS.Open(name)
}

// While a run is in progress, Read finds the intents that were added while it read
// the log: their messages may have been accepted by the time that it returns.
func TestHistorySeesIntentsOfMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	w := begin(t, OS{}, path)
	defer w.Close()
	if err := w.Arm(intent("k")).Begin(); err != nil {
		t.Fatal(err)
	}
	fsys := busyFS{OS{}, func(name string) {
		if name != path {
			return
		}
		if err := w.Arm(intent("l")).Begin(); err != nil {
			t.Error(err)
		}
	}}
	h := NewHistory(fsys, path, ReadOptions{}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	if _, pending := h.Left(); pending != 2 || h.Fold.Of("l").Status != Unknown {
		t.Errorf("%d intents are pending, l is %q; want 2, unknown", pending, h.Fold.Of("l").Status)
	}
}

// A record that can't be one keeps the journal: there is nothing to say what
// became of it.
func TestWriterBadRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	w := begin(t, OS{}, path)
	if err := w.Arm(intent("k")).Begin(); err != nil {
		t.Fatal(err)
	}
	if err := w.Record(&Record{}); err == nil {
		t.Error("Record takes an empty record")
	}
	if err := w.Close(); err == nil {
		t.Error("Close says that all is well")
	}
	h := NewHistory(OS{}, path, ReadOptions{}, nil)
	if err := h.Read(); err != nil || h.Fold.Of("k").Status != Unknown {
		t.Errorf("k is %q, %v; want unknown", h.Fold.Of("k").Status, err)
	}
}

// Many workers hand over, wait or do not, and write what came of it: nothing is
// lost, and a sync is for several of them.
func TestWriterConcurrent(t *testing.T) {
	t.Parallel()
	const workers, rows = 32, 20
	path := filepath.Join(t.TempDir(), "a.csv")
	r := &recorder{FS: OS{}}
	w := begin(t, r, path)
	r.ops = nil
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for i := range rows {
				rec := intent(fmt.Sprintf("%d-%d", worker, i))
				in := w.Arm(rec)
				if i%5 != 0 {
					if err := in.Begin(); err != nil {
						t.Error(err)
					}
				}
				if rec.Status = Sent; i%7 != 0 {
					if err := w.Record(rec); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	syncs := strings.Count(strings.Join(r.ops, " "), "sync")
	if most := workers * rows / 4; syncs > most {
		t.Errorf("%d syncs for %d intents, want %d at most", syncs, workers*rows, most)
	}
	// As if the process were killed now.
	h := NewHistory(OS{}, path, ReadOptions{}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	c := h.Fold.Counts()
	if c.Sent != workers*rows*17/20 || c.Unknown > workers*3 || c.Sent+c.Unknown < workers*rows*17/20+workers*2 {
		t.Errorf("counts %+v", c)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// An intent is committed soon, even if nobody waits for it.
func TestJournalCommitsWithoutWait(t *testing.T) {
	r := &recorder{FS: OS{}}
	w := begin(t, r, filepath.Join(t.TempDir(), "a.csv"))
	defer w.Close()
	in := w.Arm(intent("k"))
	select {
	case <-in.group.done:
	case <-time.After(time.Minute):
		t.Fatal("an intent is not committed until somebody waits for it")
	}
}
