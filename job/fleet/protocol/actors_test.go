package protocol_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
)

// A lead is the coordinator's process.
type lead struct {
	process
	run   int
	core  *protocol.Coordinator
	queue []protocol.Handout
	jump  time.Duration         // of its clock
	given map[int]time.Duration // rows by when they were handed out, for a rule that is broken
}

func (l *lead) clock() time.Duration { return l.w.now + l.jump }

// start begins a run over what the log does not have as sent or unknown.
func (l *lead) start() {
	w := l.w
	w.runs++
	l.up, l.run, l.core = true, w.runs, &protocol.Coordinator{}
	l.queue, l.given = nil, map[int]time.Duration{}
	w.log.journal, w.log.intents = l.run, map[try]*intent{}
	for row := range w.rows {
		if s := w.log.state(row); s == "" || s == "failed" {
			l.queue = append(l.queue, protocol.Handout{Row: row, Attempt: w.log.attempts(row) + 1})
		}
	}
	w.tell("run %d begins with %d rows", l.run, len(l.queue))
	l.in(time.Second, l.tick)
}

func (l *lead) end(powerCut bool) {
	if !l.up {
		return
	}
	l.kill()
	l.w.tell("coordinator ends, power cut %t", powerCut)
	l.w.log.recover(powerCut)
	l.w.in(l.w.between(time.Millisecond, 20*time.Second), l.start)
}

// tick syncs the log, and looks for workers that are lost.
func (l *lead) tick() {
	l.w.log.sync()
	for _, row := range l.core.Lost(l.clock(), 5*time.Minute) {
		l.w.log.cached[l.tryOf(row)] = "unknown"
		l.core.Recorded(row)
	}
	if l.w.broken == timeoutGivesBack {
		for row, at := range l.given {
			if l.clock()-at > 30*time.Second {
				delete(l.given, row)
				l.back(row)
			}
		}
	}
	l.in(l.w.pause(time.Second), l.tick)
}

// tryOf returns the last attempt at a row of this run.
func (l *lead) tryOf(row int) (last try) {
	for k := range l.w.log.intents {
		if k.row == row && k.run == l.run && k.attempt > last.attempt {
			last = k
		}
	}
	return last
}

// back puts a row back.
func (l *lead) back(row int) {
	k := l.tryOf(row)
	l.w.log.intents[k].disarmed = true
	l.queue = append(l.queue, protocol.Handout{Row: row, Attempt: k.attempt})
}

// hear takes a report.
func (l *lead) hear(r piece.Report, answer func(piece.Answer)) {
	if r.Run != strconv.Itoa(l.run) {
		run, _ := strconv.Atoi(r.Run)
		for _, x := range r.Words {
			l.w.log.settle(try{run, x.Row, x.Attempt}, x.Kind)
		}
		answer(piece.Answer{Boot: r.Boot, Acks: protocol.AckAll(&r)})
		return
	}
	if l.w.broken == staleReportsCount {
		ask, next := r.Ask, answer
		answer = func(a piece.Answer) {
			if a.Ask != 0 {
				a.Ask = ask
			}
			next(a)
		}
		r.Seq, r.Ask = 1<<40+uint64(l.w.order), 1<<40+uint64(l.w.order)
	}
	h := l.core.Hear(l.clock(), &r)
	if h.Refuse != "" {
		answer(piece.Answer{Boot: r.Boot, Over: true})
		return
	}
	for _, t := range h.Told {
		l.told(t)
	}
	for _, row := range h.Back {
		delete(l.given, row)
		l.back(row)
	}
	a := piece.Answer{Boot: r.Boot, Acks: l.core.Acks(&r)}
	if h.Fresh && l.core.Room(r.Worker) > 0 {
		l.hand(r.Worker, a, answer)
		return
	}
	answer(a)
}

// told records what a worker says of a row.
func (l *lead) told(t protocol.Told) {
	k := try{l.run, t.Row, t.Word.Attempt}
	delete(l.given, t.Row)
	l.w.tell("coordinator hears row %d: %s, late %t", t.Row, t.Word.Kind, t.Late)
	switch {
	case t.Late:
		l.w.log.settle(k, t.Word.Kind)
	case t.Word.Kind == piece.Sent:
		l.w.log.cached[k] = "sent"
	case t.Word.Kind == piece.InDoubt:
		l.w.log.cached[k] = "unknown"
	case t.Word.Kind == piece.Failed && l.w.chance(50):
		l.w.log.cached[k] = "failed"
		l.queue = append(l.queue, protocol.Handout{Row: t.Row, Attempt: k.attempt + 1})
	default: // it is untouched, or met a limit
		l.back(t.Row)
	}
	l.core.Recorded(t.Row)
}

// hand answers with a piece: first the marks, then the answer.
func (l *lead) hand(worker string, a piece.Answer, answer func(piece.Answer)) {
	room := l.core.Room(worker)
	p := &piece.Piece{}
	var rows []protocol.Handout
	l.queue = slices.DeleteFunc(l.queue, func(h protocol.Handout) bool {
		free := l.core.Free(h.Row) || l.w.broken == freeAtOnce || l.w.broken == timeoutGivesBack
		if len(rows) >= room || !free || slices.ContainsFunc(rows, func(o protocol.Handout) bool { return o.Row == h.Row }) {
			return false
		}
		rows = append(rows, h)
		p.Rows = append(p.Rows, piece.Row{Number: h.Row, Attempt: h.Attempt})
		return true
	})
	if len(rows) == 0 {
		a.Ask = l.core.Nothing(worker)
		answer(a)
		return
	}
	p.Number, a.Ask = l.core.Hand(worker, rows)
	a.Piece = p
	for _, h := range rows {
		l.given[h.Row] = l.clock()
		l.w.log.intents[try{l.run, h.Row, h.Attempt}] = &intent{}
	}
	mark := func() {
		for _, h := range rows {
			if i := l.w.log.intents[try{l.run, h.Row, h.Attempt}]; i != nil {
				i.marked = true
			}
		}
	}
	leave := func() {
		l.w.tell("piece %d for %s: %v", p.Number, worker, rows)
		answer(a)
	}
	if l.w.broken == marksAfterAnswer {
		mark, leave = leave, mark
	}
	mark()
	l.in(l.w.between(time.Microsecond, 50*time.Millisecond), leave)
}

// A disk is a worker's state directory.
type disk struct {
	id              string
	boots           uint64
	cached, durable map[int]*saved         // by run
	cuts            int                    // of power
	systems         map[int]map[uint64]int // pieces by how many there were before
}

// A saved is what it has of a run.
type saved struct {
	got    uint64
	pieces map[uint64]*protocol.Saved
}

func (s *saved) clone() *saved {
	c := &saved{got: s.got, pieces: map[uint64]*protocol.Saved{}}
	for n, p := range s.pieces {
		c.pieces[n] = &protocol.Saved{Piece: p.Piece, Rows: slices.Clone(p.Rows)}
	}
	return c
}

func cloneRuns(all map[int]*saved) map[int]*saved {
	c := map[int]*saved{}
	for run, s := range all {
		c[run] = s.clone()
	}
	return c
}

func (d *disk) of(run int) *saved {
	if d.cached == nil {
		d.cached = map[int]*saved{}
	}
	if d.cached[run] == nil {
		d.cached[run] = &saved{pieces: map[uint64]*protocol.Saved{}}
	}
	return d.cached[run]
}

// note remembers in which time between two power cuts a piece was kept.
func (d *disk) note(run int, number uint64) {
	if d.systems == nil {
		d.systems = map[int]map[uint64]int{}
	}
	if d.systems[run] == nil {
		d.systems[run] = map[uint64]int{}
	}
	d.systems[run][number] = d.cuts
}

// A machine is a worker's process and disk.
type machine struct {
	process
	name  string
	disk  *disk
	lost  int // disks so far
	boot  piece.Boot
	cores map[int]*protocol.Worker
	busy  int
}

func (m *machine) start() {
	m.up, m.busy, m.cores = true, 0, map[int]*protocol.Worker{}
	m.disk.boots++
	m.boot = piece.Boot{Count: m.disk.boots, Nonce: fmt.Sprint(m.name, m.w.Uint64())}
	m.disk.durable = cloneRuns(m.disk.cached) // what was read is durable
	for run, s := range m.disk.cached {
		var all []protocol.Saved
		for _, p := range s.pieces {
			x := *p
			x.Certain = m.disk.systems[run][p.Piece] == m.disk.cuts
			all = append(all, x)
		}
		m.cores[run] = protocol.NewWorker(strconv.Itoa(run), m.disk.id, m.boot, s.got, all)
	}
	m.in(m.w.between(0, time.Second), m.step)
}

func (m *machine) end(powerCut, lost bool) {
	if !m.up {
		return
	}
	m.kill()
	m.w.tell("%s ends, power cut %t, disk lost %t", m.name, powerCut, lost)
	if powerCut {
		m.disk.cuts++
		m.disk.cached = cloneRuns(m.disk.durable)
	}
	if lost {
		m.lost++
		m.disk = &disk{id: fmt.Sprintf("%s.%d", m.name, m.lost)}
	}
	m.w.in(m.w.between(time.Millisecond, 100*time.Second), m.start)
}

// step asks and tells.
func (m *machine) step() {
	run := m.w.lead.run
	if m.cores[run] == nil {
		m.cores[run] = protocol.NewWorker(strconv.Itoa(run), m.disk.id, m.boot, 0, nil)
	}
	for r, core := range m.cores {
		for _, x := range core.Untouched(m.w.now) {
			m.ended(r, x)
		}
		if r == run {
			core.Ask(m.w.now, 4-core.Rows())
		}
	}
	for _, r := range m.runs() {
		report := m.cores[r].Report()
		if r != run && len(report.Words) == 0 {
			continue
		}
		m.w.send(func() {
			l := m.w.lead
			if l.run != run && m.w.broken != otherRunsHear {
				return // it has a subject of its own
			}
			l.in(0, func() {
				l.hear(report, func(a piece.Answer) { m.w.send(func() { m.in(0, func() { m.answer(r, a) }) }) })
			})
		})
	}
	m.in(m.w.pause(m.w.between(10*time.Millisecond, 2*time.Second)), m.step)
}

func (m *machine) runs() (all []int) {
	for run := range m.cores {
		all = append(all, run)
	}
	slices.Sort(all)
	return all
}

// answer takes an answer in.
func (m *machine) answer(run int, a piece.Answer) {
	core := m.cores[run]
	if core == nil || a.Boot != m.boot {
		return
	}
	if m.w.broken == pieceNotChecked && a.Piece != nil { // it is taken whatever it is for
		core.Ask(m.w.now, 4)
		a.Ask = core.Report().Ask
	}
	m.drop(run, a.Acks)
	p, asked := core.Accept(m.w.now, &a)
	if p == nil {
		return
	}
	kept := func() {
		core.Kept(p, asked)
		m.w.tell("%s has piece %d of run %d", m.name, p.Number, run)
		for place := range p.Rows {
			m.in(m.w.between(0, 3*time.Second), func() { m.try(run, p, place) })
		}
	}
	store := func(s *saved) {
		x := &protocol.Saved{Piece: p.Number}
		for _, r := range p.Rows {
			x.Rows = append(x.Rows, protocol.SavedRow{Row: r.Number, Attempt: r.Attempt})
		}
		s.got, s.pieces[p.Number] = max(s.got, p.Number), x
	}
	store(m.disk.of(run))
	m.disk.note(run, p.Number)
	sync := func() {
		if m.disk.durable[run] == nil {
			m.disk.durable[run] = &saved{pieces: map[uint64]*protocol.Saved{}}
		}
		store(m.disk.durable[run])
	}
	if m.w.broken == syncedLate {
		kept()
		m.in(m.w.between(0, 10*time.Second), sync)
		return
	}
	m.in(m.w.between(0, 500*time.Millisecond), func() { sync(); kept() })
}

// drop drops rows that are acknowledged.
func (m *machine) drop(run int, acks []piece.Held) {
	core := m.cores[run]
	drop, durable := core.Acked(acks)
	mark := func(s *saved) {
		for _, d := range drop {
			if p := s.pieces[d.Piece]; p != nil {
				for place := range p.Rows {
					p.Rows[place].Dropped = p.Rows[place].Dropped || d.Rows.Has(place)
				}
			}
		}
	}
	mark(m.disk.of(run))
	if durable && m.w.broken != dropNotSynced && m.disk.durable[run] != nil {
		mark(m.disk.durable[run])
	}
	core.Dropped(drop)
}

// row returns what the disk has of a row.
func (m *machine) row(run int, number uint64, place int) *protocol.SavedRow {
	if p := m.disk.of(run).pieces[number]; p != nil {
		return &p.Rows[place]
	}
	return &protocol.SavedRow{}
}

// try sends a row.
func (m *machine) try(run int, p *piece.Piece, place int) {
	core, row := m.cores[run], p.Rows[place]
	if !core.Start(m.w.now, p.Number, place) {
		return
	}
	word := piece.Word{Piece: p.Number, Place: place, Row: row.Number, Attempt: row.Attempt, Kind: piece.Failed}
	m.in(m.w.between(time.Millisecond, 5*time.Second), func() {
		if !m.w.calm && m.w.chance(15) {
			m.ended(run, word) // it was refused
			return
		}
		if !core.Begin(m.w.now, p.Number, place) {
			word.Kind = piece.Untouched
			m.ended(run, word)
			return
		}
		m.row(run, p.Number, place).Begun = true
		m.in(m.w.between(0, 10*time.Millisecond), func() {
			// The octets are on their way, whatever becomes of the process.
			if refused := !m.w.calm && m.w.chance(10); !refused {
				word.Kind = piece.Sent
				m.w.in(m.w.between(0, 100*time.Millisecond), func() { m.w.accept(row.Number, m.name) })
			}
			m.in(m.w.between(100*time.Millisecond, 3*time.Second), func() { m.ended(run, word) })
		})
	})
}

// ended stores what became of a row, and by chance it becomes durable now.
func (m *machine) ended(run int, word piece.Word) {
	r := m.row(run, word.Piece, word.Place)
	r.Word = &word
	if s := m.disk.durable[run]; s != nil && s.pieces[word.Piece] != nil && m.w.chance(50) {
		s.pieces[word.Piece].Rows[word.Place] = *r
	}
	m.cores[run].Ended(word)
}
