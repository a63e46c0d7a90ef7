package result

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Counts are numbers of keys by their state.
type Counts struct{ Sent, Temporary, Permanent, Unknown, Skipped int }

// A RunSummary counts the records of a run.
type RunSummary struct {
	ID                             string
	First, Last                    time.Time // of its records
	Sent, Failed, Unknown, Skipped int
	Settled                        int // settle records, which count as nothing else
}

// Records is the number of records.
func (f *Fold) Records() int { return f.records }

// Slot returns the number of a key, which is small and from 0, for sets of keys.
func (f *Fold) Slot(key string) (slot int, ok bool) {
	s, ok := f.keys.Find(key)
	return int(s), ok
}

// Counts gives the number of keys in each state.
func (f *Fold) Counts() (c Counts) {
	for s := range f.All() {
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

// Runs gives the runs in the order of their first records.
func (f *Fold) Runs() []RunSummary {
	all := make([]RunSummary, 0, len(f.runs))
	for _, run := range f.runs {
		all = append(all, *run)
	}
	slices.SortFunc(all, func(a, b RunSummary) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// count adds e to its run.
func (f *Fold) count(e *Entry) {
	f.records++
	if f.run == nil || f.run.ID != e.Run {
		run := f.runs[e.Run]
		if run == nil {
			run = &RunSummary{ID: strings.Clone(e.Run), First: e.Time, Last: e.Time}
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
