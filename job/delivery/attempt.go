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
	"mailshot/job/delivery/sessions"
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

	lostAfter  int  // messages that a session had delivered which was at its end before this one; else 0
	overlapped bool // its commands had left with the content of the message before

	next   *Task // it follows in the same session, its commands have left, and its outcome comes later; nil: none does
	unused *Task // it was to be next, and its commands have not left; nil: there is none

	counted int // recipients of a message whose end may have left; else 0

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
	pool     *sessions.Pool // nil: each message has a session of its own
	offered  chan *Task     // tasks that may follow in an open session

	transcripts transcripts
}

// try makes the attempt, which never panics, and returns its outcome. If that has a next task, next is
// the attempt at it, which is to be tried then.
func (t *attempt) try(ctx context.Context, c Composer) (o outcome) {
	o = outcome{task: t.task, begun: t.begun, overlapped: t.lease != nil}
	defer func() {
		if p := recover(); p != nil {
			o.record, o.err = t.panicked(p)
			o.counted = t.counted()
			o.fatal = problem.Fail(problem.Internal, "row %d: %v\n%s", t.task.Row, p, debug.Stack())
		}
		switch n := t.next; {
		case n == nil:
		case n.lease != nil:
			o.next = n.task
		default:
			o.unused, t.next = n.task, nil
		}
	}()
	o.record, o.err = t.deliver(ctx, c)
	o.copied, o.counted, o.lostAfter = t.copied, t.counted(), t.lostAfter
	if o.record == nil {
		o.counted = 0 // the session ended before it, or a worker that had it did not begin it
	} else {
		t.transcripts.keep(t.transcript, o.record)
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
	to, cc    int           // recipients of the message, and how many of them stand in Cc
	mailed    bool          // the MAIL flight has left
	committed bool          // the end of the message may have left
	copied    string        // see outcome
	lostAfter int           // see outcome

	delivery *transport.Delivery // nil: it is not composed
	lease    *sessions.Lease     // in which its commands have left with the message before; nil: they have not
	ahead    Composer            // of the message that follows; nil: none does
	next     *attempt            // whose commands have left with this message; nil: there is none

	transcript *transcript // nil: it is not kept
}

// attempt begins an attempt at a task.
func (a *sender) attempt(e *Task) *attempt {
	return &attempt{sender: a, task: e, begun: a.now(), record: a.recordOf(e)}
}

// deliver returns the record of the attempt, or none if the row is put back,
// and the session's error.
func (t *attempt) deliver(ctx context.Context, c Composer) (*result.Record, error) {
	if t.delivery == nil {
		if err := t.compose(c); err != nil {
			return t.uncomposed(err), err
		}
	}
	var receipt transport.Receipt
	var err error
	if t.pool == nil {
		receipt, err = t.server.Deliver(ctx, *t.delivery)
	} else {
		receipt, err = t.send(ctx)
	}
	if err == nil {
		t.reply(&receipt.Reply)
		t.record.Stage = transport.StageFinal.String()
		return t.ended(result.Sent, ""), nil
	}
	t.copied = t.refusedCopy(err)
	return t.judge(err), err
}

// compose makes the message.
func (t *attempt) compose(c Composer) error {
	m, err := c.Compose(t.task)
	t.record.Bytes = m.Content.Size()
	if err != nil {
		return err
	}
	t.record.SHA256, t.to, t.cc = m.SHA256, len(m.Envelope.To), m.Cc
	t.transcript = t.transcripts.begin()
	t.delivery = &transport.Delivery{
		Envelope: m.Envelope,
		Message:  m.Content,
		Label:    "row " + strconv.Itoa(t.task.Row),
		Trace:    t.transcript.trace(),
		OnMail:   t.onMail, OnCommit: t.onCommit,
	}
	return nil
}

// uncomposed returns the record of a message that could not be made. It was well when it was
// checked: a function of the template can fail at another time than it did then.
func (t *attempt) uncomposed(err error) *result.Record {
	t.record.Stage = stageCompose
	class := result.Permanent
	if errors.As(err, new(*TemporaryError)) {
		class = result.Temporary
	}
	return t.failed(class, err.Error())
}

// send sends the message in a session of the pool. If the next one is on its way with it, that has
// the session then.
func (t *attempt) send(ctx context.Context) (transport.Receipt, error) {
	l := t.lease
	if l == nil {
		var err error
		if l, err = t.pool.Take(ctx, t.task.fresh, t.delivery.Trace); err != nil {
			return transport.Receipt{}, err
		}
	}
	defer func() {
		if t.next == nil || t.next.lease == nil {
			t.pool.Return(l)
		}
	}()
	t.delivery.Last = t.task.last
	if t.ahead != nil && t.pool.Overlaps() {
		t.delivery.Next = func() *transport.Delivery { return t.follower(l) }
	}
	r, lostAfter, err := t.pool.Deliver(ctx, l, *t.delivery)
	t.lostAfter = lostAfter
	return r, err
}

// follower returns the message of a task that is offered, nil if there is none or it can't be made.
func (t *attempt) follower(l *sessions.Lease) *transport.Delivery {
	var e *Task
	select {
	case e = <-t.offered:
	default:
		return nil
	}
	n := t.attempt(e)
	t.next = n
	if !n.composed(t.ahead) {
		return nil
	}
	n.delivery.OnMail = func() { n.lease = l; n.onMail() }
	return n.delivery
}

// composed reports whether the message could be made. If not, that is found anew at its turn, and
// told.
func (t *attempt) composed(c Composer) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return t.compose(c) == nil
}

// refusedCopy returns who was refused, if that is one who gets a copy; else "".
func (t *attempt) refusedCopy(err error) string {
	te := advice.SessionError(err)
	if te == nil || te.Reply == nil || te.Stage != transport.StageRcpt || te.Recipient == 0 {
		return ""
	}
	header := "bcc"
	if te.Recipient <= t.cc {
		header = "cc"
	}
	return header + " " + t.delivery.Envelope.To[te.Recipient].String()
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
