package fleet

import (
	"context"
	"errors"
	"strconv"
	"time"

	"mailshot/job/delivery/sessions"
	"mailshot/job/fleet/piece"
	"mailshot/transport"
)

// maxAge is how old a session may get that began with a token.
const maxAge = 10 * time.Minute

// A seat sends rows in one session at a time.
type seat struct {
	*shift
	session Session // nil: none is open
	sent    int     // messages in it
	refused int     // of these
	begun   time.Duration
}

var errLate = errors.New("it was not begun in time")

// work sends rows until there are no more.
func (x *seat) work(ctx context.Context) {
	defer x.close()
	x.begun = x.Elapsed()
	idle := time.NewTimer(sessions.MaxIdle)
	defer idle.Stop()
	for {
		idle.Reset(sessions.MaxIdle)
		select {
		case j, ok := <-x.rows:
			if !ok {
				return
			}
			x.try(ctx, j)
		case <-idle.C:
			x.close()
		}
	}
}

func (x *seat) close() {
	if x.session != nil {
		_ = x.session.Close() // the outcome is known
		x.session = nil
	}
}

// try sends a row, unless it is too late for that.
func (x *seat) try(ctx context.Context, j job) {
	x.mu.Lock()
	most := x.most
	start := x.cores[j.run].Start(x.Elapsed(), j.piece, j.place)
	x.mu.Unlock()
	if !start {
		return // what became of it is told by another
	}
	word := piece.Word{Piece: j.piece, Place: j.place, Row: j.row.Number, Attempt: j.row.Attempt}
	t := trial{seat: x, job: j}
	r, err := t.deliver(ctx, most)
	switch {
	case errors.Is(err, errLate):
		word.Kind = piece.Untouched
	default:
		word.Kind, word.End = ended(&r, err, t.mailed, t.committed)
	}
	x.ended(j.run, word)
}

// A trial is one row on its way.
type trial struct {
	*seat
	job               job
	mailed, committed bool
}

// deliver sends the row, in the session that is open or in a new one. A session that was at its end
// before the row makes room for another.
func (t *trial) deliver(ctx context.Context, most int) (transport.Receipt, error) {
	m, err := t.message()
	if err != nil {
		return transport.Receipt{}, &transport.Error{Stage: transport.StageContent, Class: transport.Permanent, Err: err}
	}
	dl := transport.Delivery{Message: m, Label: "row " + strconv.Itoa(t.job.row.Number), OnMail: func() { t.mailed = true }, OnCommit: t.commit}
	dl.Envelope.From = transport.Mailbox(t.job.row.From)
	for _, to := range t.job.row.To {
		dl.Envelope.To = append(dl.Envelope.To, transport.Mailbox(to))
	}
	for {
		fresh := t.session == nil
		if t.session != nil && (!t.session.Usable() || t.sent >= most || t.refused >= sessions.MostRefused || t.Elapsed()-t.begun > maxAge) {
			t.close()
			fresh = true
		}
		if fresh {
			if t.session, err = t.Open(ctx); err != nil {
				t.session = nil
				return transport.Receipt{}, err
			}
			t.sent, t.refused, t.begun = 0, 0, t.Elapsed()
		}
		t.sent++
		dl.Last = t.sent >= most
		r, err := t.session.Deliver(ctx, dl)
		if !t.session.Usable() {
			t.close()
		}
		if te, ok := errors.AsType[*transport.Error](err); ok && te.Lost && !fresh && !t.committed {
			t.mailed = false
			continue
		}
		if err != nil {
			t.refused++
		}
		return r, err
	}
}

func (t *trial) message() (transport.Message, error) {
	s := transport.Segment{Data: t.job.row.Message}
	if t.job.row.Eight {
		return transport.New8BitMessage(s)
	}
	return transport.NewMessage(s)
}

// commit lets the end of the message leave, if it is not too late: that it may is in the state file
// first.
func (t *trial) commit() error {
	t.mu.Lock()
	ok := t.cores[t.job.run].Begin(t.Elapsed(), t.job.piece, t.job.place)
	t.mu.Unlock()
	if !ok {
		return errLate
	}
	if err := t.State.Begin(t.job.run, t.job.piece, t.job.place); err != nil {
		t.mu.Lock()
		t.failed = err
		t.mu.Unlock()
		return err
	}
	t.committed = true
	return nil
}
