package job

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
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
	stopped    *problem.Error // why no more rows are begun
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
func (r *runner) run(ctx context.Context, first source, next func([]later) source) *problem.Error {
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
		r.stop(problem.InterruptedBy(ctx))
		return false
	}
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

// stop closes admission. The first reason stays, but for one that takes
// precedence.
func (r *runner) stop(why *problem.Error) {
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
