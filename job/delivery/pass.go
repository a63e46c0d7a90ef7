package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"mailshot/job/delivery/sessions"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// A pass is one walk over a selection of rows while it goes on.
type pass struct {
	*runner
	work      chan *Task   // room for all that is open
	done      chan outcome // likewise
	interrupt <-chan struct{}
	timer     *time.Timer

	outcomes []outcome // memory for those that are taken in together

	ahead     []*Task   // taken up, in the order of the source
	most      int       // of those
	tookUp    time.Time // when rows were taken up last
	ended     error     // of the source, as io.EOF; nil: there may be more
	disarmed  bool      // those are not armed, since the run was held
	back      []*Task   // put back
	exhausted bool      // the source has no more
	waiting   *Task     // the next to start; nil once there is none
	begin     time.Time // not before
	last      time.Time // of the outcomes

	held      time.Time // since when the admission holds the run; zero: it does not
	heldUntil time.Time // as it was told
}

// onePass makes one attempt at every task of the source, and returns the time of
// the last outcome. Tasks that were put back are tried again in the same
// pass.
func (r *runner) onePass(ctx, sessions context.Context) time.Time {
	p := pass{
		runner: r, interrupt: ctx.Done(),
		work: make(chan *Task, len(r.Composers)), done: make(chan outcome, len(r.Composers)),
	}
	var workers errgroup.Group
	for i, c := range r.Composers {
		var ahead Composer
		if len(r.Ahead) > 0 {
			ahead = r.Ahead[i]
		}
		workers.Go(func() error {
			if i == 0 && r.Canary != nil && r.sender.pool == nil {
				r.Canary() // the others need not wait for it, and there are no more sessions than workers
			}
			return p.worker(sessions, c, ahead)
		})
	}
	p.timer = time.NewTimer(time.Hour)
	defer p.timer.Stop()
	for {
		p.startWhatMay(ctx)
		if p.open == 0 && (r.stopped != nil || p.waiting == nil) {
			break
		}
		select {
		case o := <-p.done:
			p.endAll(o)
		case <-p.timer.C:
		case <-p.interrupt:
			p.interrupt = nil
			r.stop(problem.InterruptedBy(ctx))
		}
	}
	close(p.work)
	_ = workers.Wait() // they have no errors to give
	p.sender.pool.End()
	p.disarm()
	p.rest()
	return p.last
}

// worker makes one attempt after the other, until no task is left. A message that leaves while another
// is not answered is made by the other composer; none leaves with the one behind a refusal, so that it
// is known first what follows from that.
func (p *pass) worker(sessions context.Context, c, other Composer) error {
	for e := range p.work {
		refused := false
		for t := p.sender.attempt(e); t != nil; t = t.next {
			if !refused {
				t.ahead = other
			}
			o := t.try(sessions, c)
			refused = o.err != nil
			p.done <- o
			if t.next != nil {
				c, other = other, c
			}
		}
	}
	return nil
}

// startWhatMay starts tasks until the workers are busy, the pace or a pause
// makes the next one wait, or there is none.
func (p *pass) startWhatMay(ctx context.Context) {
	if p.stopped != nil || !p.governor.Follows(p.Now()) {
		p.withdraw()
	}
	for p.stopped == nil {
		if ctx.Err() != nil {
			p.stop(problem.InterruptedBy(ctx))
			return
		}
		if p.open == len(p.Composers) {
			p.offer(ctx)
			return
		}
		if p.waiting == nil && !p.fetch() {
			return
		}
		now := p.Now()
		begin := p.begin
		ok, again := p.governor.Next(now)
		if !ok && again.IsZero() {
			p.offer(ctx)
			return // until the next outcome
		}
		if again.After(begin) {
			begin = again
		}
		if d := begin.Sub(now); d > 0 {
			if d > sessions.MaxIdle {
				p.sender.pool.Rest()
			}
			p.timer.Reset(d)
			return
		}
		if !p.admit(ctx, now) {
			return
		}
		if !p.pauseUntil.IsZero() {
			p.pauseUntil = time.Time{}
			p.tell(Event{Kind: Resumed})
		}
		p.rearm()
		p.start(p.waiting)
		p.waiting = nil
	}
}

// fetch makes the next task the waiting one and reserves its place in the
// pace.
func (p *pass) fetch() bool {
	if len(p.back) > 0 {
		return p.fetchNew()
	}
	select {
	case p.waiting = <-p.sender.offered:
		p.begin = time.Time{} // it has its place
		return true
	default:
		return p.fetchNew()
	}
}

// fetchNew is fetch for a task that is not offered.
func (p *pass) fetchNew() bool {
	p.begin = time.Time{}
	switch other := p.limit != "" && p.governor.Probing(); { // for whether it is a limit
	case (len(p.back) == 0 || other) && !p.exhausted:
		e, err := p.next()
		if errors.Is(err, io.EOF) {
			p.exhausted = true
			return p.fetchNew()
		}
		if err != nil {
			p.stop(&problem.Error{Kind: problem.Internal, Err: err})
			return false
		}
		p.waiting = e
	case len(p.back) == 0:
		return false
	default:
		p.waiting, p.back = p.back[0], p.back[1:]
	}
	if p.limiter != nil {
		now := p.Now()
		p.begin = now.Add(p.limiter.ReserveN(now, 1).DelayFrom(now))
	}
	return true
}

// start hands a task to a worker that has nothing to do.
func (p *pass) start(e *Task) {
	p.open++
	p.ready(e)
	p.sender.pool.Wake()
	e.start = p.governor.Begin(p.Now())
	p.work <- e
}

// ready gets a task ready for its attempt.
func (p *pass) ready(e *Task) {
	if e.intent == nil && p.Recorder.Marked() {
		p.sender.arm(e)
	}
	if p.pass == 1 {
		// Whole seconds, as a later pass will know them.
		e.Date = p.Begun.Add(p.Now().Sub(p.Begun).Truncate(time.Second))
	}
	e.last = p.ended != nil && len(p.ahead)+len(p.back)+len(p.sender.offered) == 0
}

// endAll records and takes in an outcome, and those that come meanwhile.
// Records that are written together, and sessions that begin together, cost
// less: the server need not be woken for each.
func (p *pass) endAll(o outcome) {
	outcomes := append(p.outcomes[:0], o)
	runtime.Gosched() // some of the others end now
	for len(p.done) > 0 {
		outcomes = append(outcomes, <-p.done)
	}
	for i := range outcomes {
		p.follows(&outcomes[i])
		p.judge(&outcomes[i])
	}
	p.sender.record(outcomes)
	for _, o := range outcomes {
		p.end(o)
	}
	p.outcomes = outcomes
}

// end takes an outcome in.
func (p *pass) end(o outcome) {
	p.open--
	p.release(o.task, o.counted)
	if o.record != nil {
		p.Source.Done(o.task)
	}
	p.last = p.Now()
	if o.fatal != nil {
		p.stop(o.fatal)
		if o.fatal.Kind == problem.CantWrite {
			p.lose(o) // the log does not have it
			return
		}
	}
	if o.record == nil {
		p.back = append(p.back, o.task)
		if p.stopped == nil {
			p.follow(o)
		}
		return
	}
	p.count(o)
	p.follow(o)
	if why := p.refusals.recorded(o.record, o.why, o.copied, p.before(o)); why != nil {
		p.stop((&problem.Error{Kind: why.kind, Err: errors.New(why.text)}).WithHint("%s", why.hint))
	}
	again := o.record.Class == result.Temporary && p.pass < p.Retry.Attempts
	p.tell(Event{Kind: RowDone, Record: o.record, Pass: p.pass, Again: again, Stays: o.task.Unknown && o.record.Status == result.Failed})
}

// lose remembers a row whose record could not be written, if the server may
// have its message: then the journal has the intent.
func (p *pass) lose(o outcome) {
	if o.record.Status != result.Sent && o.record.Status != result.Unknown {
		return
	}
	p.lost = append(p.lost, fmt.Sprintf("row %d (%s)", o.record.Row, o.record.Recipient))
	if p.pass > 1 {
		*p.failed(o.task)--
	}
}

// failed returns the count of those whose attempt failed for a time.
func (p *pass) failed(e *Task) *int {
	if e.Unknown {
		return &p.counts.Unknown // which only sent, or the user, can end
	}
	return &p.counts.Temporary
}

// count moves the row into the count of its new state.
func (p *pass) count(o outcome) {
	rec, e := o.record, o.task
	failed := p.failed(e)
	if p.pass > 1 {
		*failed--
	}
	switch {
	case rec.Status == result.Sent:
		p.counts.Sent++
		p.tellNarrowed()
	case rec.Status == result.Unknown:
		p.counts.Unknown++
	case rec.Class == result.Temporary:
		*failed++
		p.again = append(p.again, p.retry(e))
	case e.Unknown:
		p.counts.Unknown++
	default:
		p.counts.Permanent++
	}
}

// before reports whether an earlier run got the same refusal for the row.
func (p *pass) before(o outcome) bool {
	return p.Before != nil && o.record.Status == result.Failed && p.Before(o.task.Row, o.record)
}

// tellNarrowed tells once how many sessions the server was found to take at once.
func (p *pass) tellNarrowed() {
	if p.narrowed == 0 {
		return
	}
	if p.sessions == 0 || p.narrowed < p.sessions {
		p.sessions = p.narrowed
		p.tell(Event{Kind: Narrowed, Sessions: p.narrowed, Workers: len(p.Composers)})
	}
	p.narrowed = 0
}

// retry returns what is kept of a row until its next pass.
func (p *pass) retry(t *Task) Retry {
	seconds := func(at time.Time) uint32 { return uint32(max(at.Sub(p.Begun), 0) / time.Second) }
	r := Retry{Row: uint32(t.Row), Second: seconds(t.Date)}
	if !t.Greylisted.IsZero() {
		r.Greylisted = 1 + seconds(t.Greylisted)
	}
	if !t.notBefore.IsZero() {
		r.notBefore = 2 + seconds(t.notBefore) // the second after it, since parts of one are cut off
	}
	return r
}
