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
func (b *book) exclude(r *row, why exclusion, place uint64) error {
	b.excluded.add(r.number, why)
	if r.key == "" || standsForRow(r.key) {
		return nil
	}
	first, err := b.withKey(r.key)
	switch {
	case err != nil:
		return err
	case first != nil:
		b.guests.add(r.number)
		return nil
	}
	return b.asides.Add(r.key, place)
}

// owns says whether the row is the one that its key stands for.
func (b *book) owns(r *row) bool {
	return r.key != "" && !standsForRow(r.key) && !b.guests.has(r.number)
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
