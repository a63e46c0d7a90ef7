package delivery

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"mailshot/job/delivery/pace"
	"mailshot/job/delivery/sessions"
	"mailshot/job/problem"
)

// A runner sends rows: one goroutine reads them, paces them, hands them to a
// group of workers, and decides about every outcome. Nothing else decides, so
// there is nothing to lock.
type runner struct {
	Config
	sender  sender
	limiter *rate.Limiter // nil: no limit

	governor *pace.Governor
	refusals refusals
	counts   Counts
	lost     []string // rows that may have been accepted, and are in the journal alone
	again    []Retry  // rows whose last attempt failed for a time
	pass     int      // from 1

	limit      string // what the last refusals have in common that no words, but their number showed to be a limit
	logins     int    // sessions that got past AUTH
	open       int    // sessions in flight
	narrowed   int    // the width that is still to be told; 0: none
	sessions   int    // the least width that was told; 0: none
	pauses     int
	pauseUntil time.Time
	stopped    *problem.Error // why no more rows are begun
}

func newRunner(c Config) *runner {
	r := &runner{Config: c, refusals: refusals{giveUp: c.GiveUpAfter}}
	r.governor = pace.New(pace.Config{Workers: len(c.Composers), GiveUpAfter: c.GiveUpAfter})
	if c.Canary != nil {
		r.logins = 1
	}
	r.sender = sender{run: c.Run, server: c.Deliverer, recorder: c.Recorder, now: c.Now, pool: sessions.New(c.Several, c.Now)}
	r.sender.offered = make(chan *Task, offers*len(c.Composers))
	r.sender.transcripts.dir = c.Transcripts
	if c.Rate.Count > 0 {
		r.limiter = newLimiter(c.Rate)
	}
	return r
}

// newLimiter spaces starts evenly: no burst, not even at the beginning.
func newLimiter(r Rate) *rate.Limiter {
	return rate.NewLimiter(rate.Every(r.Per/time.Duration(r.Count)), 1)
}

// run makes passes. ctx is the user's.
func (r *runner) run(ctx context.Context) *problem.Error {
	sessions, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	defer context.AfterFunc(ctx, func() { r.cutLater(ctx, sessions, cut) })()
	r.tell(Event{Kind: Started, PerSecond: r.Rate.perSecond()})
	r.pass = 1
	last := r.onePass(ctx, sessions)
	for r.stopped == nil && len(r.again) > 0 && r.pass < r.Retry.Attempts {
		until := last.Add(r.retryWait())
		r.pass++
		r.tell(Event{Kind: NextPass, Pass: r.pass, Rows: len(r.again), Until: until})
		last = r.further(ctx, sessions, until)
	}
	return r.stopped
}

// further makes a pass over the rows that failed for a time, and returns the time of
// its last outcome. Rows that the server asked to come later than that come at
// their time, after the others.
func (r *runner) further(ctx, sessions context.Context, until time.Time) (last time.Time) {
	rows := r.again
	r.again = nil
	slices.SortFunc(rows, func(a, b Retry) int { return cmp.Compare(a.Row, b.Row) })
	for len(rows) > 0 && r.wait(ctx, until) {
		due, later := r.due(rows)
		if len(due) > 0 {
			r.Source.NextPass(r.pass, due)
			last = r.onePass(ctx, sessions)
		}
		if rows = later; r.stopped != nil || len(rows) == 0 {
			break
		}
		next := slices.MinFunc(rows, func(a, b Retry) int { return cmp.Compare(a.notBefore, b.notBefore) })
		until = r.Begun.Add(time.Duration(next.notBefore-1) * time.Second)
	}
	return last
}

// due parts rows into those that may be tried now and those that are to come later.
func (r *runner) due(rows []Retry) (due, later []Retry) {
	now := r.Now().Sub(r.Begun)
	for _, row := range rows {
		if row.notBefore > 0 && time.Duration(row.notBefore-1)*time.Second > now {
			later = append(later, row)
		} else {
			due = append(due, row)
		}
	}
	return due, later
}

// perSecond returns the rate as a number; 0 is no limit.
func (r Rate) perSecond() float64 {
	if r.Count == 0 {
		return 0
	}
	return float64(r.Count) / r.Per.Seconds()
}

// cutLater ends the sessions in flight when the grace is over: before the
// commit point at once, after it when the last moments of the grace have
// brought no reply.
func (r *runner) cutLater(ctx, sessions context.Context, cut context.CancelCauseFunc) {
	t := time.NewTimer(max(r.Grace-r.ReplyGrace, 0))
	defer t.Stop()
	select {
	case <-t.C:
		cut(context.Cause(ctx))
	case <-sessions.Done():
	}
}

// retryWait returns the time between a row's failure and its next attempt: the
// job's wait, doubled with each pass.
func (r *runner) retryWait() time.Duration {
	wait := r.Retry.Wait
	for i := 1; i < r.pass && wait < r.Retry.MaxWait; i++ {
		wait *= 2
	}
	return min(wait, r.Retry.MaxWait)
}

// wait sits out the time between two passes; no session is open meanwhile.
func (r *runner) wait(ctx context.Context, until time.Time) bool {
	d := until.Sub(r.Now())
	if d <= 0 {
		return true
	}
	r.tell(Event{Kind: Waiting, Until: until})
	if r.sync(); r.stopped != nil {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		r.governor.Held(d)
		r.tell(Event{Kind: Resumed})
		return true
	case <-ctx.Done():
		r.stop(problem.InterruptedBy(ctx))
		return false
	}
}

// stop closes admission. The first reason stays, but for one that takes
// precedence.
func (r *runner) stop(why *problem.Error) {
	if r.stopped == nil {
		r.tell(Event{Kind: Finishing, Text: why.Error(), Open: r.open, Asked: why.Kind == problem.Interrupted})
	}
	if r.stopped == nil || why.Kind < r.stopped.Kind {
		r.stopped = why
	}
}

func (r *runner) tell(e Event) {
	if r.Event != nil {
		e.Total, e.Counts = r.Total, r.counts
		r.Event(e)
	}
}
