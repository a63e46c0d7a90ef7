package pace

import (
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	table = flag.Bool("table", false, "print the table of the simulation")
	seeds = flag.Uint64("seeds", 1, "how often each case of the simulation is played")
)

// A model is a server in virtual time. It is asked once for each attempt, where
// the session has been open for a moment.
type model struct {
	name string
	best func(workers int) time.Duration // of a fixed setting, for simRows rows
	make func(counts bool) server        // counts: refused attempts count against the limit
	free bool                            // of the bound of refusals: each row is refused once by design
}

type server interface {
	// answer returns what an attempt gets at a time, while so many sessions are
	// open, this one among them.
	answer(now time.Duration, row, open int) (Kind, time.Duration)
}

const (
	simRows = 5000
	each    = 50 * time.Millisecond // that a message takes
)

// sessions takes so many at once.
type sessions int

func (s sessions) answer(_ time.Duration, _, open int) (Kind, time.Duration) {
	if open > int(s) {
		return Connections, 0
	}
	return Accepted, 0
}

// window takes so many in a sliding time.
type window struct {
	most   int
	per    time.Duration
	counts bool
	times  []time.Duration
}

func (w *window) answer(now time.Duration, _, _ int) (Kind, time.Duration) {
	for len(w.times) > 0 && w.times[0] <= now-w.per {
		w.times = w.times[1:]
	}
	if len(w.times) >= w.most {
		if w.counts {
			w.times = append(w.times, now)
		}
		return Rate, 0
	}
	w.times = append(w.times, now)
	return Accepted, 0
}

// trouble refuses or says nothing for a time.
type trouble struct {
	from, to time.Duration
	kind     Kind
}

func (b trouble) answer(now time.Duration, _, _ int) (Kind, time.Duration) {
	if now >= b.from && now < b.to {
		return b.kind, 0
	}
	return Accepted, 0
}

// greylist takes a row five minutes after it came first.
type greylist struct{ first map[int]time.Duration }

func (g *greylist) answer(now time.Duration, row, _ int) (Kind, time.Duration) {
	first, seen := g.first[row]
	if !seen {
		g.first[row] = now
		return Greylisted, 0
	}
	if now-first < 5*time.Minute {
		return Greylisted, 0
	}
	return Accepted, 0
}

func models() []model {
	work := func(workers int) time.Duration { return simRows * each / time.Duration(workers) }
	concurrent := func(n int) model {
		return model{
			name: fmt.Sprintf("%d sessions", n), best: func(w int) time.Duration { return work(min(w, n)) },
			make: func(bool) server { return sessions(n) },
		}
	}
	rate := func(n int, per time.Duration) model {
		return model{
			name: fmt.Sprintf("%d in %v", n, per), best: func(w int) time.Duration { return max(work(w), simRows*per/time.Duration(n)) },
			make: func(counts bool) server { return &window{most: n, per: per, counts: counts} },
		}
	}
	grey := model{
		name: "greylisting", best: func(w int) time.Duration { return max(5*time.Minute, work(w)) + work(w) }, free: true,
		make: func(bool) server { return &greylist{make(map[int]time.Duration)} },
	}
	return []model{
		concurrent(1), concurrent(2), concurrent(5), concurrent(20),
		rate(14, time.Second), rate(100, time.Second), rate(300, time.Minute), rate(30, time.Minute), rate(2000, time.Hour),
		{name: "a bad hour", best: func(w int) time.Duration { return work(w) + time.Hour }, make: func(bool) server { return trouble{2 * time.Second, time.Hour + 2*time.Second, Rate} }},
		{name: "an outage of 5s", best: func(w int) time.Duration { return work(w) + 5*time.Second }, make: func(bool) server { return trouble{2 * time.Second, 7 * time.Second, Unsaid} }},
		grey,
	}
}

// A sim is a run in virtual time.
type sim struct {
	g      *Governor
	server server
	rng    *rand.Rand
	now    time.Duration
	open   int
	events events

	todo    []int
	back    []int
	later   []int
	puts    map[int]int // put backs of a row with others accepted between
	seen    map[int]int // how many were accepted when it was put back last
	sent    int
	refused int
	failed  int
	stopped Stop
}

type event struct {
	at    time.Duration
	row   int
	start Start
	kind  Kind // 0: the server is to be asked
	asked bool
	after time.Duration
}

type events []event

func (e events) Len() int           { return len(e) }
func (e events) Less(i, j int) bool { return e[i].at < e[j].at }
func (e events) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)        { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

var epochTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *sim) clock() time.Time { return epochTime.Add(s.now) }

func (s *sim) jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*s.rng.Float64()))
}

// run runs to the end, and returns when that is.
func (s *sim) run() time.Duration {
	for pass := 0; ; pass++ {
		s.onePass()
		if s.stopped != GoOn || len(s.later) == 0 || pass == 3 {
			s.failed += len(s.later)
			return s.now
		}
		s.todo, s.later = s.later, nil
		s.now += 5 * time.Minute
	}
}

func (s *sim) onePass() {
	for {
		var again time.Time
		for len(s.todo)+len(s.back) > 0 && s.stopped == GoOn {
			ok, at := s.g.Next(s.clock())
			if again = at; !ok {
				break
			}
			s.begin()
		}
		wake := time.Duration(-1)
		if !again.IsZero() && len(s.todo)+len(s.back) > 0 && s.stopped == GoOn {
			wake = again.Sub(epochTime)
		}
		if len(s.events) == 0 && wake < 0 {
			return
		}
		if len(s.events) == 0 || wake >= 0 && wake <= s.events[0].at {
			s.now = max(s.now, wake)
			continue
		}
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		if !e.asked {
			s.ask(e)
			continue
		}
		s.end(e)
	}
}

func (s *sim) begin() {
	row := 0
	if n := len(s.back); n > 0 {
		row, s.back = s.back[0], s.back[1:]
	} else {
		row, s.todo = s.todo[0], s.todo[1:]
	}
	s.open++
	heap.Push(&s.events, event{at: s.now + s.jitter(10*time.Millisecond), row: row, start: s.g.Begin(s.clock())})
}

func (s *sim) ask(e event) {
	e.kind, e.after = s.server.answer(s.now, e.row, s.open)
	e.asked = true
	e.at = s.now + s.jitter(40*time.Millisecond)
	if e.kind != Accepted {
		e.at = s.now
	}
	heap.Push(&s.events, e)
}

func (s *sim) end(e event) {
	s.open--
	if e.kind != Accepted {
		s.refused++
	}
	if n, ok := s.seen[e.row]; ok && e.kind != Accepted && s.sent > n {
		s.puts[e.row]++
		s.seen[e.row] = s.sent
	}
	d := s.g.Learn(s.clock(), Outcome{Kind: e.kind, Start: e.start, After: e.after, Named: true, PutBacks: s.puts[e.row]})
	s.stopped = max(s.stopped, d.Stop)
	switch {
	case e.kind == Accepted:
		s.sent++
	case d.Action == PutBack:
		s.back = append(s.back, e.row)
		if _, ok := s.seen[e.row]; !ok {
			s.seen[e.row] = s.sent
		}
	case e.kind == Greylisted || e.kind == Temporary:
		s.later = append(s.later, e.row)
	default:
		s.failed++
	}
}

// TestSimulation: whatever a server's limit, every row is sent in one run, without
// many refusals, and not much later than the best fixed setting would do it.
func TestSimulation(t *testing.T) {
	if *table {
		fmt.Println("| server | refused count | workers | sent | refusals | of messages | time | of the best |\n|---|---|--:|--:|--:|--:|--:|--:|")
	}
	for _, m := range models() {
		for _, counts := range []bool{false, true} {
			for _, workers := range []int{1, 8, 64} {
				var worst sim
				var longest time.Duration
				for seed := range *seeds {
					s := sim{
						g: New(Config{Workers: workers, GiveUpAfter: 10}), server: m.make(counts), rng: rand.New(rand.NewPCG(seed, 7)),
						puts: make(map[int]int), seen: make(map[int]int),
					}
					for i := range simRows {
						s.todo = append(s.todo, i)
					}
					took := s.run()
					if s.refused > worst.refused || seed == 0 {
						worst = s
					}
					longest = max(longest, took)
					best := m.best(workers)
					if s.sent != simRows || s.failed > 0 || s.stopped != GoOn {
						t.Errorf("%s (refused count %t), %d workers, seed %d: %d sent, %d failed, stopped %d after %v", m.name, counts, workers, seed, s.sent, s.failed, s.stopped, took)
					}
					if !m.free && s.refused > max(simRows/20, 20) {
						t.Errorf("%s (refused count %t), %d workers, seed %d: %d refusals", m.name, counts, workers, seed, s.refused)
					}
					if took > best*3/2 {
						t.Errorf("%s (refused count %t), %d workers, seed %d: %v; the best fixed setting takes %v", m.name, counts, workers, seed, took, best)
					}
				}
				if *table {
					fmt.Printf("| %s | %t | %d | %d | %d | %.1f %% | %v | %.2f |\n", m.name, counts, workers, worst.sent, worst.refused,
						100*float64(worst.refused)/simRows, longest.Round(time.Second), float64(longest)/float64(m.best(workers)))
				}
			}
		}
	}
}
