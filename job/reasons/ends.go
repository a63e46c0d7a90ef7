package reasons

import "mailshot/job/result"

// Ends learns of a run's attempts why rows have failed when it ends. An attempt that is made again is
// no failure as long as the run goes on. The zero value is ready.
type Ends struct {
	Retries int // attempts of passes behind the first

	over    Groups // no further pass takes them
	waiting Groups // the next pass takes them
	before  Groups // this pass was to take them
}

// Take takes an attempt of a pass. again says that the next pass takes the row if it failed,
// stays that the row is unknown and no failure changes that.
func (e *Ends) Take(r *result.Record, pass int, again, stays bool) {
	if pass > 1 {
		e.Retries++
	}
	switch {
	case r.Status != result.Failed || stays:
	case again && r.Class == result.Temporary:
		e.waiting.Add(r)
	default:
		e.over.Add(r)
	}
}

// NextPass is told that a further pass begins, over the rows that wait.
func (e *Ends) NextPass() { e.before, e.waiting = e.waiting, Groups{} }

// Failed returns why so many rows failed, and how many of them a pass was to try again and did not
// come to, where it is not known which these are.
func (e *Ends) Failed(failed int) (all []Meaning, unreached int) {
	e.over.Merge(&e.waiting)
	unreached = max(0, failed-e.over.Total())
	if unreached > 0 && unreached == e.before.Total() {
		e.over.Merge(&e.before)
		unreached = 0
	}
	return Meanings(e.over.List()), unreached
}
