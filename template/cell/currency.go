package cell

import (
	"strings"

	"mailshot/template/lazyregexp"
)

// currency matches a sign of a currency, its code (ISO 4217) or one of the short names of
// currencies that have no sign.
const currency = `\p{Sc}|[A-Z]{1,2}\p{Sc}|[A-Z]{3}|kr\.?|Kr\.?|zł|Kč|Fr\.|lei|Ft`

var (
	currencyBefore = lazyregexp.New(`^([+\-−]?)\s*(` + currency + `)[\s\x{a0}\x{202f}]*([+\-−]?[0-9].*)$`)
	currencyBehind = lazyregexp.New(`^(.*[0-9])[\s\x{a0}\x{202f}]*(` + currency + `)$`)
)

// Currency takes the currency from an amount that is written with one, before or behind. It reports
// false where there is none.
func Currency(s string) (sign, amount string, found bool) {
	s = strings.TrimSpace(s)
	if isBare(s) {
		return "", s, false
	}
	if m := currencyBefore().FindStringSubmatch(s); m != nil {
		return m[2], m[1] + m[3], true
	}
	if m := currencyBehind().FindStringSubmatch(s); m != nil {
		return m[2], m[1], true
	}
	return "", s, false
}

// isBare reports whether an amount has no currency for certain, as most have none: it begins, but for
// a sign, and ends with a digit.
func isBare(s string) bool {
	rest := strings.TrimLeft(s, "+-− \t")
	return rest != "" && isDigits(rest[:1]) && isDigits(s[len(s)-1:])
}
