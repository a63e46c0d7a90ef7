package protocol_test

import (
	"flag"
	"strings"
	"testing"
)

var (
	seeds = flag.Int("model.seeds", 150, "how many worlds the model test looks at")
	first = flag.Uint64("model.seed", 1, "the first of them")
)

// TestModel lets messages be lost, repeated and late, processes be killed and stopped, machines
// lose power and disks, and clocks jump, and looks at what the server got and what the log says.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		w := newWorld(seed, allHold)
		if faults := w.all(); len(faults) > 0 {
			t.Fatalf("seed %d: %s\n%s", seed, strings.Join(faults, "\n"), strings.Join(w.story, "\n"))
		}
	}
}

// TestModelFinds breaks one rule after the other.
func TestModelFinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		broken rule
		from   uint64 // the first world that is looked at: some take long to find
	}{
		{"marks set after the answer", marksAfterAnswer, 520},
		{"a time-out gives rows again", timeoutGivesBack, 1},
		{"the piece's id is not checked", pieceNotChecked, 1},
		{"state synced late", syncedLate, 90},
		{"two workers with one state directory", sharedState, 1},
		{"late reports count", staleReportsCount, 1},
		{"a row is free before it is dropped", freeAtOnce, 2780},
		{"what is dropped is not synced", dropNotSynced, 90},
		{"a later run hears what is told to an earlier one", otherRunsHear, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for seed := tt.from; seed < tt.from+8000; seed++ {
				if faults := newWorld(seed, tt.broken).all(); len(faults) > 0 {
					t.Logf("seed %d: %s", seed, faults[0])
					return
				}
			}
			t.Error("it was not found")
		})
	}
}
