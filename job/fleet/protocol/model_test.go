package protocol_test

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"

	"mailshot/job/fleet/piece"
)

// A rule is one that a world breaks, to see that it would be found.
type rule int

const (
	allHold rule = iota
	marksAfterAnswer
	timeoutGivesBack
	pieceNotChecked
	syncedLate
	sharedState
	staleReportsCount
	freeAtOnce
	dropNotSynced
	otherRunsHear
)

// A world has a coordinator, workers, a network between them and a server, in virtual time.
type world struct {
	*rand.Rand
	broken rule
	now    time.Duration
	events queue
	order  int
	calm   bool // no faults any more

	rows     int
	accepted map[int]int // copies of a row that the server has
	faults   []string
	story    []string

	log     book
	runs    int
	lead    *lead
	workers []*machine
}

// An event is something that happens at a time.
type event struct {
	at    time.Duration
	order int
	do    func()
}

type queue []event

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(event)) }
func (q *queue) Pop() any {
	e := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return e
}

func (w *world) in(d time.Duration, do func()) {
	w.order++
	heap.Push(&w.events, event{w.now + d, w.order, do})
}

func (w *world) chance(percent int) bool { return w.IntN(100) < percent }

// between returns a random time.
func (w *world) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.Int64N(int64(b-a)))
}

// pause returns how long something waits that is done again and again: longer once all is calm.
func (w *world) pause(d time.Duration) time.Duration {
	if w.calm {
		return 8 * d
	}
	return d
}

func (w *world) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf("%v: ", w.now)+fmt.Sprintf(format, args...))
}

func (w *world) tell(format string, args ...any) {
	w.story = append(w.story, fmt.Sprintf("%v: ", w.now)+fmt.Sprintf(format, args...))
}

// send delivers a message once, never, twice, soon or late.
func (w *world) send(deliver func()) {
	copies := 1
	switch {
	case w.calm:
	case w.chance(8):
		copies = 0
	case w.chance(8):
		copies = 2
	}
	for range copies {
		d := w.between(time.Millisecond, 30*time.Millisecond)
		if !w.calm && w.chance(10) {
			d = w.between(time.Second, 90*time.Second)
		}
		w.in(d, deliver)
	}
}

// accept is the server taking a message.
func (w *world) accept(row int, by string) {
	w.accepted[row]++
	w.tell("server has row %d from %s", row, by)
	if w.accepted[row] > 1 {
		w.fault("row %d was delivered %d times", row, w.accepted[row])
	}
}

// A process is what may be killed and stopped.
type process struct {
	w       *world
	epoch   int
	up      bool
	stopped time.Duration // until when
}

// in does something later, unless the process ends before; if it is stopped then, after that.
func (p *process) in(d time.Duration, do func()) {
	epoch := p.epoch
	var run func()
	run = func() {
		switch {
		case !p.up || p.epoch != epoch:
		case p.w.now < p.stopped:
			p.w.in(p.stopped-p.w.now, run)
		default:
			do()
		}
	}
	p.w.in(d, run)
}

func (p *process) kill() { p.up, p.epoch, p.stopped = false, p.epoch+1, 0 }

// newWorld returns a world in which a first run has begun.
func newWorld(seed uint64, broken rule) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 7)), broken: broken, accepted: map[int]int{}}
	w.rows = 5 + w.IntN(30)
	w.log.init()
	for i := range 2 + w.IntN(2) {
		m := &machine{process: process{w: w}, name: fmt.Sprintf("w%d", i), disk: &disk{id: fmt.Sprintf("w%d", i)}}
		w.workers = append(w.workers, m)
		m.start()
	}
	if broken == sharedState {
		m := &machine{process: process{w: w}, name: "twin", disk: w.workers[0].disk}
		w.workers = append(w.workers, m)
		m.start()
	}
	w.lead = &lead{process: process{w: w}}
	w.lead.start()
	return w
}

// run lets time pass.
func (w *world) run(until time.Duration) {
	for len(w.events) > 0 && w.events[0].at <= until && len(w.faults) == 0 {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
	}
	w.now = until
}

// misfortune happens to someone from time to time.
func (w *world) misfortune() {
	if w.calm {
		return
	}
	m := w.workers[w.IntN(len(w.workers))]
	switch n := w.IntN(100); {
	case n < 25:
		m.end(false, false)
	case n < 35:
		m.end(true, false)
	case n < 38 && w.broken != sharedState:
		m.end(true, true)
	case n < 50:
		w.lead.end(false)
	case n < 57:
		w.lead.end(true)
	case n < 80 && m.up:
		m.stopped = w.now + w.between(time.Millisecond, 3*time.Minute)
	case n < 90 && w.lead.up:
		w.lead.stopped = w.now + w.between(time.Millisecond, 2*time.Minute)
	case w.lead.up:
		w.lead.jump += w.between(0, 10*time.Minute)
	}
	w.in(w.between(10*time.Millisecond, 20*time.Second), w.misfortune)
}

// all lets everything happen that may, and says what is wrong then.
func (w *world) all() []string {
	w.in(w.between(0, 5*time.Second), w.misfortune)
	w.run(w.between(time.Minute, 6*time.Minute))
	w.calm = true
	for range 5 { // runs, until nothing is left
		w.run(w.now + 8*time.Minute)
		w.lead.end(false)
	}
	w.run(w.now + 8*time.Minute)
	if len(w.faults) > 0 {
		return w.faults
	}
	for row := range w.rows {
		switch s := w.log.state(row); {
		case s == "sent" && w.accepted[row] == 0:
			w.fault("row %d is recorded as sent, and was not", row)
		case s != "sent" && s != "unknown":
			w.fault("row %d is %q in the end", row, s)
		}
	}
	return w.faults
}

// A book is the coordinator's log and journal.
type book struct {
	cached, durable map[try]string // records: sent, failed, unknown, or settled: sent!, failed!
	intents         map[try]*intent
	journal         int // the run that it is of
}

// A try is an attempt at a row.
type try struct{ run, row, attempt int }

type intent struct{ marked, disarmed, disarmedDurable bool }

func (b *book) init() { b.cached, b.durable = map[try]string{}, map[try]string{} }

func (b *book) sync() {
	for k, v := range b.cached {
		b.durable[k] = v
	}
	for _, i := range b.intents {
		i.disarmedDurable = i.disarmed
	}
}

// recover makes records of the intents that may have been begun.
func (b *book) recover(powerCut bool) {
	if powerCut {
		b.cached = map[try]string{}
		for k, v := range b.durable {
			b.cached[k] = v
		}
	}
	for k, i := range b.intents {
		disarmed := i.disarmed && (!powerCut || i.disarmedDurable)
		if b.cached[k] == "" && !disarmed && (i.marked || powerCut) {
			b.cached[k] = "unknown"
		}
	}
	b.intents = map[try]*intent{}
	b.sync()
}

// state returns what the log says of a row, as package result folds it.
func (b *book) state(row int) string {
	state, last := "", 0
	for k, v := range b.cached {
		if k.row != row {
			continue
		}
		switch {
		case v == "sent" || v == "sent!":
			return "sent"
		case v == "unknown":
			state = "unknown"
		case state != "unknown" && k.attempt > last:
			state, last = "failed", k.attempt
		}
	}
	return state
}

// attempts returns how often a row was tried.
func (b *book) attempts(row int) (n int) {
	for k := range b.cached {
		if k.row == row {
			n = max(n, k.attempt)
		}
	}
	return n
}

// settle takes a worker's word about a try that is unknown.
func (b *book) settle(k try, kind piece.Kind) {
	if b.cached[k] != "unknown" {
		return
	}
	switch kind {
	case piece.Sent:
		b.cached[k] = "sent!"
	case piece.Failed, piece.Untouched:
		b.cached[k] = "failed!"
	}
}
