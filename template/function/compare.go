package function

import (
	"strings"
	"time"

	"mailshot/template/words"
)

// A cell is text, even where it says 9. text/template would find it greater than "10", and could
// not compare it with 10 at all. So two values that both read as numbers are compared as numbers,
// and a date with a time as times.

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

// same reports whether two values are equal. Two texts are compared as they are, so that "007" is
// not "7"; numbers are meant where one of the values is one.
func same(function string, a, b any) (bool, error) {
	x, err := text(function, a)
	if err != nil {
		return false, err
	}
	y, err := text(function, b)
	if err != nil {
		return false, err
	}
	if x == y {
		return true, nil
	}
	if isText(a) && isText(b) {
		return false, nil
	}
	if m, n, ok := bothTimes(a, b); ok {
		return m.Equal(n), nil
	}
	m, okM := parseDecimal(x)
	n, okN := parseDecimal(y)
	return okM && okN && m.compare(n) == 0, nil
}

// ordered returns the function lt, le, gt or ge: holds reports whether a comparison is one that it
// takes.
func ordered(function string, holds func(int) bool) func(a, b any) (bool, error) {
	return func(a, b any) (bool, error) {
		c, err := order(function, a, b)
		return err == nil && holds(c), err
	}
}

func order(function string, a, b any) (int, error) {
	s, err := texts(function, a, b)
	if err != nil {
		return 0, err
	}
	if m, n, ok := bothTimes(a, b); ok {
		return m.Compare(n), nil
	}
	switch { // a time is compared with dates only
	case isTime(a):
		return 0, notADate(function, s[1])
	case isTime(b):
		return 0, notADate(function, s[0])
	}
	m, okM := parseDecimal(s[0])
	n, okN := parseDecimal(s[1])
	switch {
	case okM && okN:
		return m.compare(n), nil
	case !okM && !okN && isText(a) && isText(b):
		return strings.Compare(s[0], s[1]), nil
	case okM:
		return 0, notANumber(function, s[1])
	}
	return 0, notANumber(function, s[0])
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

func isTime(v any) bool {
	_, ok := v.(time.Time)
	return ok
}

// bothTimes returns two times, of which one may be written as a date.
func bothTimes(a, b any) (m, n time.Time, ok bool) {
	if !isTime(a) && !isTime(b) {
		return m, n, false
	}
	m, okA := parseDate(a)
	n, okB := parseDate(b)
	return m, n, okA && okB
}
