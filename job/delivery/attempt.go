package delivery

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"mailshot/job/advice"
	"mailshot/job/delivery/pace"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// An outcome is how a task ended.
type outcome struct {
	task   *Task
	begun  time.Time
	record *result.Record // nil: the row is put back, nothing was attempted
	err    error          // of the session; nil if the message was sent
	fatal  *problem.Error // ends the run
	copied string         // who was refused, if that is one who gets a copy, as in "bcc archive@club.example"

	lostAfter int // messages that a session had delivered which was at its end before this one; else 0

	counted int // recipients of a message whose end may have left; else 0

	start    pace.Start
	why      advice.Explanation // of the reply; zero: there was none
	decision pace.Decision
}

// stageCompose is the stage of an attempt that ended before a session.
const stageCompose = "compose"

// A sender makes attempts, and records them. It is safe for concurrent use.
type sender struct {
	run      string
	server   Deliverer
	recorder Recorder
	now      func() time.Time
	pool     *pool // nil: each message has a session of its own

	transcripts transcripts
}

// try makes one attempt at a task. It never panics.
func (a *sender) try(ctx context.Context, e *Task, c Composer) (o outcome) {
	t := &attempt{sender: a, task: e, begun: a.now()}
	o = outcome{task: e, begun: t.begun}
	defer func() {
		if p := recover(); p != nil {
			o.record, o.err = t.panicked(p)
			o.counted = t.counted()
			o.fatal = problem.Fail(problem.Internal, "row %d: %v\n%s", e.Row, p, debug.Stack())
		}
	}()
	o.record, o.err = t.deliver(ctx, c)
	o.copied, o.counted, o.lostAfter = t.copied, t.counted(), t.lostAfter
	if o.record != nil {
		a.transcripts.keep(t.transcript, o.record)
	}
	return o
}

// record records outcomes, together. If that fails it is fatal to each.
func (a *sender) record(outcomes []outcome) {
	var records []*result.Record
	for _, o := range outcomes {
		if o.record != nil {
			records = append(records, o.record)
		}
	}
	if len(records) == 0 {
		return
	}
	err := a.recorder.Record(records...)
	if err == nil {
		return
	}
	for i := range outcomes {
		o := &outcomes[i]
		switch {
		case o.record == nil:
		case o.fatal != nil:
			o.fatal.Err = errors.Join(o.fatal.Err, err)
		default:
			o.fatal = problem.Fail(problem.CantWrite, "%w", err)
		}
	}
}

// An attempt is one try at a task while it goes on.
type attempt struct {
	*sender
	task      *Task
	begun     time.Time
	record    result.Record // what is known so far
	to        int           // recipients of the message
	mailed    bool          // the MAIL flight has left
	committed bool          // the end of the message may have left
	copied    string        // see outcome
	lostAfter int           // see outcome

	transcript *transcript // nil: it is not kept
}

// deliver returns the record of the attempt, or none if the row is put back,
// and the session's error.
func (t *attempt) deliver(ctx context.Context, c Composer) (*result.Record, error) {
	t.record = t.recordOf(t.task)
	m, err := c.Compose(t.task)
	t.record.Bytes = m.Content.Size()
	if err != nil {
		// It was well when it was checked: a function of the template can fail
		// at another time than it did then.
		t.record.Stage = stageCompose
		class := result.Permanent
		if errors.As(err, new(*TemporaryError)) {
			class = result.Temporary
		}
		return t.failed(class, err.Error()), err
	}
	t.record.SHA256, t.to = m.SHA256, len(m.Envelope.To)
	t.transcript = t.transcripts.begin()
	dl := transport.Delivery{
		Envelope: m.Envelope,
		Message:  m.Content,
		Label:    "row " + strconv.Itoa(t.task.Row),
		Trace:    t.transcript.trace(),
		OnMail:   t.onMail, OnCommit: t.onCommit,
	}
	var receipt transport.Receipt
	if t.pool == nil {
		receipt, err = t.server.Deliver(ctx, dl)
	} else {
		receipt, t.lostAfter, err = t.pool.deliver(ctx, dl, t.task.fresh, t.task.last)
	}
	if err == nil {
		t.reply(&receipt.Reply)
		t.record.Stage = transport.StageFinal.String()
		return t.ended(result.Sent, ""), nil
	}
	t.copied = refusedCopy(&m, err)
	return t.judge(err), err
}

// refusedCopy returns who was refused, if that is one who gets a copy; else "".
func refusedCopy(m *Message, err error) string {
	te := advice.SessionError(err)
	if te == nil || te.Reply == nil || te.Stage != transport.StageRcpt || te.Recipient == 0 {
		return ""
	}
	header := "bcc"
	if te.Recipient <= m.Cc {
		header = "cc"
	}
	return header + " " + m.Envelope.To[te.Recipient].String()
}

// onMail arms the task if it was not armed ahead. From here on the attempt ends in a record.
func (t *attempt) onMail() {
	t.mailed = true
	if t.task.intent == nil {
		t.arm(t.task)
	}
}

func (t *attempt) onCommit() error {
	if err := t.task.intent.Begin(); err != nil {
		return err
	}
	t.committed = true
	return nil
}

// counted returns how many recipients a quota counts.
func (t *attempt) counted() int {
	if !t.committed {
		return 0
	}
	return t.to
}

// judge makes the session's error into the row's record, or nil where the
// session ended before MAIL for a reason that is not the row's.
func (t *attempt) judge(err error) *result.Record {
	var te *transport.Error
	if !errors.As(err, &te) {
		te = &transport.Error{Class: transport.Temporary, Err: err}
		if t.committed {
			te.Class = transport.Unknown
		}
	}
	if !t.mailed && te.Scope != transport.ScopeRow || te.Lost {
		return nil
	}
	t.record.Stage = te.Stage.String()
	t.reply(te.Reply)
	switch te.Class {
	case transport.Unknown:
		t.record.Error = advice.Plain(err)
		return t.ended(result.Unknown, "")
	case transport.Permanent:
		return t.failed(result.Permanent, advice.Plain(err))
	}
	return t.failed(result.Temporary, advice.Plain(err))
}

func (t *attempt) reply(r *transport.Reply) {
	if r != nil {
		t.record.Code, t.record.Enhanced, t.record.Reply = r.Code, r.Enhanced, r.Text()
	}
}

func (t *attempt) failed(class result.Class, text string) *result.Record {
	t.record.Error = text
	return t.ended(result.Failed, class)
}

func (t *attempt) ended(s result.Status, class result.Class) *result.Record {
	t.record.Status, t.record.Class = s, class
	now := t.now()
	t.record.Time, t.record.Duration = result.Later(now, t.task.After), now.Sub(t.begun)
	return &t.record
}

// panicked returns the record of an attempt that this program broke: unknown once
// the end of the message may have left.
func (t *attempt) panicked(p any) (*result.Record, error) {
	err := fmt.Errorf("fault in mailshot: %v", p)
	if t.record.Stage == "" {
		t.record.Stage = transport.StageContent.String()
	}
	if t.committed {
		t.record.Error = err.Error()
		return t.ended(result.Unknown, ""), err
	}
	return t.failed(result.Temporary, err.Error()), err
}
