package recipients

import (
	"mailshot/job/index"
)

// Exclusions are the rows that are left out: two bits a row, as there may be
// many more of them than recipients. Why one is suppressed is looked up again
// when it is recorded.
type Exclusions struct{ filtered, suppressed index.Bits }

func (e *Exclusions) add(row int, why Exclusion) {
	switch why {
	case filtered:
		e.filtered.Add(row)
	case Suppressed:
		e.suppressed.Add(row)
	}
}

func (e *Exclusions) Of(row int) Exclusion {
	switch {
	case e.filtered.Has(row):
		return filtered
	case e.suppressed.Has(row):
		return Suppressed
	}
	return Included
}

// exclude leaves a row out. It takes no address from other rows, and its key
// only as long as no recipient has that.
func (t *Table) exclude(r *Row, why Exclusion, place uint64) error {
	t.Excluded.add(r.Number, why)
	if r.Key == "" || StandsForRow(r.Key) {
		return nil
	}
	first, err := t.WithKey(r.Key)
	switch {
	case err != nil:
		return err
	case first != nil:
		t.Shadowed.Add(r.Number)
		return nil
	}
	return t.excludedKeys.Add(r.Key, place)
}

// OwnsKey reports whether the row is the one that its key stands for.
func (t *Table) OwnsKey(r *Row) bool {
	return r.Key != "" && !StandsForRow(r.Key) && !t.Shadowed.Has(r.Number)
}

// ConfirmsIdentity reports whether the row shows that its key and its address still belong
// together. Where an address gets one letter, whatever its key, a row that is
// left out does not: another row with its address is no duplicate of it, and
// would get a second letter.
func (t *Table) ConfirmsIdentity(r *Row) bool {
	if !t.OwnsKey(r) {
		return false
	}
	return t.Excluded.Of(r.Number) == Included || !t.hasKey || t.duplicates == "all"
}
