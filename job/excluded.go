package job

import (
	"mailshot/job/problem"
	"mailshot/job/result"
)

// exclusions are the rows that are left out: two bits a row, as there may be
// many more of them than recipients. Why one is suppressed is looked up again
// when it is recorded.
type exclusions struct{ filtered, suppressed bits }

func (e *exclusions) add(row int, why exclusion) {
	switch why {
	case filtered:
		e.filtered.add(row)
	case suppressed:
		e.suppressed.add(row)
	}
}

func (e *exclusions) of(row int) exclusion {
	switch {
	case e.filtered.has(row):
		return filtered
	case e.suppressed.has(row):
		return suppressed
	}
	return included
}

// exclude leaves a row out. It takes no address from other rows, and its key
// only as long as no recipient has that.
func (b *book) exclude(r *row, why exclusion) {
	b.excluded.add(r.number, why)
	if r.key == "" || standsForRow(r.key) {
		return
	}
	id := result.IDOf(r.key)
	if _, have := b.keys[id]; !have {
		b.keys[id] = uint32(r.number)
	}
}

// owns says whether the row is the one that its key stands for: the first
// recipient with the key or, where there is none, the first row with it.
func (b *book) owns(r *row) bool {
	if r.key == "" || standsForRow(r.key) {
		return false
	}
	first, have := b.keys[result.IDOf(r.key)]
	return have && first == uint32(r.number)
}

// vouches says whether the row shows that its key and its address still belong
// together. Where an address gets one letter, whatever its key, a row that is
// left out does not: another row with its address is no duplicate of it, and
// would get a second letter.
func (b *book) vouches(r *row) bool {
	if !b.owns(r) {
		return false
	}
	return b.excluded.of(r.number) == included || !b.hasKey || b.duplicates == "all"
}

// leaveOut counts a selected row that is left out. One that the user asked for
// by its key is told with its reason.
func (c *choice) leaveOut(r *row, b *book, byKey bool) {
	why := b.excluded.of(r.number)
	c.excluded.add(r.number)
	if why == suppressed {
		c.leave.Suppressed++
	} else {
		c.leave.Filtered++
	}
	if byKey && len(c.named) < problem.Listed {
		c.named = append(c.named, rowReason(r.number, b.sieve.reason(r, why)))
	}
}

// leftOut is the record of a row that is left out.
func (m *mailing) leftOut(r *row) *result.Record {
	why := m.book.excluded.of(r.number)
	return m.skipped(r, reject{reason: m.sieve.reason(r, why), own: m.book.owns(r)})
}

// A leftOutCount counts, in the order of the file, the rows that are left out
// today as skipped, whether a record says so already or not. A row whose key
// has another state in the log is counted there, if the key is its own: which
// it is not where a recipient has it, be it further down.
type leftOutCount struct {
	fold *result.Fold
	held map[result.KeyID]bool // keys of rows left out; true: its row is counted by its state in the log
}

// exclude counts a row that is left out. taken says whether a recipient further
// up has its key.
func (c *leftOutCount) exclude(key string, taken bool) (skipped int) {
	if key == "" || taken {
		return 1
	}
	id := result.IDOf(key)
	if _, have := c.held[id]; have {
		return 1
	}
	st := c.fold.Of(key).Status
	elsewhere := st != "" && st != result.Skipped
	if c.held == nil {
		c.held = make(map[result.KeyID]bool)
	}
	c.held[id] = elsewhere
	if elsewhere {
		return 0
	}
	return 1
}

// include is told of a recipient, who takes the key from a row that is left
// out.
func (c *leftOutCount) include(key string) (skipped int) {
	if len(c.held) == 0 || key == "" {
		return 0
	}
	id := result.IDOf(key)
	if elsewhere := c.held[id]; elsewhere {
		c.held[id] = false
		return 1
	}
	return 0
}
