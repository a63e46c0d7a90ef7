package cell

import "strings"

// An Ambiguity is a constant with a point that may separate thousands: 2.000.
type Ambiguity struct {
	Whole, Fraction string // how each of the two numbers is written so that it can't be mistaken
	Shown           string // the second of them in words: 2, or 2.345
}

// AmbiguousConstant returns the two numbers that an author may have meant by a constant, if there are
// two: Go reads 2.000 as 2, and means so who writes numbers in a form f with a decimal point. Others
// may mean 2000.
func AmbiguousConstant(s string, f NumberForm) (a Ambiguity, ok bool) {
	p, ok := plainNumber(strings.TrimSpace(s))
	if !ok || p.point != '.' || !p.isAmbiguous() || f.point == '.' {
		return a, false
	}
	sign := strings.TrimPrefix(p.sign, "+")
	a.Whole = sign + p.whole + p.fraction
	a.Shown = strings.TrimSuffix(sign+p.whole+"."+strings.TrimRight(p.fraction, "0"), ".")
	a.Fraction = a.Shown
	if !strings.HasSuffix(p.fraction, "0") {
		a.Fraction += "0"
	}
	return a, true
}
