package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

var (
	crashKills = flag.Int("crash.kills", 6, "how often the crash test kills mailshot")
	crashSeed  = flag.Uint64("crash.seed", 0, "what the crash test's choices come from; 0 is a new one")
)

// Sizes of a round of the crash test: one job, from its first run to its end.
const (
	roundRows    = 200
	roundWorkers = 8
	roundKills   = 8 // before the job is let come to its end
)

// mailshot is killed at every stage, and while it recovers, and run again
// until the job is done; then nobody has a second copy, and the log and the
// server agree on every row.
func TestCrash(t *testing.T) {
	t.Parallel()
	seed := *crashSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("%d kills, -crash.seed %d", *crashKills, seed)
	sum := crashSum{kills: make(map[string]int), sessions: make(map[string]int)}
	for n := 0; sum.killed() < *crashKills && !t.Failed(); n++ {
		if n > 10+*crashKills {
			t.Errorf("%d rounds made only %d kills", n, sum.killed())
			break
		}
		t.Run(fmt.Sprintf("round %d", n+1), func(t *testing.T) {
			c := newCrash(t, rand.New(rand.NewPCG(seed, uint64(n))), &sum, *crashKills)
			defer c.keep()
			c.round()
		})
	}
	t.Log(sum.String())
}

// A crashSum counts over all rounds.
type crashSum struct {
	tally
	rounds, runs, reruns int
	missed, torn         int // traps that the program's end came before; last lines that were torn
	kills                map[string]int
	sessions             map[string]int // kills by how sessions were used
}

func (s *crashSum) killed() (n int) {
	for _, k := range s.kills {
		n += k
	}
	return n
}

func (s *crashSum) String() string {
	list := func(counts map[string]int) string {
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			texts = append(texts, fmt.Sprintf("%d %s", counts[name], name))
		}
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%d kills in %d rounds (%s; %s; %d runs ended before they were killed), %d torn lines, %d runs, %d reruns\n%s",
		s.killed(), s.rounds, list(s.kills), list(s.sessions), s.missed, s.torn, s.runs, s.reruns, s.tally)
}

// A crash is one round.
type crash struct {
	t      *testing.T
	rnd    *rand.Rand
	sum    *crashSum
	most   int // kills of all rounds
	job    *liveJob
	killer killer
	people []person

	begun    bool          // the first run was made
	keyed    bool          // there is a key column
	include  bool          // at last unknown rows are sent again
	asked    bool          // that has begun
	plain    []string      // the runs until then
	sessions string        // how they are used, in words
	kind     atomic.Bool   // the server refuses only whom it always refuses
	deck     []string      // stages of the next kills
	startup  time.Duration // until the first session
	duration time.Duration // from there to the end, for all rows

	trail []string // what was done, for who looks for the cause
	wrong []string // what was seen on the way

	mu     sync.Mutex // guards visits
	visits map[string]int
}

// A round begins with these cards in another order. Those that are in it more
// than once are where most can go wrong.
var crashDeck = slices.Concat(trapStages, []string{"final", "quit", "content", "moment", "start", "file", "file", "file"})

func newCrash(t *testing.T, rnd *rand.Rand, sum *crashSum, most int) *crash {
	c := &crash{
		t: t, rnd: rnd, sum: sum, most: most, visits: make(map[string]int),
		keyed: rnd.IntN(2) == 0, include: rnd.IntN(4) == 0,
		startup: 50 * time.Millisecond, duration: 400 * time.Millisecond,
	}
	salt := rnd.Uint64()
	h := c.killer.hooked(smtptest.Handler{
		Rcpt:  func(to string) smtptest.Reply { return c.verdict(salt, "rcpt", to) },
		Final: func(m smtptest.Message) smtptest.Reply { return c.verdict(salt, "final", m.To[0]) },
	})
	per := []int{1, 5, 50}[rnd.IntN(3)]
	c.sessions = fmt.Sprintf("at %d a session", per)
	if rnd.IntN(3) == 0 {
		h.Keywords = []string{"SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES"}
		c.sessions += " without pipelining"
	}
	c.job = newLiveJob(t, roundRows, fmt.Sprintf("workers: %d, per_session: %d, retry: {attempts: %d, wait: 0s}, give_up_after: 0", roundWorkers, per, 1+rnd.IntN(3)), h)
	c.people = peopleOf(roundRows, c.keyed)
	if c.keyed {
		c.job.edit("job.yaml", "recipients: people.csv", "recipients: {file: people.csv, key: code}")
	}
	if rnd.IntN(4) == 0 { // a letter that does not fit into what the sockets hold
		c.job.edit("job.yaml", fmt.Sprintf("{inline: %q}", shortLetter), "letter.txt")
		c.job.write("letter.txt", shortLetter+"\n"+strings.Repeat("a long letter has many lines like this one\n", 4000))
	}
	return c
}

// verdict returns the server's answer about a recipient: mostly yes; now and then
// no, for now or for good, and another the next time; for few always no.
func (c *crash) verdict(salt uint64, stage, to string) smtptest.Reply {
	c.mu.Lock()
	n := c.visits[stage+to]
	c.visits[stage+to]++
	c.mu.Unlock()
	of := func(n int) uint64 {
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s %d %s", salt, stage, n, to)
		return rand.New(rand.NewPCG(h.Sum64(), 0)).Uint64N(100)
	}
	switch luck := of(n); {
	case of(-1) < 1:
		return smtptest.Say(550, "5.1.1 never heard of")
	case c.kind.Load():
	case luck < 4:
		return smtptest.Say(451, "4.3.0 not now")
	case luck < 6:
		return smtptest.Say(554, "5.7.1 not this one")
	}
	return smtptest.Reply{}
}
