package status

import (
	"context"
	"errors"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// A log is read again where a run may just have been writing it, so often and
// with such a pause between.
const (
	watchTries = 5
	watchPause = 50 * time.Millisecond
)

func (u *Unfinished) alive() bool { return u != nil && u.Alive }

// watch reads the log and its journal, and finds out whether their run goes on,
// without keeping a run from anything. What is read while a run writes may be
// half of something, so it is read again then.
func (r *reader) watch(ctx context.Context) (left *Unfinished, err error) {
	for n := 1; ; n++ {
		var again bool
		left, again, err = r.watchOnce()
		if !again || n == watchTries || err != nil && n > 1 && !r.held() {
			return left, err
		}
		pause := time.NewTimer(watchPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil, problem.InterruptedBy(ctx)
		}
	}
}

// watchOnce reads once, and says whether reading again may tell something else.
func (r *reader) watchOnce() (left *Unfinished, again bool, err error) {
	if r.history != nil {
		r.history.Fold.Free()
	}
	r.history = r.ref.History(r.paths, r.env.Files)
	h := r.history
	if err := h.Read(); err != nil {
		// ErrEdited may be of the rest of a line that was not all there.
		return nil, errors.Is(err, result.ErrBroken) || errors.Is(err, result.ErrEdited) || errors.Is(err, result.ErrNoLog), err
	}
	run, rows := h.Left()
	if run == "" {
		return nil, false, nil
	}
	left = &Unfinished{Run: run, Rows: rows}
	if left.Holder, left.Alive, err = private.Held(r.paths.Lock); err != nil {
		return nil, false, problem.Fail(problem.Exists, "%w", err)
	}
	if !left.Alive {
		if ended, err := h.Ended(); ended || err != nil {
			return left, ended, err // it did so while we read
		}
		return left, false, nil
	}
	if left.inFlight, err = countInFlight(h); err != nil {
		return left, true, mailing.Unreadable(h.Path, err)
	}
	return left, h.Torn(), nil
}

// held reports whether a run has the lock, as far as can be known.
func (r *reader) held() bool {
	_, held, err := private.Held(r.paths.Lock)
	return held && err == nil
}

// countInFlight counts the rows that are only unknown because a run has them on
// its way, and takes them out of what is read again.
func countInFlight(h *mailing.History) (n int, err error) {
	for e, err := range h.Pending() {
		if err != nil {
			return 0, err
		}
		if h.Fold.Decides(&e) {
			n++
		}
	}
	h.DropPending()
	return n, nil
}
