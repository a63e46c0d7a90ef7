package function

import (
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
// dates and times of day: there are many ways to write the same day, and one that nobody has declared
// is an error beside a date. A cell is true or false as it is for the function yes, and so is one of
// a column that is declared yes_no beside a text that says yes or no.
func same(function string, v, w any) (bool, error) {
	if is, ok := v.(bool); ok && cellOf(w) != nil {
		return says(function, w, is)
	}
	if is, ok := w.(bool); ok && cellOf(v) != nil {
		return says(function, v, is)
	}
	a, err := operandOf(function, v)
	if err != nil {
		return false, err
	}
	b, err := operandOf(function, w)
	if err != nil {
		return false, err
	}
	if isAnswer(v) && !isBlankConstant(w) || isAnswer(w) && !isBlankConstant(v) {
		if same, ok := sameAnswer(a.text, b.text); ok {
			return same, nil
		}
	}
	if a.known != noQuantity || b.known != noQuantity {
		return sameQuantity(function, &a, &b)
	}
	if a.text == b.text {
		return true, nil
	}
	c, ok := compared(&a, &b)
	if !ok && a.is[aDate] != b.is[aDate] {
		for _, o := range []*operand{&a, &b} {
			if f := o.declarable(aDate); f != nil {
				return false, unreadable(function, o.value, f)
			}
		}
	}
	return ok && c == 0 && !a.is[aNumber], nil // "007" is not "7"
}

// isAnswer reports whether a value is a cell of a column that is declared yes_no.
func isAnswer(v any) bool {
	c := cellOf(v)
	return c != nil && c.column.Kind == cell.YesNo
}

// isBlankConstant reports whether a value is a blank text that is no cell: who compares a cell with it
// asks whether the cell is filled.
func isBlankConstant(v any) bool {
	s, ok := v.(string)
	return ok && cell.IsBlank(s)
}

// sameAnswer reports whether two texts say the same, yes or no, and whether both say either.
func sameAnswer(a, b string) (same, ok bool) {
	p, isAnswer := cell.ReadYesNo(a)
	q, areAnswers := cell.ReadYesNo(b)
	return p == q, isAnswer && areAnswers
}

// says reports whether a cell says yes, or no, as it is asked: spreadsheets write TRUE.
func says(function string, v any, what bool) (bool, error) {
	is, err := readYesNo(function, v)
	return err == nil && is == what, err
}

// sameQuantity compares two operands of which one is of a known quantity. A blank cell and a text
// that is nothing but text are not equal to any number or date, unless that is a cell of a declared
// column: who compares it with such a text means something else. What is a date for one and a number
// for the other, or can be read in two ways, is an error.
func sameQuantity(function string, a, b *operand) (bool, error) {
	if c, ok := compared(a, b); ok {
		return c == 0, nil
	}
	if cell.IsBlank(a.text) || cell.IsBlank(b.text) {
		return cell.IsBlank(a.text) && cell.IsBlank(b.text), nil
	}
	p, q := a.quantity(), b.quantity()
	if a.declared() || b.declared() || p != noQuantity && q != noQuantity || p == noQuantity && a.known != noQuantity || q == noQuantity && b.known != noQuantity {
		return false, incomparable(function, a, b)
	}
	for _, o := range []*operand{a, b} {
		if o.quantity() != noQuantity {
			continue
		}
		if f := o.declarable(aNumber, aDate); f != nil {
			return false, unreadable(function, o.value, f)
		}
	}
	return false, nil
}
