package page

import (
	"cmp"
	"slices"
	"time"
)

const (
	// leastGap is the shortest time without an attempt that is told.
	leastGap = 30 * time.Second
	// mostGaps is how many are remembered.
	mostGaps = 200
	// lateGaps is how many of the last ones may still become shorter.
	lateGaps = 8
)

// A gap is a time in which a run made no attempt.
type gap struct{ from, to time.Time }

func (g *gap) length() time.Duration { return g.to.Sub(g.from) }

// gaps are those of a run, of which the longest are remembered. The zero value is ready.
type gaps struct {
	all   []gap // in the order of time
	count int
	sum   time.Duration
	until time.Time // when the attempts ended that were taken
}

// add takes an attempt. Attempts come in the order in which they end.
func (g *gaps) add(began, ended time.Time) {
	if g.until.IsZero() || began.After(g.until) {
		if !g.until.IsZero() && began.Sub(g.until) >= leastGap {
			g.keep(gap{g.until, began})
		}
	} else {
		g.trim(began)
	}
	if ended.After(g.until) {
		g.until = ended
	}
}

// trim takes from the last gaps what lies behind the beginning of an attempt that was longer.
func (g *gaps) trim(began time.Time) {
	for n := len(g.all); n > 0 && g.all[n-1].to.After(began); n = len(g.all) {
		last := g.all[n-1]
		g.all, g.count, g.sum = g.all[:n-1], g.count-1, g.sum-last.length()
		if last.to = began; last.length() >= leastGap {
			g.keep(last)
			return
		}
	}
}

func (g *gaps) keep(next gap) {
	g.all, g.count, g.sum = append(g.all, next), g.count+1, g.sum+next.length()
	if old := len(g.all) - lateGaps; old >= mostGaps {
		shortest := 0
		for i := range g.all[:old] {
			if g.all[i].length() < g.all[shortest].length() {
				shortest = i
			}
		}
		g.all = slices.Delete(g.all, shortest, shortest+1)
	}
}

// longest returns the longest gaps, in the order of time.
func (g *gaps) longest(most int) []gap {
	all := slices.Clone(g.all)
	slices.SortStableFunc(all, func(a, b gap) int { return cmp.Compare(b.length(), a.length()) })
	all = all[:min(most, len(all))]
	slices.SortFunc(all, func(a, b gap) int { return a.from.Compare(b.from) })
	return all
}
