package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/job/result"
)

const (
	// LostAfter is how long a worker may be silent until its rows are recorded as unknown.
	LostAfter = 5 * time.Minute

	reportEvery = 30 * time.Second // between two notes of what workers do

	beat       = time.Second           // between two announcements, and two reports of a worker
	longPoll   = time.Second           // an ask is answered by then, if only that there is nothing
	tick       = 50 * time.Millisecond // between two looks at what has waited
	lastWords  = 5 * time.Second       // how long the end of a run waits for workers to confirm
	asleep     = 10 * time.Second      // without a look at what workers say is more than the machine is slow
	maxReports = 1024                  // that wait to be looked at
)

// A Config is what a Coordinator needs. Fields without a word about nil must be given.
type Config struct {
	Bus        Bus
	Run        string // its id
	Server     string // its digest, as of Server
	PerSession int    // messages a session
	Looks      bool   // it hands nothing out, and only hears what workers say
	Recorder   delivery.Recorder
	Now        func() time.Time
	// Earlier is told what workers say of rows of earlier runs. It reports whether the mailing
	// knows the run, and whether the words are on record now; nil: it knows none.
	Earlier func(run string, words []piece.Word, worker string) (known, done bool)
	Tell    func(string) // what is good to know; nil: nobody listens. It must not block
}

// A Coordinator hands the rows of a run to workers. It is a delivery.Deliverer; its Recorder is the
// engine's.
type Coordinator struct {
	Config
	kept    delivery.Recorder
	begun   time.Time
	reports chan *piece.Report
	wake    chan struct{}
	drained chan struct{}
	closing chan struct{}
	loops   sync.WaitGroup
	stop    func()

	mu      sync.Mutex // guards what follows
	core    protocol.Coordinator
	intents map[string]*intent // by label
	queue   []*row             // that wait for a worker
	flying  map[int]*row       // that are handed out, by number
	members map[string]*member
	asking  []string // workers whose ask waits, the first one first
	drain   bool
	alone   int // looks since a worker was there
}

// A member is a worker.
type member struct {
	id       string
	boot     piece.Boot
	name     string
	sessions int
	since    time.Time
	ahead    time.Duration // its clock
	asked    time.Duration // when the ask came that waits
	ended    int           // rows of which it told the outcome, since it was reported
	words    []piece.Word  // of the last report, that are not acknowledged
}

// Start subscribes, and begins to hand out what comes to Deliver.
func Start(c Config) (*Coordinator, error) {
	x := &Coordinator{
		Config: c, kept: c.Recorder, begun: c.Now(),
		reports: make(chan *piece.Report, maxReports), wake: make(chan struct{}, 1), drained: make(chan struct{}), closing: make(chan struct{}),
		intents: make(map[string]*intent), flying: make(map[int]*row), members: make(map[string]*member),
	}
	stop, err := c.Bus.Subscribe(subjectReport(c.Run), x.receive)
	if err != nil {
		return nil, err
	}
	x.stop = stop
	x.loops.Go(x.loop)
	return x, nil
}

// Wrapped returns the Recorder for the engine.
func (c *Coordinator) Wrapped() delivery.Recorder { return &recorder{c.kept, c} }

// Drain ends the handing out: rows that wait are put back, and workers begin no more.
func (c *Coordinator) Drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.drain {
		c.drain = true
		close(c.drained)
	}
}

// Close ends the run for the workers, after a time in which they may confirm what they dropped. No
// Deliver may be going on. A nil Coordinator has nothing to end.
func (c *Coordinator) Close(ctx context.Context) {
	if c == nil {
		return
	}
	c.Drain()
	deadline := time.NewTimer(lastWords)
	defer deadline.Stop()
	for poll := time.NewTicker(tick); ; {
		if c.settled() {
			poll.Stop()
			break
		}
		select {
		case <-poll.C:
			continue
		case <-deadline.C:
		case <-ctx.Done():
		}
		poll.Stop()
		break
	}
	close(c.closing)
	c.loops.Wait()
	c.stop()
	c.announce(true)
}

// settled reports whether no worker has anything of this run any more.
func (c *Coordinator) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.core.Settled()
}

// loop is where reports are heard and rows are handed out.
func (c *Coordinator) loop() {
	t := time.NewTicker(tick)
	defer t.Stop()
	var announced, patient time.Time
	looked := c.Now()
	reported := looked
	for {
		select {
		case <-c.closing:
			return
		case r := <-c.reports:
			c.hear(r)
		case <-c.wake:
		case <-t.C:
			if now := c.Now(); now.Sub(announced) >= beat {
				announced = now
				c.announce(false)
			}
		}
		c.acknowledge()
		c.handOut()
		if now := c.Now(); now.Sub(looked) >= beat {
			if now.Sub(looked) > asleep {
				patient = now.Add(asleep) // this process was stopped: what workers say is still on its way
			}
			looked = now
			if now.After(patient) {
				c.lookForLost()
			}
			c.lookForWorkers()
			if took := now.Sub(reported); took >= reportEvery {
				c.report(took)
				reported = now
			}
		}
	}
}

// up wakes the loop.
func (c *Coordinator) up() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look
	}
}

func (c *Coordinator) elapsed() time.Duration { return c.Now().Sub(c.begun) }

// announce tells which run there is. A loss is made up for by the next.
func (c *Coordinator) announce(over bool) {
	b, err := json.Marshal(announcement{Version: thisVersion, Run: c.Run, Server: c.Server, PerSession: c.PerSession, Looks: c.Looks, Over: over})
	if err == nil {
		_ = c.Bus.Publish(subjectRuns, b)
	}
}

// receive takes a message of a worker.
func (c *Coordinator) receive(data []byte) {
	r, err := piece.DecodeReport(data)
	if err != nil || !isToken(r.Worker) || !isToken(r.Boot.Nonce) {
		return
	}
	select {
	case c.reports <- r:
	default: // the worker tells once more
	}
}

// answer sends an answer to one start of a worker. A loss is made up for by what the worker says
// next.
func (c *Coordinator) answer(run, worker string, a piece.Answer) {
	a.Run = run
	c.mu.Lock()
	a.Halt = a.Halt || c.drain && run == c.Run
	c.mu.Unlock()
	if b, err := piece.EncodeAnswer(&a); err == nil {
		_ = c.Bus.Publish(subjectTo(token(c.Run), worker, a.Boot.Nonce), b)
	}
}

// armed is told of an intent.
func (c *Coordinator) armed(it *intent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.intents[it.label()] = it
}

// recorded is told of records.
func (c *Coordinator) recorded(recs []*result.Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, rec := range recs {
		c.core.Recorded(rec.Row)
		if label := label(rec.Row); rec.Status != result.Unknown { // which may yet be settled
			delete(c.intents, label)
		}
	}
	c.up()
}

// putBack is told that an intent was disarmed, so that no record comes.
func (c *Coordinator) putBack(it *intent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.intents[it.label()] == it {
		delete(c.intents, it.label())
	}
	c.core.Recorded(it.rec.Row)
	c.up()
}

// lookForLost gives up rows of workers that are silent.
func (c *Coordinator) lookForLost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.core.Lost(c.elapsed(), LostAfter) {
		if r := c.flying[n]; r != nil {
			delete(c.flying, n)
			r.done <- told{kind: piece.InDoubt, worker: r.worker, word: piece.Word{Kind: piece.InDoubt, End: piece.Outcome{Text: "it was not heard of for " + LostAfter.String()}}}
		}
	}
}

// lookForWorkers tells if rows wait and nobody is there to send them.
func (c *Coordinator) lookForWorkers() {
	c.mu.Lock()
	defer c.mu.Unlock()
	there := false
	for _, m := range c.core.Members(c.elapsed()) {
		there = there || m.Silent < asleep
	}
	switch {
	case there:
		c.alone = 0
	case len(c.queue) == 0:
	case c.alone < int(asleep/beat):
		c.alone++
	case c.alone == int(asleep/beat):
		c.alone++
		c.say("no worker is there: the messages wait for mailshot work")
	}
}

// report notes what workers did in a time.
func (c *Coordinator) report(took time.Duration) {
	c.mu.Lock()
	ended := make(map[string]int)
	for id, m := range c.members {
		ended[id], m.ended = m.ended, 0
	}
	c.mu.Unlock()
	var all []string
	for _, m := range c.Members() {
		text := fmt.Sprintf("%s %.1f/s, has %d rows", m.Name, float64(ended[m.ID])/took.Seconds(), m.Rows)
		if m.Silent > 10*beat {
			text += ", silent for " + m.Silent.Truncate(time.Second).String()
		}
		all = append(all, text)
	}
	if len(all) > 0 {
		c.say("workers: %s", strings.Join(all, "; "))
	}
}

// A Member is a worker as it is shown.
type Member struct {
	Name     string
	ID       string
	Sessions int
	Since    time.Time
	Silent   time.Duration
	Rows     int           // that it has
	Ahead    time.Duration // of this machine's clock is the worker's
}

// Members returns the workers that were heard, by name.
func (c *Coordinator) Members() (all []Member) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.core.Members(c.elapsed()) {
		if x := c.members[m.Worker]; x != nil {
			all = append(all, Member{Name: x.name, ID: x.id, Sessions: x.sessions, Since: x.since, Silent: m.Silent, Rows: m.Rows, Ahead: x.ahead})
		}
	}
	slices.SortStableFunc(all, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	return all
}
