package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"mailshot/job/result"
)

// mostEnds is how many ends of attempts are told apart.
const mostEnds = 40

// durations are how long attempts took, by how and at which stage they ended. The zero value is ready.
type durations struct {
	of map[end]*times
}

// An end is how an attempt ended. The log has no times of the stages before.
type end struct {
	status result.Status
	stage  string
}

// stepsAnOctave is how finely times are told apart: by a twelfth.
const stepsAnOctave = 9

// times counts durations by their logarithms, from 1 ms on.
type times struct {
	count   int
	longest time.Duration
	steps   [40 * stepsAnOctave]uint32
}

// add takes an attempt whose duration is known.
func (d *durations) add(r *result.Record) {
	if r.Duration <= 0 {
		return
	}
	e := end{r.Status, r.Stage}
	if d.of == nil {
		d.of = make(map[end]*times)
	}
	if d.of[e] == nil {
		if len(d.of) >= mostEnds {
			e.stage = "…"
		}
		e.stage = strings.Clone(clip(e.stage, mostName))
	}
	t := d.of[e]
	if t == nil {
		t = &times{}
		d.of[e] = t
	}
	t.add(r.Duration)
}

func (t *times) add(d time.Duration) {
	t.count++
	t.longest = max(t.longest, d)
	step := int(math.Log2(float64(max(d, time.Millisecond))/float64(time.Millisecond)) * stepsAnOctave)
	t.steps[min(step, len(t.steps)-1)]++
}

// within returns a time within which a share of the attempts ended, to within a twelfth.
func (t *times) within(share float64) time.Duration {
	left := int(math.Ceil(share * float64(t.count)))
	for step, n := range t.steps {
		if left -= int(n); left <= 0 {
			top := time.Duration(math.Exp2(float64(step+1)/stepsAnOctave) * float64(time.Millisecond))
			return min(top, t.longest)
		}
	}
	return t.longest
}

// A took is how long the attempts took that ended alike.
type took struct {
	end
	*times
}

// list returns the ends with the most attempts first.
func (d *durations) list() (all []took) {
	for e, t := range d.of {
		all = append(all, took{e, t})
	}
	slices.SortFunc(all, func(a, b took) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.status, b.status), cmp.Compare(a.stage, b.stage))
	})
	return all
}

// sent returns how many of the attempts that were accepted took no longer than each of the steps, and
// longer than the step before; the last are all others.
func (d *durations) sent(steps []time.Duration) []int {
	counts := make([]int, len(steps)+1)
	for e, t := range d.of {
		if e.status != result.Sent {
			continue
		}
		for i, n := range t.steps {
			middle := time.Duration(math.Exp2((float64(i)+0.5)/stepsAnOctave) * float64(time.Millisecond))
			at, _ := slices.BinarySearch(steps, middle)
			counts[at] += int(n)
		}
	}
	return counts
}
