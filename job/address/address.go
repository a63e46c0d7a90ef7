// Package address parses and compares mail addresses.
//
// It takes less than RFC 5322 allows: one address, no group, no comment, no
// address literal, no character that cannot be seen. What it lets through is
// safe between the angle brackets of MAIL and RCPT and in a header.
package address

import "mailshot/transport/mailbox"

// An Address is one mailbox without its display name. Make it with Parse; the
// zero value is no address and prints as "".
type Address struct {
	Local  string // the part before the @ as written, but without quotes and escapes
	Domain string // a lower-case A-label (RFC 5890), never a literal
}

// String returns the address as it goes on the wire: the local part is quoted where
// RFC 5321, section 4.1.2, needs it. Parse of it gives a again.
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return mailbox.Format(a.Local, a.Domain)
}

// ASCII reports whether the local part is ASCII. An address for which it is not
// needs SMTPUTF8 (RFC 6531, section 3.2) and has no other form to fall back to.
func (a Address) ASCII() bool { return isASCII(a.Local) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
