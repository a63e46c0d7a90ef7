package function

import (
	"cmp"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// A cell is text, even where it says 9. text/template would find it greater than "10", and could
// not compare it with 10 at all. So values are compared as what both can be read as: numbers, dates
// or times of day. Two values of different kinds, and two that are nothing but text, have no order.

// ordered returns the function lt, le, gt or ge: holds reports whether a comparison is one that it
// takes.
func ordered(function string, holds func(int) bool) func(a, b any) (bool, error) {
	return func(a, b any) (bool, error) {
		c, err := order(function, a, b)
		return err == nil && holds(c), err
	}
}

func order(function string, v, w any) (int, error) {
	a, err := operandOf(function, v)
	if err != nil {
		return 0, err
	}
	b, err := operandOf(function, w)
	if err != nil {
		return 0, err
	}
	if c, ok := compared(&a, &b); ok {
		return c, nil
	}
	return 0, incomparable(function, &a, &b)
}

// compared reads two operands and returns how they compare as what both are, and false where they are
// of no common quantity.
func compared(a, b *operand) (int, bool) {
	a.readNumber()
	b.readNumber()
	if a.is[aNumber] && b.is[aNumber] {
		return a.number.Compare(b.number), true
	}
	a.readTimes()
	b.readTimes()
	switch {
	case a.is[aDate] && b.is[aDate]:
		return a.date.Compare(b.date), true
	case a.is[aClock] && b.is[aClock]:
		return cmp.Compare(a.clock, b.clock), true
	}
	return 0, false
}

// incomparable says why two operands have no order.
func incomparable(function string, a, b *operand) error {
	if cellOf(a.value) == nil && cellOf(b.value) != nil {
		a, b = b, a // a constant is as it was meant
	}
	for _, pair := range [][2]*operand{{a, b}, {b, a}} {
		if f := pair[0].unlike(pair[1]); f != nil {
			return unreadable(function, pair[0].value, f)
		}
	}
	if a.quantity() == noQuantity || b.quantity() == noQuantity {
		return withoutOrder(function, a, b)
	}
	f := words.Failf("%s: %s is %s, and %s %s", function, words.Quote(a.text), a.quantity(), words.Quote(b.text), b.quantity())
	return notRead(a.value, "values that are compared with another kind of value", f)
}

// unlike returns why an operand can't be read as what the other is, where that is what there is to
// say; else nil.
func (o *operand) unlike(other *operand) *cell.Fault {
	isCell := cellOf(o.value) != nil
	switch {
	case o.quantity() == noQuantity && o.known != noQuantity:
		return o.fault(o.known)
	case other.is[aDate] && (o.quantity() == noQuantity || other.known == aDate && (o.known == noQuantity || !isCell)):
		return o.fault(aDate)
	case other.is[aDate] && o.known == noQuantity:
		return o.declarable(aDate)
	case other.is[aNumber] && o.quantity() == noQuantity:
		return o.fault(aNumber)
	}
	return nil
}

// withoutOrder says that one of two operands is nothing but text, or both. One that looks like a
// number or a date is told as such.
func withoutOrder(function string, a, b *operand) error {
	for _, o := range []*operand{a, b} {
		if o.quantity() != noQuantity {
			continue
		}
		f := o.declarable(aNumber, aDate)
		switch {
		case o.known != noQuantity:
			f = o.fault(o.known)
		case cell.IsBlank(o.text):
			f = o.fault(aNumber)
		}
		if f != nil {
			return unreadable(function, o.value, f)
		}
	}
	if a.quantity() != noQuantity {
		a = b
	}
	f := words.Failf("%s: %s is no number, no date and no time of day", function, words.Quote(a.text)).
		WithHint("%s compares numbers with numbers and dates with dates; texts have no order", function)
	return notRead(a.value, "texts, which have no order", f)
}
