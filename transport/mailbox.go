package transport

import (
	"errors"

	"mailshot/transport/mailbox"
)

// ErrNeedsSMTPUTF8 is in the chain of the errors for mailboxes whose local part is not ASCII, and for messages whose header
// is not, where the server does not offer SMTPUTF8. Such a local part has no other form (RFC 6531, section 3.2).
var ErrNeedsSMTPUTF8 = errors.New("the server does not offer SMTPUTF8, which it needs because it is not ASCII")

// A Mailbox is a parsed address, the only way into a command. The zero Mailbox is the null reverse-path, "<>", and is
// valid only as Envelope.From.
type Mailbox struct {
	Local  string // unquoted, as in: John Doe; if it is not ASCII, the server must offer SMTPUTF8
	Domain string // ASCII, A-labels, or an address literal such as [192.0.2.1]
}

// An Envelope says from whom and to whom a message goes. To has at least one recipient; with several, all of them or none
// get the message.
type Envelope struct {
	From Mailbox
	To   []Mailbox
}

// IsZero reports whether m is the null reverse-path.
func (m Mailbox) IsZero() bool { return m == Mailbox{} }

// String returns the canonical wire form without angle brackets: the local part is quoted only if it must be.
func (m Mailbox) String() string {
	if m.IsZero() {
		return ""
	}
	return mailbox.Format(m.Local, m.Domain)
}

// check returns why m, which is not the null reverse-path, can't be written in a command.
func (m Mailbox) check() error { return mailbox.Check(m.Local, m.Domain) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
