package address

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// disallowed returns the first character for which there can be no domain such as s by IDNA2008
// (RFC 5892), and where it begins; ok reports whether there is one. The profile alone does not ask
// this: it maps ™ to tm and lets dashes, quotation marks and stars pass (UTS 46, section 8). An
// A-label is what somebody registered, and its characters are not asked.
func disallowed(s string) (r rune, at int, ok bool) {
	if isASCII(s) {
		return 0, 0, false
	}
	for begin := 0; begin <= len(s); {
		end := len(s)
		if i := strings.IndexFunc(s[begin:], isDot); i >= 0 {
			end = begin + i
		}
		if r, i, ok := disallowedIn(s[begin:end]); ok {
			return r, begin + i, true
		}
		_, width := utf8.DecodeRuneInString(s[end:])
		begin = end + max(width, 1)
	}
	return 0, 0, false
}

// isDot reports whether r is one of the dots of IDNA (RFC 3490, section 3.1).
func isDot(r rune) bool { return strings.ContainsRune(".。．｡", r) }

// disallowedIn returns disallowed of one label. Its places are those of the label as it is
// written, so each character is mapped alone.
func disallowedIn(label string) (rune, int, bool) {
	for i, r := range label {
		if r >= utf8.RuneSelf && !mayBeMapped(r) {
			return r, i, true
		}
	}
	mapped, err := mapping.ToUnicode(label)
	if err != nil || isASCII(label) {
		return 0, 0, false // the profile says the rest
	}
	for i, r := range mapped {
		if r >= utf8.RuneSelf && !permitted(r) || !inContext(r, mapped[:i], mapped[i+utf8.RuneLen(r):]) {
			return r, max(strings.IndexRune(label, r), 0), true
		}
	}
	return 0, 0, false
}

// mayBeMapped reports whether a character can stand in a domain as people write it: a letter in
// any form, a wide hyphen, and what IDNA2008 permits. Others, such as a superscript, a circled
// letter or ™, are no spelling of the letters that the profile would make of them.
func mayBeMapped(r rune) bool {
	return r == '－' || permitted(r) || unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) ||
		unicode.IsMark(r) && !isIgnorable(r) || r == '･'
}

// permitted reports whether a character that is not ASCII and not changed by mapping is PVALID or
// CONTEXTO (RFC 5892, section 3). What is in none of the classes there is disallowed.
func permitted(r rune) bool {
	switch r { // section 2.6
	case 0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007:
		return true
	case 0xb7, 0x375, 0x5f3, 0x5f4, 0x30fb: // in their context
		return true
	case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303b:
		return false
	}
	if isIgnorable(r) || unicode.Is(outside, r) {
		return false
	}
	return unicode.In(r, unicode.Ll, unicode.Lu, unicode.Lo, unicode.Lm, unicode.Nd, unicode.Mn, unicode.Mc) // section 2.1
}

// isIgnorable reports whether a character is shown as nothing (RFC 5892, section 2.3).
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Noncharacter_Code_Point)
}

// outside are the blocks of RFC 5892, section 2.4, and the old Hangul of section 2.9.
var outside = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x1100, Hi: 0x11ff, Stride: 1}, {Lo: 0x20d0, Hi: 0x20ff, Stride: 1}, {Lo: 0xa960, Hi: 0xa97f, Stride: 1}, {Lo: 0xd7b0, Hi: 0xd7ff, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1d100, Hi: 0x1d24f, Stride: 1}},
}

// inContext reports whether a character stands where it may (RFC 5892, appendix A.3 to A.9).
func inContext(r rune, before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	switch r {
	case 0xb7: // MIDDLE DOT, in Catalan
		return last == 'l' && next == 'l'
	case 0x375: // GREEK LOWER NUMERAL SIGN
		return unicode.Is(unicode.Greek, next)
	case 0x5f3, 0x5f4: // HEBREW PUNCTUATION GERESH, GERSHAYIM
		return unicode.Is(unicode.Hebrew, last)
	case 0x30fb: // KATAKANA MIDDLE DOT
		return strings.ContainsFunc(before+after, func(r rune) bool {
			return r != 0x30fb && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
		})
	}
	switch {
	case 0x660 <= r && r <= 0x669: // ARABIC-INDIC DIGITS, not with the extended ones
		return !strings.ContainsFunc(before+after, func(r rune) bool { return 0x6f0 <= r && r <= 0x6f9 })
	case 0x6f0 <= r && r <= 0x6f9:
		return !strings.ContainsFunc(before+after, func(r rune) bool { return 0x660 <= r && r <= 0x669 })
	}
	return true
}
