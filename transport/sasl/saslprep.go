package sasl

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// saslPrep prepares a user name or a password for SCRAM (RFC 4013): what looks alike becomes alike. Characters that came
// to Unicode after the RFC are let through, though it would have them refused.
func saslPrep(s string) (string, error) {
	if isPrintable(s) {
		return s, nil
	}
	if !utf8.ValidString(s) {
		return "", errors.New("not valid UTF-8")
	}
	s = norm.NFKC.String(strings.Map(saslMap, s)) // sections 2.1 and 2.2
	if strings.ContainsFunc(s, isProhibited) {
		return "", errors.New("has a character that SCRAM can't carry, such as a control character")
	}
	if !isOneWay(s) {
		return "", errors.New("mixes letters that are written from the right with others, which SCRAM can't carry")
	}
	return s, nil
}

// saslMap makes spaces U+0020 and drops what has no meaning of its own (RFC 4013, section 2.1; RFC 3454, tables C.1.2 and B.1).
func saslMap(r rune) rune {
	switch {
	case r == 0xad, r == 0x34f, r == 0x1806, 0x180b <= r && r <= 0x180d, r == 0x200c, r == 0x200d, r == 0x2060, 0xfe00 <= r && r <= 0xfe0f, r == 0xfeff:
		return -1
	case r > 0x7f && unicode.Is(unicode.Zs, r), r == 0x200b:
		return ' '
	}
	return r
}

// isProhibited reports whether RFC 4013, section 2.3, refuses a character: controls, private use, non-characters, and what
// changes how text is shown.
func isProhibited(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case 0xfdd0 <= r && r <= 0xfdef, r&0xfffe == 0xfffe: // C.4
		return true
	case 0xfff9 <= r && r <= 0xfffd, 0x2ff0 <= r && r <= 0x2ffb: // C.6, C.7
		return true
	case r == 0x340, r == 0x341, r == 0x200e, r == 0x200f, 0x202a <= r && r <= 0x202e, 0x206a <= r && r <= 0x206f: // C.8
		return true
	case r == 0x6dd, r == 0x70f, r == 0x180e, 0x2061 <= r && r <= 0x2063, 0x1d173 <= r && r <= 0x1d17a: // C.2.2
		return true
	}
	return r == 0xe0001 || 0xe0020 <= r && r <= 0xe007f // C.9
}

// isOneWay reports whether s, if it has a letter that is written from the right, begins and ends with one and has no letter
// that is written from the left (RFC 3454, section 6).
func isOneWay(s string) bool {
	right, left, first, last := false, false, false, false
	for i, r := range s {
		p, _ := bidi.LookupRune(r)
		last = p.Class() == bidi.R || p.Class() == bidi.AL
		if i == 0 {
			first = last
		}
		right = right || last
		left = left || p.Class() == bidi.L
	}
	return !right || !left && first && last
}
