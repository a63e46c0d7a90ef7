package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strconv"
	"time"

	"mailshot/job/advice"
	"mailshot/job/attachment"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/message"
)

// An errand is one row on its way, with what its attempt needs.
type errand struct {
	row       *recipients.Row
	attempt   int    // over all runs of the mailing, from 1
	messageID string //
	date      time.Time
	unknown   bool // the log holds it as unknown, and so it stays unless it is sent
	kept      kept // its message, if that was kept
}

// An outcome is how an errand ended.
type outcome struct {
	errand *errand
	begun  time.Time
	record *result.Record // nil: the row is put back, nothing was attempted
	err    error          // of the session; nil if the message was sent
	fatal  *problem.Error // ends the run
}

// stageCompose is the stage of an attempt that ended before a session.
const stageCompose = "compose"

// A deliverer opens sessions; it is what transport.Dialer does.
type deliverer interface {
	Deliver(context.Context, transport.Delivery) (transport.Receipt, error)
}

// attempts makes attempts, and records them. It is safe for concurrent use.
type attempts struct {
	run      string
	server   deliverer
	recorder Recorder
	now      func() time.Time

	transcripts transcripts
}

// try makes one attempt at an errand. It never panics.
func (a *attempts) try(ctx context.Context, e *errand, c *composer) (o outcome) {
	t := &trial{attempts: a, errand: e, begun: a.now()}
	o = outcome{errand: e, begun: t.begun}
	defer func() {
		if p := recover(); p != nil {
			o.record, o.err = t.panicked(p)
			o.fatal = problem.Fail(problem.Internal, "row %d: %v\n%s", e.row.Number, p, debug.Stack())
		}
	}()
	if o.record, o.err = t.deliver(ctx, c); o.record != nil {
		a.transcripts.keep(t.transcript, o.record)
	}
	return o
}

// record records outcomes, together. If that fails it is fatal to each.
func (a *attempts) record(outcomes []outcome) {
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

// A trial is an attempt while it goes on.
type trial struct {
	*attempts
	errand    *errand
	begun     time.Time
	record    result.Record // what is known so far
	mailed    bool          // the MAIL flight has left
	committed bool          // the end of the message may have left
	intent    Intent

	transcript *transcript // nil: it is not kept
}

// deliver gives the record of the attempt, or none if the row is put back,
// and the session's error.
func (t *trial) deliver(ctx context.Context, c *composer) (*result.Record, error) {
	r := t.errand.row
	t.record = result.Record{
		Run: t.run, Row: r.Number, Line: r.Line, Key: r.Key, Recipient: c.recipient(r).String(),
		Attempt: t.errand.attempt, MessageID: t.errand.messageID,
	}
	m, err := c.mail(t.errand)
	if err != nil {
		// It was well when it was checked: a function of the template can fail
		// at another time than it did then.
		t.record.Stage = stageCompose
		return t.failed(composeClass(err), err.Error()), err
	}
	t.record.Bytes = m.message.Size()
	if t.record.SHA256, err = c.digest(m); err != nil {
		t.record.Stage = stageCompose
		return t.failed(fileClass(err), err.Error()), err
	}
	t.transcript = t.transcripts.begin()
	receipt, err := t.server.Deliver(ctx, transport.Delivery{
		Envelope: m.envelope(c.job.Message.EnvelopeFrom.Address),
		Message:  m.message,
		Label:    "row " + strconv.Itoa(r.Number),
		Trace:    t.transcript.trace(),
		OnMail:   t.onMail, OnCommit: t.onCommit,
	})
	if err == nil {
		t.reply(&receipt.Reply)
		t.record.Stage = transport.StageFinal.String()
		return t.ended(result.Sent, ""), nil
	}
	return t.judge(err), err
}

// onMail hands the intent over: from here on the attempt ends in a record.
func (t *trial) onMail() {
	t.mailed = true
	intent := t.record
	intent.Time, intent.Status, intent.Stage = t.now(), result.Unknown, transport.StageFinal.String()
	intent.Error = "the run ended before the outcome was known"
	t.intent = t.recorder.Intend(&intent)
}

func (t *trial) onCommit() error {
	if err := t.intent.Durable(); err != nil {
		return err
	}
	t.committed = true
	return nil
}

// judge makes the session's error into the row's record, or nil where the
// session ended before MAIL for a reason that is not the row's.
func (t *trial) judge(err error) *result.Record {
	var te *transport.Error
	if !errors.As(err, &te) {
		te = &transport.Error{Class: transport.Temporary, Err: err}
		if t.committed {
			te.Class = transport.Unknown
		}
	}
	if !t.mailed && te.Scope != transport.ScopeRow {
		return nil
	}
	t.record.Stage = te.Stage.String()
	t.reply(te.Reply)
	class := te.Class
	if class == transport.Temporary && fileClass(err) == result.Permanent {
		class = transport.Permanent // it would be the same once more
	}
	switch class {
	case transport.Unknown:
		t.record.Error = advice.Plain(err)
		return t.ended(result.Unknown, "")
	case transport.Permanent:
		return t.failed(result.Permanent, advice.Plain(err))
	}
	return t.failed(result.Temporary, advice.Plain(err))
}

// composeClass tells a letter that can't be made from a file of it that can't be
// read just now, as where too many are open.
func composeClass(err error) result.Class {
	if errors.As(err, new(*fs.PathError)) {
		return fileClass(err)
	}
	return result.Permanent
}

// fileClass tells a file that is not any more what was checked from one that
// can't be read just now.
func fileClass(err error) result.Class {
	if errors.Is(err, attachment.ErrChanged) || errors.Is(err, message.ErrFileSize) || errors.Is(err, fs.ErrNotExist) {
		return result.Permanent
	}
	return result.Temporary
}

func (t *trial) reply(r *transport.Reply) {
	if r != nil {
		t.record.Code, t.record.Enhanced, t.record.Reply = r.Code, r.Enhanced, r.Text()
	}
}

func (t *trial) failed(class result.Class, text string) *result.Record {
	t.record.Error = text
	return t.ended(result.Failed, class)
}

func (t *trial) ended(s result.Status, class result.Class) *result.Record {
	t.record.Status, t.record.Class = s, class
	t.record.Time = t.now()
	t.record.Duration = t.record.Time.Sub(t.begun)
	return &t.record
}

// panicked is the record of an attempt that this program broke: unknown once
// the end of the message may have left.
func (t *trial) panicked(p any) (*result.Record, error) {
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
