package job

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A diary is a Recorder that writes down in which order things happen.
type diary struct {
	mu      sync.Mutex // guards what follows
	entries []string
	intent  result.Record
	durable error // what Durable gives
	record  error // what Record gives
}

func (d *diary) write(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, fmt.Sprintf(format, args...))
}

func (d *diary) Intend(r *result.Record) Intent {
	d.intent = *r
	d.write("intend %s", r.Status)
	return d
}

func (d *diary) Durable() error {
	d.write("durable")
	return d.durable
}

func (d *diary) Record(recs ...*result.Record) error {
	for _, r := range recs {
		d.write("record %s", r.Status)
	}
	return d.record
}

// try makes one attempt at a row of a small job.
func (d *diary) try(t *testing.T, h smtptest.Handler) outcome {
	t.Helper()
	s := smtptest.NewServer(h)
	defer s.Close()
	w := newWorld(t, 1, "", smtptest.Handler{})
	j, err := jobfile.Load(w.options.Path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLetters(j, []string{"email", "name", "code"}, &attachment.Files{Job: j}, "", time.Now(), strings.NewReader(strings.Repeat("x", 32)))
	if err != nil {
		t.Fatal(err)
	}
	trace := func(e transport.Event) {
		for _, word := range []string{"MAIL", ".", "QUIT"} {
			if e.Dir == 'C' && strings.HasPrefix(e.Text, word) {
				d.write("send %s", word)
			}
		}
		if e.Dir == 'S' && strings.HasPrefix(e.Text, "250 2.0.0") {
			d.write("reply")
		}
	}
	a := attempts{
		run: "job-x", recorder: d, now: time.Now,
		server: &transport.Dialer{Addr: "mail.test:25", TLSMode: transport.Plaintext, DialContext: s.DialContext, Trace: trace},
	}
	r := &recipients.Row{Number: 7, Line: 9, Key: "k7", Cells: []string{"r7@club.example", "Seven", "C7"}}
	r.Address.Local, r.Address.Domain = "r7", "club.example"
	outcomes := []outcome{a.try(t.Context(), &errand{row: r, attempt: 3, messageID: "id@club.example", date: time.Now()}, l.composer(false))}
	a.record(outcomes)
	o := outcomes[0]
	s.Wait()
	if n := len(s.Messages()); d.durable != nil && n != 0 {
		t.Errorf("%d messages were accepted without a durable intent", n)
	}
	return o
}

// The intent is handed over before MAIL, durable before the end of the message
// leaves, and the record is made after the reply.
func TestAttemptOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := &diary{}
		o := d.try(t, smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Say(250, "2.0.0 queued as 4711") }})
		want := []string{"intend unknown", "send MAIL", "durable", "send .", "send QUIT", "reply", "record sent"}
		if !slices.Equal(d.entries, want) {
			t.Errorf("it went\n\t%s\nwant\n\t%s", strings.Join(d.entries, "\n\t"), strings.Join(want, "\n\t"))
		}
		in := d.intent
		if in.Row != 7 || in.Line != 9 || in.Key != "k7" || in.Attempt != 3 || in.MessageID != "id@club.example" || in.Recipient != "r7@club.example" || in.SHA256 == "" || in.Bytes == 0 || in.Stage != "final" {
			t.Errorf("the intent is no whole record: %+v", in)
		}
		if rec := o.record; rec.Reply != "queued as 4711" || rec.Code != 250 || rec.SHA256 != in.SHA256 {
			t.Errorf("the record is %+v", rec)
		}
	})
}

func TestIntentFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := &diary{durable: errors.New("disk full")}
		o := d.try(t, smtptest.Handler{})
		if o.record.Status != result.Failed || o.record.Class != result.Temporary || !strings.Contains(o.record.Error, "disk full") {
			t.Errorf("the record is %s %s: %s", o.record.Status, o.record.Class, o.record.Error)
		}
	})
}

func TestRecordFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := &diary{record: errors.New("disk full")}
		o := d.try(t, smtptest.Handler{})
		if o.fatal == nil || o.fatal.Kind != problem.CantWrite {
			t.Errorf("the outcome is %+v, want one that stops the run", o.fatal)
		}
	})
}

// When the log can't be written nothing more is sent.
func TestLogCannotBeWritten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 50, "workers: 1", smtptest.Handler{})
		m, c := w.prepared()
		log := failingRecorder{after: 5}
		d, err := dialer(m.job, m.env)
		if err != nil {
			t.Fatal(err)
		}
		r := m.runner(c, d, &log)
		stopped := r.run(t.Context(), m.firstPass(c, &runner{}), func(rows []later) source { return m.nextPass(c, rows, r) })
		if stopped == nil || stopped.Kind != problem.CantWrite {
			t.Fatalf("stopped by %v, want CantWrite", stopped)
		}
		w.server.Wait()
		if n := len(w.server.Messages()); n != 6 {
			t.Errorf("%d messages were sent, want 6: five with a record, and the one whose record was lost", n)
		}
	})
}

type failingRecorder struct{ after int }

func (f *failingRecorder) Intend(*result.Record) Intent { return f }

func (*failingRecorder) Durable() error { return nil }

func (f *failingRecorder) Record(...*result.Record) error {
	if f.after--; f.after < 0 {
		return errors.New("no space left on device")
	}
	return nil
}

// prepared is the job just before its first session.
func (w *world) prepared() (*mailing, *choice) {
	w.t.Helper()
	m, err := open(w.options, w.env)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = m.close() })
	m.place.file = filepath.Join(w.dir, "none")
	m.history = m.newHistory()
	if m.spool, err = recipients.NewSpool(""); err != nil {
		w.t.Fatal(err)
	}
	if err := m.readRows(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	c, err := m.choose()
	if err != nil {
		w.t.Fatal(err)
	}
	return m, c
}

// A file that this machine can't open just now is no lasting fault of the row.
func TestComposeClass(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want result.Class
	}{
		{problem.FileError{Path: "a.pdf", Err: &fs.PathError{Op: "openat", Path: "a.pdf", Err: syscall.EMFILE}}, result.Temporary},
		{problem.FileError{Path: "a.pdf", Err: &fs.PathError{Op: "openat", Path: "a.pdf", Err: fs.ErrNotExist}}, result.Permanent},
		{problem.FileError{Path: "a.pdf", Err: attachment.ErrChanged}, result.Permanent},
		{errors.New("it leads out of the job's directory"), result.Permanent},
		{errors.New("the subject is empty"), result.Permanent},
	} {
		if got := composeClass(fmt.Errorf("row: %w", tt.err)); got != tt.want {
			t.Errorf("%v: %s; want %s", tt.err, got, tt.want)
		}
	}
}
