package address

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Compare returns the form in which addresses are compared: two addresses are the
// same person's if their forms are equal. It is the wire form with the local
// part case-folded and in NFC. Never send to it: a server may tell apart what
// it makes equal (RFC 5321, section 2.4).
func (a Address) Compare() string {
	return Address{Local: fold(a.Local), Domain: a.Domain}.String()
}

// CompareText returns Compare of the address that s is; where s is none, it is s
// trimmed, case-folded and in NFC.
func CompareText(s string) string {
	if isCompared(s) {
		return s
	}
	if a, err := Parse(s); err == nil {
		return a.Compare()
	}
	return fold(strings.TrimSpace(s))
}

// fold case-folds the decomposed form, as canonical caseless matching wants it
// (Unicode, definition D145), and composes the result.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(s)))
}

// isCompared tells of most texts that are in their compared form that they are.
func isCompared(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '@' || c == '.' || c == '-' || c == '_' || c == '+') {
			return false
		}
	}
	return true
}
