package function

import (
	"errors"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// equal is the function eq: it reports whether a equals one of the others.
func equal(a any, others ...any) (bool, error) {
	if len(others) == 0 {
		return false, words.Failf("eq takes at least 2 values, and was given 1")
	}
	for _, b := range others {
		same, err := same("eq", a, b)
		if same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// unequal is the function ne.
func unequal(a, b any) (bool, error) {
	same, err := same("ne", a, b)
	return !same, err
}

// same reports whether two values are equal. Numbers are meant where one of the values is known to
// be one, and likewise dates. Two texts are compared as they are, so that "007" is not "7", but for
// dates and times of day: there are many ways to write the same day.
func same(function string, v, w any) (bool, error) {
	a, err := read(function, v)
	if err != nil {
		return false, err
	}
	b, err := read(function, w)
	if err != nil {
		return false, err
	}
	switch {
	case a.isKnown || b.isKnown:
		return sameKnown(function, &a, &b)
	case a.text == b.text:
		return true, nil
	case a.number == nil && b.number == nil: // these would be "007" and "7"
		c, ok := compared(&a, &b)
		return ok && c == 0, nil
	}
	return false, nil
}

// sameKnown compares two operands of which one is of a known kind. A blank cell and a text that is
// nothing but text are not equal to any number or date. What is a date for one and a number for the
// other, or can be read in two ways, is an error.
func sameKnown(function string, a, b *operand) (bool, error) {
	if c, ok := compared(a, b); ok {
		return c == 0, nil
	}
	for _, o := range []*operand{a, b} {
		if cell.IsBlank(o.text) {
			return cell.IsBlank(a.text) && cell.IsBlank(b.text), nil
		}
	}
	if a.isKnown && a.kind() == "" || b.isKnown && b.kind() == "" || a.kind() != "" && b.kind() != "" {
		return false, incomparable(function, a, b)
	}
	for _, o := range []*operand{a, b} {
		for _, err := range []error{o.fault, o.noDate} {
			if f, ok := errors.AsType[*cell.Fault](err); ok && o.kind() == "" && len(f.Forms) > 0 {
				return false, unreadable(function, o.value, f)
			}
		}
	}
	return false, nil
}
