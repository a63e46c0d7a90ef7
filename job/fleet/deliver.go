package fleet

import (
	"context"
	"errors"
	"fmt"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/transport"
)

// A row is a call of Deliver.
type row struct {
	dl     transport.Delivery
	it     *intent
	turn   chan string    // the worker that is to have it
	ready  chan piece.Row // what it is to have; without recipients: it is not to have it
	done   chan told
	worker string
	cut    bool // nobody waits any more
}

// A told is what became of a row that was handed out.
type told struct {
	kind   piece.Kind
	worker string
	word   piece.Word
}

// MaxMessage is the size of the largest message that fits a message of NATS, whose servers take a
// mebibyte unless they are told otherwise.
const MaxMessage = 900 << 10

var (
	errNotHanded = errors.New("no worker took it before the end of the run")
	errCut       = errors.New("the run ended before the worker told the outcome")
)

// notHanded is the error of a row that was not begun: it is put back.
func notHanded() error {
	return &transport.Error{Stage: transport.StageDial, Class: transport.Temporary, Scope: transport.ScopeHost, Lost: true, Err: errNotHanded}
}

// Deliver implements delivery.Deliverer: it waits for a worker, and for what becomes of the message
// there.
func (c *Coordinator) Deliver(ctx context.Context, dl transport.Delivery) (receipt transport.Receipt, err error) {
	for {
		r, err := c.enqueue(dl)
		if err != nil {
			return receipt, err
		}
		if r.worker = c.await(ctx, r); r.worker == "" {
			return receipt, notHanded()
		}
		handed, err := c.prepare(r)
		r.ready <- handed
		if err != nil {
			return receipt, &transport.Error{Stage: transport.StageContent, Class: transport.Temporary, Err: err}
		}
		t := c.outcome(ctx, r)
		if t.kind == piece.Untouched {
			r.it.again()
			c.back(r)
			continue
		}
		return c.ended(r, &t)
	}
}

// enqueue puts a row into the queue.
func (c *Coordinator) enqueue(dl transport.Delivery) (*row, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	it := c.intents[dl.Label]
	if it == nil {
		return nil, fmt.Errorf("%s: its intent is not known to be armed", dl.Label)
	}
	if c.drain {
		return nil, notHanded()
	}
	r := &row{dl: dl, it: it, turn: make(chan string, 1), ready: make(chan piece.Row, 1), done: make(chan told, 1)}
	c.queue = append(c.queue, r)
	c.up()
	return r, nil
}

// await waits for a row's turn, and returns the worker; "" if none is to have it any more.
func (c *Coordinator) await(ctx context.Context, r *row) string {
	select {
	case w := <-r.turn:
		return w
	case <-ctx.Done():
	case <-c.drained:
	}
	c.mu.Lock()
	for i := range c.queue {
		if c.queue[i] == r {
			c.queue = append(c.queue[:i], c.queue[i+1:]...)
			c.mu.Unlock()
			return ""
		}
	}
	c.mu.Unlock()
	return <-r.turn // it was taken meanwhile
}

// prepare makes what a worker is to have, and begins the row.
func (c *Coordinator) prepare(r *row) (piece.Row, error) {
	p := piece.Row{Number: r.it.rec.Row, Attempt: r.it.rec.Attempt, From: mailbox(r.dl.Envelope.From)}
	if size := r.dl.Message.Size(); size > MaxMessage {
		return piece.Row{}, fmt.Errorf("the message has %d octets, and a fleet takes %d at most", size, MaxMessage)
	}
	var err error
	if p.Message, p.Eight, err = octets(r.dl.Message); err != nil {
		return piece.Row{}, err
	}
	if !c.kept.Marked() && r.dl.OnMail != nil {
		r.dl.OnMail() // the intent is armed now
	}
	if r.dl.OnCommit != nil {
		if err := r.dl.OnCommit(); err != nil {
			return piece.Row{}, err
		}
	}
	for _, to := range r.dl.Envelope.To {
		p.To = append(p.To, mailbox(to))
	}
	return p, nil
}

func mailbox(m transport.Mailbox) piece.Mailbox {
	return piece.Mailbox{Local: m.Local, Domain: m.Domain}
}

// outcome waits for what becomes of a row. When ctx is done nobody waits any more: it is in doubt.
func (c *Coordinator) outcome(ctx context.Context, r *row) told {
	select {
	case t := <-r.done:
		return t
	case <-ctx.Done():
	}
	c.mu.Lock()
	r.cut = true
	delete(c.flying, r.it.rec.Row)
	c.mu.Unlock()
	select {
	case t := <-r.done:
		return t
	default:
		return told{kind: piece.InDoubt, worker: r.worker, word: piece.Word{Kind: piece.InDoubt, End: piece.Outcome{Mailed: true, Text: errCut.Error()}}}
	}
}

// back is told that a row's mark was taken back.
func (c *Coordinator) back(r *row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.core.Recorded(r.it.rec.Row)
	c.up()
}

// ended returns an outcome to the engine.
func (c *Coordinator) ended(r *row, t *told) (receipt transport.Receipt, err error) {
	var te *transport.Error
	if t.kind != piece.Sent {
		te = errorOf(&t.word, t.worker)
	}
	if t.word.End.Mailed || te == nil || te.Class == transport.Unknown {
		if c.kept.Marked() && r.dl.OnMail != nil {
			r.dl.OnMail()
		}
	} else if te.Scope != transport.ScopeRow {
		r.it.again() // the engine puts it back as it is
		c.back(r)
	}
	if te != nil {
		return receipt, te
	}
	o := &t.word.End
	receipt.Reply = transport.Reply{Code: o.Code, Enhanced: o.Enhanced, Lines: o.Lines}
	return receipt, nil
}

// handOut gives rows that wait to workers that ask.
func (c *Coordinator) handOut() {
	c.mu.Lock()
	asking := c.asking
	c.asking = nil
	c.mu.Unlock()
	for _, id := range asking {
		if !c.handTo(id) {
			c.mu.Lock()
			c.asking = append(c.asking, id)
			c.mu.Unlock()
		}
	}
}

// handTo gives rows to a worker, and reports whether its ask has an answer.
func (c *Coordinator) handTo(id string) bool {
	m, rows := c.pick(id)
	if m == nil {
		return true // it asks no more
	}
	a := piece.Answer{Boot: m.boot}
	var piecesRows []piece.Row
	var outs []protocol.Handout
	var begun []*row
	for _, r := range rows {
		p := <-r.ready
		if len(p.To) == 0 {
			continue // it could not be begun
		}
		piecesRows, begun = append(piecesRows, p), append(begun, r)
		outs = append(outs, protocol.Handout{Row: p.Number, Attempt: p.Attempt})
	}
	c.mu.Lock()
	switch {
	case len(outs) > 0:
		var number uint64
		number, a.Ask = c.core.Hand(id, outs)
		a.Piece = &piece.Piece{Number: number, Rows: piecesRows}
		for _, r := range begun {
			if !r.cut {
				c.flying[r.it.rec.Row] = r
			}
		}
	case c.elapsed()-m.asked > longPoll || c.drain:
		a.Ask = c.core.Nothing(id)
	default:
		c.mu.Unlock()
		return false
	}
	c.mu.Unlock()
	c.answer(c.Run, id, a)
	return true
}

// pick takes rows for a worker out of the queue, and gives them their turn.
func (c *Coordinator) pick(id string) (m *member, rows []*row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := min(c.core.Room(id), piece.MaxRows)
	if m = c.members[id]; m == nil || room == 0 {
		return nil, nil
	}
	octets := int64(0)
	left := c.queue[:0]
	for _, r := range c.queue {
		size := r.dl.Message.Size()
		if len(rows) >= room || octets > 0 && octets+size > piece.MaxOctets || !c.core.Free(r.it.rec.Row) {
			left = append(left, r)
			continue
		}
		octets += size
		rows = append(rows, r)
		r.turn <- id
	}
	clear(c.queue[len(left):])
	c.queue = left
	return m, rows
}
