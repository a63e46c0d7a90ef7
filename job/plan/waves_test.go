package plan

import (
	"slices"
	"testing"

	"mailshot/job/result"
)

// What was not tried comes before what failed, and a limit counts in that order.
func TestWaves(t *testing.T) {
	states := []result.State{
		{}, {Status: result.Failed, Class: result.Permanent}, {Status: result.Failed, Class: result.Temporary}, {},
		{Status: result.Unknown}, {Status: result.Skipped}, {Status: result.Failed, Class: result.Permanent},
	}
	for _, tt := range []struct {
		limit int
		send  []int // in the order in which they are sent
		later int
	}{
		{0, []int{1, 4, 6, 3, 5, 2, 7}, 0},
		{2, []int{1, 4}, 5},
		{4, []int{1, 4, 6, 3}, 3},
		{7, []int{1, 4, 6, 3, 5, 2, 7}, 0},
	} {
		var p Plan
		for i, st := range states {
			p.Send.Add(i + 1)
			p.Waves[waveOf(st)].Add(i + 1)
		}
		p.limit(tt.limit)
		var got []int
		for i := range p.Waves {
			for n := range p.Waves[i].All() {
				if p.Send.Has(n) {
					got = append(got, n)
				}
			}
		}
		if !slices.Equal(got, tt.send) || p.Left.Later != tt.later || p.Send.Len() != len(tt.send) {
			t.Errorf("limit %d sends %v and leaves %d; want %v, %d", tt.limit, got, p.Left.Later, tt.send, tt.later)
		}
	}
}
