package protocol

import (
	"cmp"
	"slices"
	"time"

	"mailshot/job/fleet/piece"
)

// A Coordinator knows which rows of one run were handed to whom, and may be handed out. It is not
// safe for concurrent use. The zero Coordinator has handed out nothing.
type Coordinator struct {
	workers map[string]*remote
	holders map[int]*slot // by row: who has it, or has not confirmed yet that it has dropped it
}

// A remote is a worker as the coordinator knows it.
type remote struct {
	boot   piece.Boot
	seq    uint64 // of the newest report of the boot
	ask    uint64 // likewise its newest ask
	room   int    // of that, while it has no answer
	last   uint64 // piece
	pieces map[uint64]*handed
	heard  time.Duration
	lost   bool // it was not heard for long, and what it has counts as unknown
}

// A handed is a piece whose rows are not all over.
type handed struct {
	boot  piece.Boot // of the ask that it answered
	ask   uint64
	slots []*slot
	over  int // how many of them are
}

// A slot is a row of a piece.
type slot struct {
	row, attempt int
	told         bool // what became of it is known
	inDoubt      bool // that is that nobody knows: a better word may come
	recorded     bool // and is in the log, or the row is put back
	over         bool // the worker has dropped it
}

// A Told is the first word about a row.
type Told struct {
	Row  int
	Word piece.Word
	Late bool // the row was taken for unknown before
}

// A Heard is what a report brings.
type Heard struct {
	Fresh  bool   // it is the newest of its worker
	Told   []Told // each row once
	Back   []int  // rows that the worker certainly did not get: they may be handed to any one
	Refuse string // why the worker is to stop; "": it is not
}

// Hear takes a report in. now is a time that only goes forward.
func (c *Coordinator) Hear(now time.Duration, r *piece.Report) (h Heard) {
	w := c.worker(r.Worker)
	switch {
	case r.Boot.Count == w.boot.Count && r.Boot.Nonce != w.boot.Nonce && w.boot.Count > 0:
		h.Refuse = "another worker runs with the same state directory, or with a copy of it"
		return h
	case r.Boot.Count < w.boot.Count:
		h.Refuse = "a worker that was started later runs with the same state directory, or with a copy of it"
	case r.Boot.Count > w.boot.Count:
		w.boot, w.seq, w.ask, w.room = r.Boot, 0, 0, 0
		h.Fresh = true
	default:
		h.Fresh = r.Seq > w.seq
	}
	for i := range r.Words {
		c.word(w, &r.Words[i], &h)
	}
	if h.Fresh {
		w.heard, w.lost = now, false
		w.seq = r.Seq
		c.compare(w, r, &h)
		if r.Ask > w.ask {
			w.ask, w.room = r.Ask, r.Room
		}
	}
	return h
}

func (c *Coordinator) worker(id string) *remote {
	if c.workers == nil {
		c.workers, c.holders = make(map[string]*remote), make(map[int]*slot)
	}
	w := c.workers[id]
	if w == nil {
		w = &remote{pieces: make(map[uint64]*handed)}
		c.workers[id] = w
	}
	return w
}

// word takes in a word, which is true whenever it comes: a worker keeps to what it said of a row.
func (c *Coordinator) word(w *remote, x *piece.Word, h *Heard) {
	p := w.pieces[x.Piece]
	if p == nil || x.Place < 0 || x.Place >= len(p.slots) {
		return
	}
	s := p.slots[x.Place]
	if s.over || s.row != x.Row || s.attempt != x.Attempt || s.told && (!s.inDoubt || x.Kind == piece.InDoubt) {
		return
	}
	h.Told = append(h.Told, Told{Row: s.row, Word: *x, Late: s.told})
	s.recorded = s.recorded && !s.told
	s.told, s.inDoubt = true, x.Kind == piece.InDoubt
}

// compare looks at what the worker has of what it was handed.
func (c *Coordinator) compare(w *remote, r *piece.Report, h *Heard) {
	held := make(map[uint64]piece.Set, len(r.Held))
	for _, x := range r.Held {
		held[x.Piece] = x.Rows
	}
	for _, n := range w.numbers() {
		p := w.pieces[n]
		got := n <= r.Got
		if !got && !p.givenUp(r) {
			continue // it may be on its way
		}
		for place, s := range p.slots {
			if !s.over && !(got && held[n].Has(place)) {
				c.missing(s, piece.Word{Piece: n, Place: place, Row: s.row, Attempt: s.attempt}, got, h)
				c.end(w, n, s)
			}
		}
	}
}

// missing takes in that the worker does not have a row, because it never got it or has dropped it.
func (c *Coordinator) missing(s *slot, x piece.Word, got bool, h *Heard) {
	switch {
	case !got && !s.told:
		h.Back = append(h.Back, s.row)
		return
	case !got && s.inDoubt:
		x.Kind = piece.Untouched
	case got && !s.told: // it was dropped without a word, which no worker does
		x.Kind, x.End.Text = piece.InDoubt, "the worker's state was lost"
	default:
		return
	}
	h.Told = append(h.Told, Told{Row: s.row, Word: x, Late: s.told})
	s.told = true
}

// givenUp reports whether the worker does not wait any more for the answer that has the piece.
func (p *handed) givenUp(r *piece.Report) bool {
	return r.Boot.Count > p.boot.Count || r.Boot == p.boot && r.Ask > p.ask
}

// end ends a slot.
func (c *Coordinator) end(w *remote, number uint64, s *slot) {
	s.over = true
	if c.holders[s.row] == s {
		delete(c.holders, s.row)
	}
	p := w.pieces[number]
	if p.over++; p.over == len(p.slots) {
		delete(w.pieces, number)
	}
}

// numbers returns those of the open pieces, in order.
func (w *remote) numbers() []uint64 {
	all := make([]uint64, 0, len(w.pieces))
	for n := range w.pieces {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// Acks returns the rows of a report's words whose outcome is recorded, or of which it is no matter.
func (c *Coordinator) Acks(r *piece.Report) (acks []piece.Held) {
	w := c.worker(r.Worker)
	for i := range r.Words {
		acks = w.ack(acks, &r.Words[i])
	}
	return acks
}

// AckAll returns the rows of all words of a report, as one of an earlier run whose words are all
// on record.
func AckAll(r *piece.Report) (acks []piece.Held) {
	var w remote
	for i := range r.Words {
		w.last = max(w.last, r.Words[i].Piece)
		acks = w.ack(acks, &r.Words[i])
	}
	return acks
}

// ack adds the row of a word, if its outcome is recorded.
func (w *remote) ack(acks []piece.Held, x *piece.Word) []piece.Held {
	if x.Place < 0 || x.Place >= piece.MaxRows || x.Piece > w.last {
		return acks
	}
	if p := w.pieces[x.Piece]; p != nil && (x.Place >= len(p.slots) || !p.slots[x.Place].over && !p.slots[x.Place].recorded) {
		return acks
	}
	i := slices.IndexFunc(acks, func(h piece.Held) bool { return h.Piece == x.Piece })
	if i < 0 {
		i, acks = len(acks), append(acks, piece.Held{Piece: x.Piece})
	}
	acks[i].Rows = acks[i].Rows.With(x.Place)
	return acks
}

// Recorded is told that what became of a row is in the log, or that its intent is disarmed. From
// then on the worker's word about it is acknowledged.
func (c *Coordinator) Recorded(row int) {
	if s := c.holders[row]; s != nil && s.told {
		s.recorded = true
	}
}

// Free reports whether a row may be handed out: nobody has it, and who had it has confirmed that it
// dropped it, so that no word about the row that is on its way, or is told to a later run, is about
// an earlier try than the last.
func (c *Coordinator) Free(row int) bool { return c.holders[row] == nil }

// Room returns how many rows the worker waits for.
func (c *Coordinator) Room(worker string) int {
	if w := c.workers[worker]; w != nil {
		return w.room
	}
	return 0
}

// Nothing ends the newest ask of a worker: the answer to it has no piece. It returns the ask.
func (c *Coordinator) Nothing(worker string) (ask uint64) {
	w := c.workers[worker]
	w.room = 0
	return w.ask
}

// A Handout is a row to hand out.
type Handout struct{ Row, Attempt int }

// Hand hands rows to a worker, as the answer to its newest ask, and returns the number of the
// piece. The rows are Free and no more than Room, and have begun: their marks are set.
func (c *Coordinator) Hand(worker string, rows []Handout) (number, ask uint64) {
	w := c.workers[worker]
	w.room = 0
	w.last++
	p := &handed{boot: w.boot, ask: w.ask}
	for _, r := range rows {
		s := &slot{row: r.Row, attempt: r.Attempt}
		p.slots = append(p.slots, s)
		c.holders[r.Row] = s
	}
	w.pieces[w.last] = p
	return w.last, w.ask
}

// Lost returns the rows that are at workers that were not heard for so long. They count as unknown
// and are given to nobody else; a word about them that comes yet is Late.
func (c *Coordinator) Lost(now, after time.Duration) (rows []int) {
	for _, w := range c.workers {
		if w.lost || now-w.heard < after {
			continue
		}
		w.lost, w.room = true, 0
		for _, p := range w.pieces {
			for _, s := range p.slots {
				if !s.told {
					s.told, s.inDoubt = true, true
					rows = append(rows, s.row)
				}
			}
		}
	}
	slices.Sort(rows)
	return rows
}

// Settled reports whether no worker has a row that is not over, but for those that are lost.
func (c *Coordinator) Settled() bool {
	for _, w := range c.workers {
		if !w.lost && len(w.pieces) > 0 {
			return false
		}
	}
	return true
}

// A Member is a worker as it is shown.
type Member struct {
	Worker string
	Rows   int // that it has
	Silent time.Duration
}

// Members returns the workers that were heard, in the order of their ids.
func (c *Coordinator) Members(now time.Duration) []Member {
	var all []Member
	for id, w := range c.workers {
		m := Member{Worker: id, Silent: now - w.heard}
		for _, p := range w.pieces {
			for _, s := range p.slots {
				if !s.told {
					m.Rows++
				}
			}
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Member) int { return cmp.Compare(a.Worker, b.Worker) })
	return all
}
