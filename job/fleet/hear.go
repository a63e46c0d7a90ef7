package fleet

import (
	"fmt"
	"time"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/job/result"
	"mailshot/transport"
)

// hear takes a report in.
func (c *Coordinator) hear(r *piece.Report) {
	if r.Run != c.Run {
		c.earlier(r)
		return
	}
	c.mu.Lock()
	h := c.core.Hear(c.elapsed(), r)
	if h.Refuse != "" {
		c.mu.Unlock()
		c.answer(r.Run, r.Worker, piece.Answer{Boot: r.Boot, Over: true, Why: h.Refuse})
		c.say("worker %s: %s", r.Name, h.Refuse)
	} else {
		c.member(r, h.Fresh, len(h.Told))
		c.mu.Unlock()
	}
	for _, t := range h.Told {
		c.tell(r, t)
	}
	for _, row := range h.Back {
		c.give(row, told{kind: piece.Untouched, worker: r.Worker})
	}
}

// member keeps what a report says of its worker, and of how many rows for the first time. c.mu is held.
func (c *Coordinator) member(r *piece.Report, fresh bool, told int) {
	m := c.members[r.Worker]
	if m == nil {
		m = &member{id: r.Worker, since: c.Now()}
		c.members[r.Worker] = m
		c.say("worker %s is there, with %d sessions", r.Name, r.Sessions)
	}
	m.ended += told
	if !fresh {
		return
	}
	m.boot, m.name, m.sessions, m.words = r.Boot, r.Name, r.Sessions, r.Words
	m.ahead = time.UnixMilli(r.Clock).Sub(c.Now())
	if c.core.Room(r.Worker) == 0 {
		return
	}
	for _, id := range c.asking {
		if id == r.Worker {
			return
		}
	}
	m.asked = c.elapsed()
	c.asking = append(c.asking, r.Worker)
}

// give hands what became of a row to its Deliver, and reports whether that waits for it.
func (c *Coordinator) give(number int, t told) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.flying[number]
	if r == nil {
		return false
	}
	delete(c.flying, number)
	r.done <- t
	return true
}

// tell takes a worker's word about a row.
func (c *Coordinator) tell(r *piece.Report, t protocol.Told) {
	if !t.Late && c.give(t.Row, told{kind: t.Word.Kind, worker: r.Name, word: t.Word}) {
		return
	}
	if err := c.settle(r, &t.Word); err != nil {
		c.say("recording what worker %s says of row %d: %v", r.Name, t.Row, err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.core.Recorded(t.Row)
}

// settle records a word about a row that was recorded as unknown.
func (c *Coordinator) settle(r *piece.Report, x *piece.Word) error {
	if x.Kind == piece.InDoubt {
		return nil
	}
	c.mu.Lock()
	it := c.intents[label(x.Row)]
	c.mu.Unlock()
	if it == nil || it.rec.Attempt != x.Attempt {
		return nil // its record is of an attempt before
	}
	rec := it.rec
	Settlement(&rec, x, r.Name)
	rec.Run = c.Run
	rec.Time = result.Later(c.Now(), it.rec.Time)
	return c.kept.Record(&rec)
}

// Settlement makes the record of an attempt that is unknown into one that settles it by a word.
func Settlement(rec *result.Record, x *piece.Word, worker string) {
	rec.Stage, rec.Class, rec.Error = result.StageSettle, "", "worker "+worker
	rec.SHA256, rec.Bytes, rec.Duration = "", 0, 0
	if x.Kind == piece.Sent {
		rec.Status = result.Sent
	} else {
		rec.Status, rec.Class = result.Failed, result.Temporary
		if x.Kind == piece.Failed && x.End.Class == int(transport.Permanent) {
			rec.Class = result.Permanent
		}
	}
	if x.Kind == piece.Untouched {
		rec.Error += " had not begun it"
		return
	}
	reply := transport.Reply{Code: x.End.Code, Enhanced: x.End.Enhanced, Lines: x.End.Lines}
	rec.Code, rec.Enhanced, rec.Reply = reply.Code, reply.Enhanced, reply.Text()
	if x.End.Text != "" {
		rec.Error += ": " + x.End.Text
	}
}

// earlier takes words about rows of an earlier run.
func (c *Coordinator) earlier(r *piece.Report) {
	a := piece.Answer{Boot: r.Boot, Alien: true}
	if c.Earlier != nil {
		known, done := c.Earlier(r.Run, r.Words, r.Name)
		a.Alien = !known
		if done {
			a.Acks = protocol.AckAll(r)
		}
	}
	c.answer(r.Run, r.Worker, a)
}

// acknowledge tells workers what is on record.
func (c *Coordinator) acknowledge() {
	type ack struct {
		id string
		a  piece.Answer
	}
	var all []ack
	c.mu.Lock()
	for id, m := range c.members {
		if len(m.words) == 0 {
			continue
		}
		acks := c.core.Acks(&piece.Report{Worker: id, Words: m.words})
		if len(acks) == 0 {
			continue
		}
		m.words = unacknowledged(m.words, acks)
		all = append(all, ack{id, piece.Answer{Boot: m.boot, Acks: acks}})
	}
	c.mu.Unlock()
	for _, x := range all {
		c.answer(c.Run, x.id, x.a)
	}
}

func unacknowledged(words []piece.Word, acks []piece.Held) (left []piece.Word) {
	for _, x := range words {
		acked := false
		for _, h := range acks {
			acked = acked || h.Piece == x.Piece && h.Rows.Has(x.Place)
		}
		if !acked {
			left = append(left, x)
		}
	}
	return left
}

func (c *Coordinator) say(format string, args ...any) {
	if c.Tell != nil {
		c.Tell(fmt.Sprintf(format, args...))
	}
}
