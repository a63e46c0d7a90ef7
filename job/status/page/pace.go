package page

import (
	"cmp"
	"slices"
	"time"

	"mailshot/job/result"
	"mailshot/job/status"
)

const (
	mostPaces = 4  // runs whose attempts are shown over time
	mostSpans = 24 // of each
)

// A pace is how many attempts of a run ended in each span of time.
type pace struct {
	run   string
	start time.Time
	width time.Duration // of a span
	spans []outcomes
	gaps  gaps
}

// pacesOf returns those of the runs with the most attempts, in the order of the runs, and how many
// runs with attempts have none. A run of less than a second has no pace.
func pacesOf(runs []status.Run) (all []*pace, others int) {
	attempts := func(r *status.Run) int { return r.Sent + r.Failed + r.Unknown }
	var chosen []int
	for i := range runs {
		switch r := &runs[i]; {
		case attempts(r) == 0:
		case r.Last.Sub(r.First) < time.Second:
			others++
		default:
			chosen = append(chosen, i)
		}
	}
	slices.SortStableFunc(chosen, func(a, b int) int { return cmp.Compare(attempts(&runs[b]), attempts(&runs[a])) })
	if more := len(chosen) - mostPaces; more > 0 {
		others += more
		chosen = chosen[:mostPaces]
	}
	slices.Sort(chosen)
	for _, i := range chosen {
		all = append(all, newPace(&runs[i]))
	}
	return all, others
}

// newPace returns the pace of a run, whose spans begin at whole multiples of their width.
func newPace(r *status.Run) *pace {
	p := &pace{run: r.ID, width: time.Second}
	steps := []time.Duration{2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400}
	spans := func() int { return int(r.Last.Truncate(p.width).Sub(r.First.Truncate(p.width))/p.width) + 1 }
	for spans() > mostSpans {
		if len(steps) == 0 {
			p.width *= 2
			continue
		}
		p.width, steps = steps[0]*time.Second, steps[1:]
	}
	p.start, p.spans = r.First.Truncate(p.width), make([]outcomes, spans())
	return p
}

// add takes an attempt, if it is of the run.
func (p *pace) add(r *result.Record) {
	if r.Run != p.run {
		return
	}
	at := int(r.Time.Sub(p.start) / p.width)
	if r.Time.Before(p.start) || at >= len(p.spans) { // another record was read since
		return
	}
	p.spans[at].add(r)
	p.gaps.add(r.Time.Add(-r.Duration), r.Time)
}
