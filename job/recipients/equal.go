package recipients

import (
	"fmt"

	"mailshot/job/address"
	"mailshot/job/index"
)

// sameAddressKind is the kind of the problems of rows that have one address.
const sameAddressKind = "same address"

// identifyAddress finds rows that share an address with an earlier one, where an
// address gets one letter whatever its keys.
func (t *Table) identifyAddress(r *Row, offset uint64) error {
	if !t.byAddress || r.Address == (address.Address{}) || r.bad != "" && t.endsAtEqual() {
		return nil
	}
	first, err := t.firstAt(&t.addresses, t.Compared(r))
	switch {
	case err != nil:
		return err
	case first == nil:
		return t.addresses.Add(t.Compared(r), offset)
	case t.endsAtEqual():
		t.sameAddress(r, first.Number)
	default:
		t.equal.Add(first.Number)
		t.equal.Add(r.Number)
	}
	return nil
}

// firstAt returns a row of an index by addresses that has the address, or nil.
func (t *Table) firstAt(x *index.Index, compared string) (*Row, error) {
	return t.First(x, compared, func(o *Row) bool { return t.Compared(o) == compared })
}

// endsAtEqual reports whether rows with one address end the run.
func (t *Table) endsAtEqual() bool { return t.duplicates == "error" && !t.Rejected.skip }

// sameAddress rejects a row for the earlier one that has its address.
func (t *Table) sameAddress(r *Row, first int) {
	if t.endsAtEqual() {
		t.sharing.add(first, r.Number, r.Address.String())
		t.Rejected.Add(r.Number, Reason{Problem: t.problem(r, sameAddressKind, equalText(r, first), "")})
		return
	}
	t.Rejected.addEqual(r.Number, first, t.equalReason())
}

func (t *Table) equalReason() Reason {
	return Reason{Own: t.byAddress, Duplicate: t.duplicates == "first", Equal: true}
}

// equalText returns why a row is left out of which the address is that of another.
func equalText(r *Row, other int) string {
	return fmt.Sprintf("the address %s is also that of row %d", r.Address, other)
}

// Choose leaves one row of those that have one address, and rejects the others: it
// leaves the row of the greatest rank, and of several the first. A row of negative
// rank is never left; it is rejected only if it is bad by itself, or another row is
// left. It must be called once, before it is asked which rows are rejected.
func (t *Table) Choose(rank func(*Row) int) error {
	if t.equal.Len() == 0 {
		return nil
	}
	chosen, err := t.chosen(rank)
	defer chosen.Free()
	if err != nil {
		return err
	}
	return t.EachOf(&t.equal, func(r *Row, _ uint64) error {
		best, err := t.lastAt(chosen, t.Compared(r))
		if _, out := t.Rejected.Of(r.Number); err != nil || out || best == nil || best.Number == r.Number {
			return err
		}
		t.Rejected.addEqual(r.Number, best.Number, t.equalReason())
		return nil
	})
}

// chosen returns the offsets of rows that have one address. The last of those under
// an address is the one that is left.
func (t *Table) chosen(rank func(*Row) int) (*index.Index, error) {
	x := &index.Index{}
	return x, t.EachOf(&t.equal, func(r *Row, offset uint64) error {
		own := rank(r)
		if own < 0 {
			return nil
		}
		best, err := t.lastAt(x, t.Compared(r))
		if err != nil || best != nil && rank(best) >= own {
			return err
		}
		return x.Add(t.Compared(r), offset)
	})
}

// lastAt returns the row of an index by addresses that has the address, and the
// greatest offset of all that have it, or nil.
func (t *Table) lastAt(x *index.Index, compared string) (last *Row, err error) {
	_, err = t.First(x, compared, func(r *Row) bool {
		if t.Compared(r) == compared && (last == nil || r.Number > last.Number) {
			last = r
		}
		return false
	})
	return last, err
}
