package address

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// checkLocal refuses local parts that SMTP can carry (RFC 6531) and nobody has: those that took
// what stood around the address with them, and those with letters that only look right.
func checkLocal(local string) error {
	first, _ := utf8.DecodeRuneInString(local)
	last, _ := utf8.DecodeLastRuneInString(local)
	switch {
	case first == '\'' || isOrnament(first):
		return atPlace(first, "at the beginning")
	case isOrnament(last):
		return atPlace(last, "right before the @")
	}
	return oneScript(local)
}

// isOrnament reports whether a character is a sign that is not ASCII: a quotation mark, a bullet, a
// star. Within a local part it may be one of a name; at its ends it is none.
func isOrnament(r rune) bool {
	if r == 0xb7 || r == 0x30fb { // dots between letters
		return true
	}
	return r >= utf8.RuneSelf && !permitted(r) && (unicode.IsPunct(r) || unicode.IsSymbol(r) || isIgnorable(r))
}

// oneScript refuses a local part with Latin letters among Cyrillic or Greek ones: it looks like an
// address that it is not.
func oneScript(local string) error {
	if isASCII(local) {
		return nil
	}
	var latin, other rune
	name := ""
	for _, r := range local {
		switch {
		case latin == 0 && unicode.Is(unicode.Latin, r):
			latin = r
		case other == 0 && unicode.Is(unicode.Cyrillic, r):
			other, name = r, "Cyrillic"
		case other == 0 && unicode.Is(unicode.Greek, r):
			other, name = r, "Greek"
		}
	}
	if latin == 0 || other == 0 {
		return nil
	}
	return fmt.Errorf("has Latin letters and %s ones before the @: %U is the %s %c", name, other, name, other)
}

// domainCharacter names the character for which s is no domain, or returns nil. An address
// ends where its domain ends.
func domainCharacter(s string) error {
	r, at, ok := disallowed(s)
	if !ok {
		r, at, ok = unusual(s)
	}
	switch {
	case !ok:
		return nil
	case at+utf8.RuneLen(r) == len(s):
		return atPlace(r, "at the end")
	case at == 0:
		return atPlace(r, "right behind the @")
	}
	return atPlace(r, "in the domain")
}

// unusual returns the first ASCII character that no domain has (RFC 1034, section 3.5).
func unusual(s string) (rune, int, bool) {
	for i, r := range s {
		if r < utf8.RuneSelf && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return r, i, true
		}
	}
	return 0, 0, false
}

// atPlace names a character that no address has there.
func atPlace(r rune, place string) error {
	switch {
	case r == '\'':
		return fmt.Errorf("%U %s, an apostrophe", r, place)
	case unicode.Is(unicode.Quotation_Mark, r):
		return fmt.Errorf("%U %s, the quotation mark %c", r, place, r)
	case unicode.Is(unicode.Dash, r):
		return fmt.Errorf("%U %s, the dash %c", r, place, r)
	case isIgnorable(r):
		return fmt.Errorf("%U %s, which can't be seen", r, place)
	case unicode.IsMark(r):
		return fmt.Errorf("%U %s", r, place)
	}
	return fmt.Errorf("%U %s, the character %c", r, place, r)
}

var errAroundAll = errors.New("quotation marks are around the whole address")
