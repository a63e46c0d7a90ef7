// Package address parses and compares mail addresses.
//
// It takes less than RFC 5322 allows: one address, no group, no comment, no
// address literal, no character that cannot be seen. What it lets through is
// safe between the angle brackets of MAIL and RCPT and in a header.
package address

import "strings"

// An Address is one mailbox without its display name. Make it with Parse; the
// zero value is no address and prints as "".
type Address struct {
	Local  string // the part before the @ as written, but without quotes and escapes
	Domain string // a lower-case A-label (RFC 5890), never a literal
}

// String is the address as it goes on the wire: the local part is quoted where
// RFC 5321, section 4.1.2, needs it. Parse of it gives a again.
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return quoteLocal(a.Local) + "@" + a.Domain
}

// ASCII tells whether the local part is ASCII. An address for which it is not
// needs SMTPUTF8 (RFC 6531, section 3.2) and has no other form to fall back to.
func (a Address) ASCII() bool { return isASCII(a.Local) }

// quoteLocal gives local as a Dot-string if it is one, else as a Quoted-string
// (RFC 5321, section 4.1.2), of which only `"` and `\` are escaped.
func quoteLocal(local string) string {
	if isDotString(local) {
		return local
	}
	var b strings.Builder
	b.Grow(len(local) + 2)
	b.WriteByte('"')
	for i := range len(local) {
		if local[i] == '"' || local[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(local[i])
	}
	b.WriteByte('"')
	return b.String()
}

// isDotString tells whether s is atoms with single dots between them.
func isDotString(s string) bool {
	dot := true // an atom has to follow
	for _, r := range s {
		if r == '.' {
			if dot {
				return false
			}
			dot = true
			continue
		}
		if !isAtext(r) {
			return false
		}
		dot = false
	}
	return !dot
}

// isAtext is atext of RFC 5322, section 3.2.3, widened by RFC 6531, section 3.3.
func isAtext(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r >= 0x80:
		return true
	}
	return r > ' ' && r < 0x7f && strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
