package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A diary is a Recorder that writes down in which order things happen.
type diary struct {
	mu      sync.Mutex // guards what follows
	entries []string
	intent  result.Record
	durable error // what Begin gives
	record  error // what Record gives
}

func (d *diary) write(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, fmt.Sprintf(format, args...))
}

func (d *diary) Arm(r *result.Record) Intent {
	d.intent = *r
	d.write("intend %s", r.Status)
	return d
}

func (d *diary) Begin() error {
	d.write("begin")
	return d.durable
}

func (d *diary) Marked() bool { return false }

func (d *diary) Sync() error { return nil }

func (d *diary) Disarm() {}

func (d *diary) Record(recs ...*result.Record) error {
	for _, r := range recs {
		d.write("record %s", r.Status)
	}
	return d.record
}

// plain composes a message for each task.
type plain struct{}

func (plain) Compose(t *Task) (m Message, err error) {
	local, domain, _ := strings.Cut(t.Recipient, "@")
	m.Envelope = transport.Envelope{
		From: transport.Mailbox{Local: "office", Domain: "club.example"},
		To:   []transport.Mailbox{{Local: local, Domain: domain}},
	}
	m.SHA256 = fmt.Sprintf("%064x", t.Row)
	m.Content, err = transport.NewMessage(transport.Segment{Data: fmt.Appendf(nil, "Subject: %d\r\n\r\nHello.\r\n", t.Row)})
	return m, err
}

// try makes one attempt at a task.
func (d *diary) try(t *testing.T, h smtptest.Handler) outcome {
	t.Helper()
	s := smtptest.NewServer(h)
	defer s.Close()
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
	a := sender{
		run: "job-x", recorder: d, now: time.Now,
		server: &transport.Dialer{Addr: "mail.test:25", TLSMode: transport.Plaintext, DialContext: s.DialContext, Trace: trace},
	}
	task := &Task{Row: 7, Line: 9, Key: "k7", Recipient: "r7@club.example", Attempt: 3, MessageID: "id@club.example", Date: time.Now()}
	outcomes := []outcome{a.attempt(task).try(t.Context(), plain{})}
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
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		o := d.try(t, smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Say(250, "2.0.0 queued as 4711") }})
		want := []string{"intend unknown", "send MAIL", "begin", "send .", "send QUIT", "reply", "record sent"}
		if !slices.Equal(d.entries, want) {
			t.Errorf("it went\n\t%s\nwant\n\t%s", strings.Join(d.entries, "\n\t"), strings.Join(want, "\n\t"))
		}
		in := d.intent
		if in.Row != 7 || in.Line != 9 || in.Key != "k7" || in.Attempt != 3 || in.MessageID != "id@club.example" || in.Recipient != "r7@club.example" || in.Stage != "final" {
			t.Errorf("the intent is no whole record: %+v", in)
		}
		if rec := o.record; rec.Reply != "queued as 4711" || rec.Code != 250 || rec.SHA256 == "" {
			t.Errorf("the record is %+v", rec)
		}
	})
}

func TestIntentFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{durable: errors.New("disk full")}
		o := d.try(t, smtptest.Handler{})
		if o.record.Status != result.Failed || o.record.Class != result.Temporary || !strings.Contains(o.record.Error, "disk full") {
			t.Errorf("the record is %s %s: %s", o.record.Status, o.record.Class, o.record.Error)
		}
	})
}

func TestRecordFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{record: errors.New("disk full")}
		o := d.try(t, smtptest.Handler{})
		if o.fatal == nil || o.fatal.Kind != problem.CantWrite {
			t.Errorf("the outcome is %+v, want one that stops the run", o.fatal)
		}
	})
}

// returning begins each row and gives it back.
type returning struct{}

func (returning) Deliver(_ context.Context, dl transport.Delivery) (transport.Receipt, error) {
	dl.OnMail()
	if err := dl.OnCommit(); err != nil {
		return transport.Receipt{}, err
	}
	return transport.Receipt{}, &transport.Error{Class: transport.Temporary, Scope: transport.ScopeHost, Lost: true, Err: errors.New("not begun")}
}

// A row that comes back from who had it has no record, and no quota counts it.
func TestReturnedUncounted(t *testing.T) {
	a := sender{run: "job-x", recorder: &diary{}, now: time.Now, server: returning{}}
	task := &Task{Row: 7, Line: 9, Key: "k7", Recipient: "r7@club.example", Attempt: 1, MessageID: "id@club.example", Date: time.Now()}
	if o := a.attempt(task).try(t.Context(), plain{}); o.record != nil || o.counted != 0 {
		t.Errorf("record %+v, %d recipients are counted", o.record, o.counted)
	}
}
