package job

import (
	"time"

	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
)

// An estimate adds to the events of a run how fast it goes and when its last message goes, as far as
// that can be known: at the pace so far, which the rate bounds, within the quotas and the windows. It
// belongs to the goroutine of the events.
type estimate struct {
	tell       func(delivery.Event)
	schedule   func(when.Rate, time.Time) when.Schedule
	rate       when.Rate
	recipients int // of a message, on the average
	now        func() time.Time

	begun  time.Time // less the time in which the run was held
	held   time.Time // since when it is held; zero: it is not
	next   time.Time // not estimated again before
	pace   when.Rate
	finish time.Time
}

// estimateEvery is the time between two estimates, which may be long where many quotas are counted.
const estimateEvery = time.Second

func (x *estimate) event(e delivery.Event) {
	now := x.now()
	switch e.Kind {
	case delivery.Started:
		x.begun = now
	case delivery.Holding:
		x.held = now
	case delivery.Resumed, delivery.RowDone:
		if !x.held.IsZero() {
			x.begun, x.held = x.begun.Add(now.Sub(x.held)), time.Time{}
		}
		if !now.Before(x.next) {
			x.reckon(e.Total, e.Counts.Done(), now)
			x.next = now.Add(max(estimateEvery, 100*x.now().Sub(now)))
		}
	}
	if x.pace.Count > 0 {
		e.Ends, e.PerSecond = x.finish, float64(x.pace.Count)/x.pace.Per.Seconds()
	}
	x.tell(e)
}

// reckon estimates from what is done.
func (x *estimate) reckon(total, done int, now time.Time) {
	took := now.Sub(x.begun)
	if done == 0 || took < estimateEvery {
		return
	}
	x.pace = when.Rate{Count: done, Per: took}
	if x.pace.Interval() < x.rate.Interval() {
		x.pace = x.rate
	}
	s := x.schedule(x.pace, now)
	x.finish = now
	if legs := s.Legs(total-done, x.recipients); len(legs) > 0 {
		x.finish = legs[len(legs)-1].To
	}
}
