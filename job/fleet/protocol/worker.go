package protocol

import (
	"slices"
	"time"

	"mailshot/job/fleet/piece"
)

// Limits of a worker, by a clock that goes on while the machine is suspended.
const (
	AskTimeout = 3 * time.Second // an answer that comes later than this after its ask is dropped
	BeginLimit = time.Minute     // no row is begun later than this after the ask that brought it
)

// A Worker knows what the rows of one run are up to that a worker has. It is not safe for
// concurrent use, and touches no file: whoever calls it writes the state before the step that
// relies on it, as each method says.
type Worker struct {
	run, id string
	boot    piece.Boot
	seq     uint64
	ask     uint64
	asked   time.Duration
	room    int  // of an ask that waits for its answer; else 0
	keeping bool // a piece was accepted that is not kept yet: an ask would say that it was not received
	got     uint64
	pieces  map[uint64]*work
	halt    bool
}

// A work is a piece at the worker.
type work struct {
	asked time.Duration
	rows  []entry
}

// An entry is a row of a piece.
type entry struct {
	row, attempt int
	state        stage
	word         piece.Word
}

// A stage is how far a row got.
type stage uint8

const (
	waiting stage = iota
	running       // its session, or who stores what becomes of it, has it
	begun         // its message may be accepted
	ended         // its word is stored
	dropped
)

// A Saved is what the state file has of a piece.
type Saved struct {
	Piece   uint64
	Certain bool // the system was not started since the piece was kept: what is not marked as begun was not
	Rows    []SavedRow
}

// A SavedRow is a row of it.
type SavedRow struct {
	Row, Attempt int
	Begun        bool
	Dropped      bool
	Word         *piece.Word // nil: there is none
}

// NewWorker returns a worker that goes on with what an earlier process left. got is the last piece
// that this had.
func NewWorker(run, id string, boot piece.Boot, got uint64, saved []Saved) *Worker {
	w := &Worker{run: run, id: id, boot: boot, got: got, pieces: make(map[uint64]*work)}
	for _, p := range saved {
		x := &work{}
		for place, r := range p.Rows {
			e := entry{row: r.Row, attempt: r.Attempt, state: ended}
			e.word = piece.Word{Piece: p.Piece, Place: place, Row: r.Row, Attempt: r.Attempt, Kind: piece.Untouched}
			switch {
			case r.Dropped:
				e.state = dropped
			case r.Word != nil:
				e.word = *r.Word
			case r.Begun || !p.Certain:
				e.word.Kind, e.word.End.Text = piece.InDoubt, "the worker ended before the outcome was known"
			}
			x.rows = append(x.rows, e)
		}
		w.pieces[p.Piece] = x
		w.tidy(p.Piece)
	}
	return w
}

// Ask begins an ask for so many rows, unless one waits for its answer, or a piece for being Kept.
// The next report bears it.
func (w *Worker) Ask(now time.Duration, room int) bool {
	if w.Asking(now) || w.keeping || room <= 0 || w.halt || len(w.pieces) >= piece.MaxPieces {
		return false
	}
	w.ask++
	w.asked, w.room = now, min(room, piece.MaxRows)
	return true
}

// Asking reports whether an ask waits for its answer.
func (w *Worker) Asking(now time.Duration) bool { return w.room > 0 && now-w.asked <= AskTimeout }

// Report returns the next report. Words that it has no room for are in a later one.
func (w *Worker) Report() piece.Report {
	w.seq++
	r := piece.Report{Run: w.run, Worker: w.id, Boot: w.boot, Seq: w.seq, Ask: w.ask, Room: w.room, Got: w.got}
	for _, n := range w.numbers() {
		h := piece.Held{Piece: n}
		for place, e := range w.pieces[n].rows {
			if e.state == dropped {
				continue
			}
			h.Rows = h.Rows.With(place)
			if e.state == ended && len(r.Words) < piece.MaxWords {
				r.Words = append(r.Words, e.word)
			}
		}
		r.Held = append(r.Held, h)
	}
	return r
}

func (w *Worker) numbers() []uint64 {
	all := make([]uint64, 0, len(w.pieces))
	for n := range w.pieces {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// Accept takes an answer, and returns the piece if it has one that may be used. Its rows have to be
// durable in the state file before Kept is told.
func (w *Worker) Accept(now time.Duration, a *piece.Answer) (p *piece.Piece, asked time.Duration) {
	if a.Boot != w.boot {
		return nil, 0
	}
	w.halt = w.halt || a.Halt || a.Over
	if a.Ask != w.ask || w.room == 0 {
		return nil, 0
	}
	if a.Piece != nil && (now-w.asked > AskTimeout || a.Piece.Number <= w.got || len(a.Piece.Rows) > w.room) {
		return nil, 0 // the next ask says that it was not received
	}
	w.room, w.keeping = 0, a.Piece != nil
	return a.Piece, w.asked
}

// Kept is told that the rows of a piece are durable. From here on they may be started.
func (w *Worker) Kept(p *piece.Piece, asked time.Duration) {
	x := &work{asked: asked}
	for place, r := range p.Rows {
		x.rows = append(x.rows, entry{
			row: r.Number, attempt: r.Attempt,
			word: piece.Word{Piece: p.Number, Place: place, Row: r.Number, Attempt: r.Attempt},
		})
	}
	w.pieces[p.Number] = x
	w.got, w.keeping = p.Number, false
}

// Start reports whether a session may take a row up, which then says what became of it by Ended.
func (w *Worker) Start(now time.Duration, number uint64, place int) bool {
	p := w.pieces[number]
	if p == nil || p.rows[place].state != waiting || w.halt || now-p.asked > BeginLimit {
		return false
	}
	p.rows[place].state = running
	return true
}

// Begin reports whether the end of a row's message may leave. That it is begun has to be in the
// state file before it does.
func (w *Worker) Begin(now time.Duration, number uint64, place int) bool {
	p := w.pieces[number]
	if p == nil || p.rows[place].state != running || now-p.asked > BeginLimit {
		return false
	}
	p.rows[place].state = begun
	return true
}

// Untouched returns words for the rows that will not be started any more. They have to be in the
// state file before Ended is told of them.
func (w *Worker) Untouched(now time.Duration) (words []piece.Word) {
	for _, n := range w.numbers() {
		p := w.pieces[n]
		if !w.halt && now-p.asked <= BeginLimit {
			continue
		}
		for place := range p.rows {
			if e := &p.rows[place]; e.state == waiting {
				e.state = running
				word := e.word
				word.Kind = piece.Untouched
				words = append(words, word)
			}
		}
	}
	return words
}

// Ended is told what became of a row that was started. The word has to be in the state file.
func (w *Worker) Ended(word piece.Word) {
	p := w.pieces[word.Piece]
	if p == nil {
		return
	}
	if e := &p.rows[word.Place]; e.state == running || e.state == begun {
		e.state, e.word = ended, word
	}
}

// Acked returns the rows of acknowledgements that may be dropped. That has to be in the state file
// before Dropped is told, and durable there if durable is true: those of which the word was not
// Sent may be handed to others from then on, and nothing may make the worker say once more what it
// said.
func (w *Worker) Acked(acks []piece.Held) (drop []piece.Held, durable bool) {
	for _, a := range acks {
		p := w.pieces[a.Piece]
		if p == nil {
			continue
		}
		h := piece.Held{Piece: a.Piece}
		for place, e := range p.rows {
			if a.Rows.Has(place) && e.state == ended {
				h.Rows = h.Rows.With(place)
				durable = durable || e.word.Kind != piece.Sent
			}
		}
		if h.Rows != 0 {
			drop = append(drop, h)
		}
	}
	return drop, durable
}

// Dropped is told what is dropped in the state file.
func (w *Worker) Dropped(drop []piece.Held) {
	for _, d := range drop {
		p := w.pieces[d.Piece]
		if p == nil {
			continue
		}
		for place := range p.rows {
			if d.Rows.Has(place) {
				p.rows[place].state = dropped
			}
		}
		w.tidy(d.Piece)
	}
}

// tidy forgets a piece that has no rows any more.
func (w *Worker) tidy(number uint64) {
	if !slices.ContainsFunc(w.pieces[number].rows, func(e entry) bool { return e.state != dropped }) {
		delete(w.pieces, number)
	}
}

// Halt keeps the worker from starting any more rows.
func (w *Worker) Halt() { w.halt = true }

// Rows returns how many rows have no outcome yet.
func (w *Worker) Rows() (n int) {
	for _, p := range w.pieces {
		for _, e := range p.rows {
			if e.state < ended {
				n++
			}
		}
	}
	return n
}

// Empty reports whether there is nothing left to tell.
func (w *Worker) Empty() bool { return len(w.pieces) == 0 }
