package result

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Counts are the numbers of keys by state.
type Counts struct{ Sent, Temporary, Permanent, Unknown, Skipped int }

// A RunSummary has the numbers of records of a run by status.
type RunSummary struct {
	ID                             string
	First, Last                    time.Time // of its records
	Sent, Failed, Unknown, Skipped int
	Settled                        int // settle records, which are in no other number
}

// A foldedRun is a run whose records are in a Fold.
type foldedRun struct {
	RunSummary
	ordinal uint8 // see Fold.ordinal
}

// Records returns the number of records.
func (f *Fold) Records() int { return f.records }

// Slot returns the number of a key, which is small and from 0, for sets of keys.
func (f *Fold) Slot(key string) (slot int, ok bool) {
	s, ok := f.keys.Find(key)
	return int(s), ok
}

// Counts returns the number of keys in each state.
func (f *Fold) Counts() (c Counts) {
	for s := range f.states() {
		switch {
		case s.Status == Sent:
			c.Sent++
		case s.Status == Unknown:
			c.Unknown++
		case s.Status == Skipped:
			c.Skipped++
		case s.Class == Temporary:
			c.Temporary++
		default:
			c.Permanent++
		}
	}
	return c
}

// Runs returns the runs in the order of their first records.
func (f *Fold) Runs() []RunSummary {
	all := make([]RunSummary, 0, len(f.runs))
	for _, run := range f.runs {
		all = append(all, run.RunSummary)
	}
	slices.SortFunc(all, func(a, b RunSummary) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// count adds e to the summary of its run.
func (f *Fold) count(e *Entry) {
	f.records++
	if f.run == nil || f.run.ID != e.Run {
		run := f.runs[e.Run]
		if run == nil {
			run = &foldedRun{RunSummary{ID: strings.Clone(e.Run), First: e.Time, Last: e.Time}, f.ordinal(e.Run)}
			f.runs[run.ID] = run
		}
		f.run = run
	}
	if e.Time.Before(f.run.First) {
		f.run.First = e.Time
	}
	if e.Time.After(f.run.Last) {
		f.run.Last = e.Time
	}
	switch {
	case e.Stage == StageSettle:
		f.run.Settled++
	case e.Status == Sent:
		f.run.Sent++
	case e.Status == Failed:
		f.run.Failed++
	case e.Status == Unknown:
		f.run.Unknown++
	case e.Status == Skipped:
		f.run.Skipped++
	}
}
