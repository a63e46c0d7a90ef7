package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"mailshot/job/jobfile"
	"mailshot/job/result"
	"mailshot/transport"
)

// A runner sends rows: one goroutine reads them, paces them, hands them to a
// group of workers, and decides about every outcome. Nothing else decides, so
// there is nothing to lock.
type runner struct {
	attempts  attempts
	composers []*composer // one for each worker
	canary    func()      // ends the canary's session; nil: there is none
	buffers   [][]byte    // of letters that are done with
	retry     jobfile.Retry
	limiter   *rate.Limiter // nil: no limit
	now       func() time.Time
	begun     time.Time // the run's start
	grace     time.Duration
	job       *jobfile.Job // for advice
	event     func(Event)
	total     int

	health health
	counts Counts
	lost   []string // rows that may have been accepted, and are in the journal alone
	again  []later  // rows whose last attempt failed for a time
	pass   int      // from 1

	open       int // sessions in flight
	pauseUntil time.Time
	stopped    *Error // why no more rows are begun
}

// A later is a row that waits for the next pass: its number, and the second of
// the run in which its first attempt was made.
type later struct{ row, second uint32 }

func sortLater(rows []later) {
	slices.SortFunc(rows, func(a, b later) int { return cmp.Compare(a.row, b.row) })
}

// heapSlack is how many octets are held while rows are sent and never touched.
// They take no memory, but count when the heap has grown enough for garbage to be
// collected, and so let as much more of it lie about. A TLS handshake leaves 120 KB
// of garbage: a heap as small as ours would be collected for every 33 sessions.
const heapSlack = 8 << 20

// A source gives the errands of a pass, then io.EOF.
type source func() (*errand, error)

// run makes passes until no row is left to try, or until it has to stop. ctx
// is the user's: when it is done no more rows are begun, and sessions in
// flight may go on for the grace.
func (r *runner) run(ctx context.Context, first source, next func([]later) source) *Error {
	slack := make([]byte, heapSlack)
	defer runtime.KeepAlive(slack)
	sessions, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	defer context.AfterFunc(ctx, func() { r.cutLater(ctx, sessions, cut) })()
	from := first
	for r.pass = 1; ; r.pass++ {
		last := r.onePass(ctx, sessions, from)
		if r.stopped != nil || len(r.again) == 0 || r.pass >= r.retry.Attempts {
			return r.stopped
		}
		if !r.wait(ctx, last.Add(r.retryWait())) {
			return r.stopped
		}
		rows := r.again
		r.again = nil
		from = next(rows)
	}
}

// cutLater ends the sessions in flight when the grace is over: before the
// commit point at once, after it when the last moments of the grace have
// brought no reply.
func (r *runner) cutLater(ctx, sessions context.Context, cut context.CancelCauseFunc) {
	t := time.NewTimer(max(r.grace-replyGrace, 0))
	defer t.Stop()
	select {
	case <-t.C:
		cut(context.Cause(ctx))
	case <-sessions.Done():
	}
}

// retryWait is the time between a row's failure and its next attempt: the
// job's wait, doubled with each pass.
func (r *runner) retryWait() time.Duration {
	wait := r.retry.Wait
	for i := 1; i < r.pass && wait < r.retry.MaxWait; i++ {
		wait *= 2
	}
	return min(wait, r.retry.MaxWait)
}

// wait sits out the time between two passes; no session is open meanwhile.
func (r *runner) wait(ctx context.Context, until time.Time) bool {
	d := until.Sub(r.now())
	if d <= 0 {
		return true
	}
	r.tell(Event{Kind: Waiting, Until: until})
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		r.tell(Event{Kind: Resumed})
		return true
	case <-ctx.Done():
		r.stop(interrupted(ctx))
		return false
	}
}

// onePass gives every errand of the source one attempt, and gives the time of
// the last outcome. Errands that were put back are tried again in the same
// pass.
func (r *runner) onePass(ctx, sessions context.Context, from source) time.Time {
	p := pass{
		runner: r, from: from, interrupt: ctx.Done(),
		work: make(chan *errand, len(r.composers)), done: make(chan outcome, len(r.composers)),
	}
	var workers errgroup.Group
	for i, c := range r.composers {
		workers.Go(func() error {
			if i == 0 && r.canary != nil {
				r.canary() // the others need not wait for it, and there are no more sessions than workers
			}
			return p.worker(sessions, c)
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
			r.stop(interrupted(ctx))
		}
	}
	close(p.work)
	_ = workers.Wait() // they have no errors to give
	return p.last
}

// worker makes one attempt after the other, until no errand is left.
func (p *pass) worker(sessions context.Context, c *composer) error {
	for e := range p.work {
		p.done <- p.attempts.try(sessions, e, c)
	}
	return nil
}

// A pass is one walk over a selection of rows while it goes on.
type pass struct {
	*runner
	from      source
	work      chan *errand // room for all that is open
	done      chan outcome // likewise
	interrupt <-chan struct{}
	timer     *time.Timer

	outcomes []outcome // memory for those that are taken in together

	back    []*errand // put back
	waiting *errand   // the next to start; nil once there is none
	begin   time.Time // not before
	last    time.Time // of the outcomes
}

// startWhatMay starts errands until the workers are busy, the pace or a pause
// makes the next one wait, or there is none.
func (p *pass) startWhatMay(ctx context.Context) {
	for p.stopped == nil && p.open < p.health.width(len(p.composers)) {
		if ctx.Err() != nil {
			p.stop(interrupted(ctx))
			return
		}
		if p.waiting == nil && !p.fetch() {
			return
		}
		begin := p.begin
		if p.pauseUntil.After(begin) {
			begin = p.pauseUntil
		}
		if d := begin.Sub(p.now()); d > 0 {
			p.timer.Reset(d)
			return
		}
		if !p.pauseUntil.IsZero() {
			p.pauseUntil = time.Time{}
			p.tell(Event{Kind: Resumed})
		}
		p.start(p.waiting)
		p.waiting = nil
	}
}

// fetch makes the next errand the waiting one and reserves its place in the
// pace.
func (p *pass) fetch() bool {
	if n := len(p.back); n > 0 {
		p.waiting, p.back = p.back[0], p.back[1:]
	} else {
		e, err := p.from()
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			p.stop(&Error{Kind: Internal, Err: err})
			return false
		}
		p.waiting = e
	}
	p.begin = time.Time{}
	if p.limiter != nil {
		now := p.now()
		p.begin = now.Add(p.limiter.ReserveN(now, 1).DelayFrom(now))
	}
	return true
}

// start hands an errand to a worker that has nothing to do.
func (p *pass) start(e *errand) {
	p.open++
	if p.pass == 1 {
		// Whole seconds, as a later pass will know them.
		e.date = p.begun.Add(p.now().Sub(p.begun).Truncate(time.Second))
	}
	p.work <- e
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
	p.attempts.record(outcomes)
	for _, o := range outcomes {
		p.end(o)
	}
	p.outcomes = outcomes
}

// end takes an outcome in.
func (p *pass) end(o outcome) {
	p.open--
	p.reuse(o)
	p.last = p.now()
	if o.fatal != nil {
		p.stop(o.fatal)
		if o.fatal.Kind == CantWrite {
			p.lose(o) // the log does not have it
			return
		}
	}
	if o.record == nil {
		p.putBack(o)
		return
	}
	p.count(o)
	if o.record.Stage != stageCompose {
		p.health.reached(o.begun)
	}
	why := p.health.recorded(o.record)
	if te := sessionError(o.err); te != nil && te.Scope == transport.ScopeJob {
		p.stop(serverError("the server", p.job, o.err))
	} else if why != "" {
		p.stop(fail(Unreachable, "gave up: %s", why).hint("mend the cause; rerun sends what is left"))
	}
	p.tell(Event{Kind: RowDone})
}

// spare gives the memory of a letter that is done with, or nil.
func (r *runner) spare() []byte {
	n := len(r.buffers) - 1
	if n < 0 {
		return nil
	}
	b := r.buffers[n]
	r.buffers = r.buffers[:n]
	return b
}

// reuse takes the memory of the letter back, unless it will be sent again.
func (r *runner) reuse(o outcome) {
	if o.record != nil && o.errand.kept.octets != nil {
		r.buffers = append(r.buffers, o.errand.kept.octets)
		o.errand.kept = kept{}
	}
}

// lose remembers a row whose record could not be written, if the server may
// have its message: then the journal has the intent.
func (p *pass) lose(o outcome) {
	if o.record.Status != result.Sent && o.record.Status != result.Unknown {
		return
	}
	p.lost = append(p.lost, fmt.Sprintf("row %d (%s)", o.record.Row, o.record.Recipient))
	if p.pass > 1 {
		*p.failed(o.errand)--
	}
}

// failed is the count of those whose attempt failed for a time.
func (p *pass) failed(e *errand) *int {
	if e.unknown {
		return &p.counts.Unknown // which only sent, or the user, can end
	}
	return &p.counts.Temporary
}

// count moves the row into the count of its new state.
func (p *pass) count(o outcome) {
	rec, e := o.record, o.errand
	failed := p.failed(e)
	if p.pass > 1 {
		*failed--
	}
	switch {
	case rec.Status == result.Sent:
		p.counts.Sent++
	case rec.Status == result.Unknown:
		p.counts.Unknown++
	case rec.Class == result.Temporary:
		*failed++
		p.again = append(p.again, later{uint32(e.row.number), uint32(e.date.Sub(p.begun) / time.Second)})
	case e.unknown:
		p.counts.Unknown++
	default:
		p.counts.Permanent++
	}
}

// putBack keeps the row untried in this pass and makes all starts pause, or
// stops the run where every session would end so.
func (p *pass) putBack(o outcome) {
	p.back = append(p.back, o.errand)
	if p.stopped != nil {
		return
	}
	if te := sessionError(o.err); te != nil && te.Scope == transport.ScopeJob {
		p.stop(serverError("the server", p.job, o.err))
		return
	}
	now := p.now()
	if noPort(o.err) {
		p.pauseUntil = now.Add(firstPause)
		p.tell(Event{Kind: Paused, Until: p.pauseUntil, Text: "this machine has no local port free"})
		return
	}
	pause, stop := p.health.hostFailed(o.begun, now)
	if stop {
		p.stop(fail(Unreachable, "gave up after %d tries: %s", p.health.hostFailures, plain(o.err)))
		return
	}
	if pause > 0 {
		p.pauseUntil = now.Add(pause)
		p.tell(Event{Kind: Paused, Until: p.pauseUntil, Text: plain(o.err)})
	}
}

func sessionError(err error) *transport.Error {
	var te *transport.Error
	errors.As(err, &te)
	return te
}

// stop closes admission. The first reason stays, but for one that takes
// precedence.
func (r *runner) stop(why *Error) {
	if r.stopped == nil {
		r.tell(Event{Kind: Finishing, Text: why.Error(), Open: r.open})
	}
	if r.stopped == nil || why.Kind < r.stopped.Kind {
		r.stopped = why
	}
}

func (r *runner) tell(e Event) {
	if r.event != nil {
		e.Total, e.Counts = r.total, r.counts
		r.event(e)
	}
}
