package result

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"mailshot/job/index"
)

// Counts are the numbers of keys by state.
type Counts struct{ Sent, Temporary, Permanent, Unknown, Skipped int }

// A RunSummary has the numbers of rows of a run, by the status of the last attempt that it made at
// each. Where the lines of several runs were sorted backwards, an attempt may count as a row.
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

// count adds e to the summary of its run, in the place of an earlier attempt of it at the same key.
func (f *Fold) count(e *Entry, earlier mark) {
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
	if e.Stage == StageSettle {
		f.run.Settled++
		return
	}
	if earlier.status != 0 {
		if uint32(e.Attempt) < earlier.attempt {
			return
		}
		*f.run.of(earlier.status)--
	}
	*f.run.of(statusCode(e.Status))++
}

// of returns the number of rows with a status.
func (s *RunSummary) of(status code) *int {
	return [...]*int{codeSent: &s.Sent, codeFailed: &s.Failed, codeUnknown: &s.Unknown, codeSkipped: &s.Skipped}[status]
}

// sameRun returns the last attempt that the run of e made at its key, before e is added; the zero mark
// if there is none. Of runs that have one ordinal the times of their records tell.
func (f *Fold) sameRun(e *Entry, at index.Slot, known bool) (last mark) {
	run := f.run
	if known && (run == nil || run.ID != e.Run) {
		run = f.runs[e.Run]
	}
	if !known || run == nil || e.Attempt == 0 || e.Stage == StageSettle {
		return mark{}
	}
	own := [1]mark{}
	all := own[:]
	if it := unpackItem(f.keys.Item(at)); it.full {
		all = f.full[at]
	} else {
		own[0] = it.mark()
	}
	for i := range all {
		m := &all[i]
		within := m.milli >= run.First.UnixMilli() && m.milli <= run.Last.UnixMilli()
		if m.run == run.ordinal && m.isAttempt() && within && m.attempt > last.attempt {
			last = *m
		}
	}
	return last
}
