package cell

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	yesWords = " yes y true 1 x ✓ ja j wahr oui vrai sí si tak sim ano "
	noWords  = " no n false 0 - nein falsch non faux nie não nej nee ne n/a "
)

// ReadYesNo reads a yes or a no, whatever its capitals and spaces. Blank is no. It reports false for
// what is neither.
func ReadYesNo(s string) (yes, ok bool) {
	if s == "true" || s == "false" { // as conditions have it
		return s == "true", true
	}
	word := norm.NFC.String(strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)))
	switch {
	case word == "":
		return false, true
	case strings.Contains(yesWords, " "+word+" "):
		return true, true
	}
	return false, strings.Contains(noWords, " "+word+" ")
}

// IsBlank reports whether a cell has nothing but white space.
func IsBlank(s string) bool { return strings.TrimSpace(s) == "" }
