package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/job/fleet/state"
	"mailshot/transport"
)

// A Worker sends rows of runs that are for its server.
type Worker struct {
	Bus      Bus
	State    *state.State
	Name     string
	Server   string // the digest of its host and user, as of the function Server
	Sessions int    // that it opens at once, at most
	Open     func(context.Context) (Session, error)
	First    Session       // that is open already; nil: there is none
	Grace    time.Duration // how long sessions in flight may go on after ctx is done
	Elapsed  func() time.Duration
	Tell     func(string) // must not block; nil: nobody listens
}

// A Session takes several messages, one after the other; *transport.Session is one.
type Session interface {
	Deliver(context.Context, transport.Delivery) (transport.Receipt, error)
	Usable() bool
	Delivered() int
	Close() error
}

const (
	together = 3 * time.Millisecond // in which asks and words are gathered for one report
	goneFor  = 10 * time.Second     // without an announcement a run is over, or its coordinator was killed
	farewell = 10 * time.Second     // how long a worker that ends waits for its words to be acknowledged
)

// A shift is a worker at its work.
type shift struct {
	*Worker
	boot    piece.Boot
	rows    chan job
	changed chan struct{}
	news    chan announcement
	answers chan piece.Answer

	mu     sync.Mutex // guards what follows; files are written while it is not held, but for what is begun
	cores  map[string]*protocol.Worker
	run    string // that it works for; "": none
	most   int    // messages a session
	heard  time.Duration
	alien  map[string]string // runs that are none of the run's mailing, by which run said so
	told   map[string]bool   // what was said once
	failed error             // why it has to end
}

// A job is a row that a session is to send.
type job struct {
	run   string
	piece uint64
	place int
	row   piece.Row
}

// Work works until ctx is done, or until it can't any more, and then lets sessions in flight
// finish.
func (w *Worker) Work(ctx context.Context) error {
	s := &shift{
		Worker: w, boot: w.State.Boot(), rows: make(chan job, w.Sessions+piece.MaxRows), changed: make(chan struct{}, 1),
		news: make(chan announcement, 64), answers: make(chan piece.Answer, 64),
		cores: make(map[string]*protocol.Worker), alien: make(map[string]string), told: make(map[string]bool),
	}
	for _, run := range w.State.Runs() {
		s.core(run)
	}
	stopRuns, err := w.Bus.Subscribe(subjectRuns, s.hearRun)
	if err != nil {
		return err
	}
	defer stopRuns()
	stopAnswers, err := w.Bus.Subscribe(subjectTo(anyRun, w.State.ID(), s.boot.Nonce), s.hearAnswer)
	if err != nil {
		return err
	}
	defer stopAnswers()
	sessions, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var group sync.WaitGroup
	for i := range w.Sessions {
		first := w.First
		if i > 0 {
			first = nil
		}
		group.Go(func() { (&seat{shift: s, session: first}).work(sessions) })
	}
	defer group.Wait()
	defer close(s.rows)
	err = s.loop(ctx, cut)
	s.haltAll()
	return err
}

// core returns what is known of a run.
func (s *shift) core(run string) *protocol.Worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.cores[run]
	if c == nil {
		got, saved := s.State.Of(run)
		c = protocol.NewWorker(run, s.State.ID(), s.boot, got, saved)
		s.cores[run] = c
	}
	return c
}

// hearRun takes an announcement.
func (s *shift) hearRun(data []byte) {
	var a announcement
	if json.Unmarshal(data, &a) != nil || a.Run == "" || len(a.Run) > 256 {
		return
	}
	select {
	case s.news <- a:
	default: // another comes
	}
}

// hearAnswer takes an answer.
func (s *shift) hearAnswer(data []byte) {
	a, err := piece.DecodeAnswer(data)
	if err != nil {
		return
	}
	select {
	case s.answers <- *a:
	default: // it is as if it was lost
	}
}

// loop asks and tells.
func (s *shift) loop(ctx context.Context, cut func()) error {
	t := time.NewTicker(beat)
	defer t.Stop()
	soon := time.NewTimer(together)
	defer soon.Stop()
	ends := ctx.Done()
	var leave <-chan time.Time
	for {
		select {
		case <-ends:
			ends = nil
			s.haltAll()
			defer time.AfterFunc(s.Grace, cut).Stop()
			x := time.NewTimer(s.Grace + farewell)
			defer x.Stop()
			leave = x.C
			soon.Reset(together)
		case <-leave:
			return nil
		case a := <-s.news:
			s.announced(&a)
		case a := <-s.answers:
			if err := s.answer(&a); err != nil {
				return err
			}
		case <-s.changed:
			soon.Reset(together)
		case <-soon.C:
			s.report(false)
		case <-t.C:
			s.untouched()
			s.report(true)
		}
		if err := s.broken(); err != nil {
			return err
		}
		if ends == nil && s.done() {
			return nil
		}
	}
}

// up has a report sent soon.
func (s *shift) up() {
	select {
	case s.changed <- struct{}{}:
	default: // one will be
	}
}

// announced takes a run up if it is for this worker and there is no other.
func (s *shift) announced(a *announcement) {
	s.mu.Lock()
	now := s.Elapsed()
	switch {
	case a.Version != thisVersion:
		s.say("run %s is of another version of mailshot", a.Run)
		s.mu.Unlock()
		return
	case a.Server != s.Server:
		s.say("run %s is for another host or user than this worker's", a.Run)
		s.mu.Unlock()
		return
	case s.run == a.Run && a.Over:
		s.run = ""
		s.mu.Unlock()
		return
	case s.run == a.Run:
		s.heard = now
		s.mu.Unlock()
		return
	case a.Over || s.run != "" && now-s.heard < goneFor:
		s.mu.Unlock()
		return
	}
	s.run, s.heard, s.most = a.Run, now, max(a.PerSession, 1)
	if !a.Looks {
		s.say("working for run %s", a.Run)
	}
	s.mu.Unlock()
	s.core(a.Run)
	s.up()
}

// say tells something once. s.mu is held.
func (s *shift) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if s.Tell != nil && !s.told[text] {
		s.told[text] = true
		s.Tell(text)
	}
}

// report tells the coordinator where things are, and asks for rows. always is said if there is
// nothing new as well.
func (s *shift) report(always bool) {
	s.mu.Lock()
	var all []piece.Report
	to := s.run
	if to != "" && s.Elapsed()-s.heard > goneFor {
		s.run, to = "", ""
	}
	for run, c := range s.cores {
		switch {
		case to == "":
			continue
		case run == to:
			s.ask(c)
		case !always || c.Empty() || s.alien[run] == to:
			continue
		}
		r := c.Report()
		r.Name, r.Sessions, r.Clock = s.Name, s.Sessions, time.Now().UnixMilli()
		all = append(all, r)
	}
	s.mu.Unlock()
	for i := range all {
		if b, err := piece.EncodeReport(&all[i]); err == nil {
			_ = s.Bus.Publish(subjectReport(to), b) // a loss is made up for by the next
		}
	}
}

// ask asks for as many rows as there are sessions without one, unless these are too few yet. s.mu
// is held.
func (s *shift) ask(c *protocol.Worker) {
	busy := 0
	for _, c := range s.cores {
		busy += c.Rows()
	}
	if room := s.Sessions - busy; room >= max(1, s.Sessions/8) {
		c.Ask(s.Elapsed(), room)
	}
}

// answer takes an answer in.
func (s *shift) answer(a *piece.Answer) error {
	s.mu.Lock()
	c := s.cores[a.Run]
	if c == nil {
		s.mu.Unlock()
		return nil
	}
	if a.Run == s.run {
		s.heard = s.Elapsed()
	}
	if a.Alien {
		s.alien[a.Run] = s.run
	}
	if a.Over && a.Boot == s.boot {
		s.mu.Unlock()
		return errors.New(a.Why)
	}
	drop, durable := c.Acked(a.Acks)
	s.mu.Unlock()
	if len(drop) > 0 {
		if err := s.State.Drop(a.Run, drop, durable); err != nil {
			return err
		}
	}
	s.mu.Lock()
	c.Dropped(drop)
	p, asked := c.Accept(s.Elapsed(), a)
	s.mu.Unlock()
	if p == nil {
		if len(drop) > 0 {
			s.up()
		}
		return nil
	}
	if err := s.State.Keep(a.Run, p); err != nil {
		return err // it is not known whether it is there: only another start may tell
	}
	s.mu.Lock()
	c.Kept(p, asked)
	s.mu.Unlock()
	for place, r := range p.Rows {
		s.rows <- job{a.Run, p.Number, place, r}
	}
	s.up()
	return nil
}

// untouched ends rows that came too late to be begun.
func (s *shift) untouched() {
	type end struct {
		run  string
		word piece.Word
	}
	var all []end
	s.mu.Lock()
	for run, c := range s.cores {
		for _, x := range c.Untouched(s.Elapsed()) {
			all = append(all, end{run, x})
		}
	}
	s.mu.Unlock()
	for _, e := range all {
		s.ended(e.run, e.word)
	}
}

// ended stores what became of a row, and has it told. What can't be stored is told as well, but for
// rows that may be given to others then.
func (s *shift) ended(run string, word piece.Word) {
	err := s.State.End(run, word)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed = err
		if word.Kind != piece.Sent {
			return
		}
	}
	s.cores[run].Ended(word)
	s.up()
}

// haltAll begins no more rows.
func (s *shift) haltAll() {
	s.mu.Lock()
	for _, c := range s.cores {
		c.Halt()
	}
	s.mu.Unlock()
	s.untouched()
}

func (s *shift) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// done reports whether nothing is left to do or to tell to the run that there is.
func (s *shift) done() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for run, c := range s.cores {
		if c.Rows() > 0 || run == s.run && !c.Empty() {
			return false
		}
	}
	return true
}
