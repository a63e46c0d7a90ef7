package transport

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of RFC 5321, section 4.5.3.1, in octets. The one of a path counts its angle brackets.
const (
	maxLocal  = 64
	maxDomain = 255
	maxPath   = 256
	maxLabel  = 63
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

// ParseMailbox parses an address in its wire form without angle brackets (RFC 5321, section 4.1.2): a dot-atom or
// quoted local part, which may have UTF-8 (RFC 6531, section 3.3), "@", and a domain of A-labels or an address literal.
func ParseMailbox(s string) (Mailbox, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return Mailbox{}, fmt.Errorf("address %q has no @", s)
	}
	local, domain := s[:at], s[at+1:]
	if strings.HasPrefix(local, `"`) {
		unquoted, err := unquoteLocal(local)
		if err != nil {
			return Mailbox{}, fmt.Errorf("address %q: %w", s, err)
		}
		local = unquoted
	} else if !isDotAtom(local) {
		return Mailbox{}, fmt.Errorf("address %q: the part before the @ must be quoted or is malformed", s)
	}
	m := Mailbox{Local: local, Domain: domain}
	if err := m.check(); err != nil {
		return Mailbox{}, fmt.Errorf("address %q: %w", s, err)
	}
	return m, nil
}

// IsZero reports whether m is the null reverse-path.
func (m Mailbox) IsZero() bool { return m == Mailbox{} }

// String returns the canonical wire form without angle brackets: the local part is quoted only if it must be.
func (m Mailbox) String() string {
	if m.IsZero() {
		return ""
	}
	return quoteLocal(m.Local) + "@" + m.Domain
}

// check says why m, which is not the null reverse-path, can't be written in a command.
func (m Mailbox) check() error {
	if m.Local == "" {
		return errors.New("the part before the @ is empty")
	}
	if !utf8.ValidString(m.Local) {
		return errors.New("the part before the @ is not valid UTF-8")
	}
	if strings.ContainsFunc(m.Local, unicode.IsControl) {
		return errors.New("the part before the @ has a control character")
	}
	local := quoteLocal(m.Local)
	if len(local) > maxLocal {
		return fmt.Errorf("the part before the @ has more than %d octets", maxLocal)
	}
	if err := checkDomain(m.Domain); err != nil {
		return err
	}
	if len(local)+1+len(m.Domain)+2 > maxPath {
		return fmt.Errorf("the address has more than %d octets", maxPath-2)
	}
	return nil
}

// checkDomain says why d is neither a domain of A-labels nor an address literal.
func checkDomain(d string) error {
	switch {
	case d == "":
		return errors.New("the domain is empty")
	case len(d) > maxDomain:
		return fmt.Errorf("the domain has more than %d octets", maxDomain)
	case d[0] == '[':
		return checkLiteral(d)
	}
	for label := range strings.SplitSeq(d, ".") {
		if !isLabel(label) {
			return fmt.Errorf("the domain %q is malformed", d)
		}
	}
	return nil
}

// checkLiteral says why d is no IPv4 or IPv6 address literal (RFC 5321, section 4.1.3).
func checkLiteral(d string) error {
	inner, ok := strings.CutSuffix(d[1:], "]")
	if !ok {
		return fmt.Errorf("the address literal %q is malformed", d)
	}
	const tag = "IPv6:"
	tagged := len(inner) > len(tag) && strings.EqualFold(inner[:len(tag)], tag)
	if tagged {
		inner = inner[len(tag):]
	}
	ip, err := netip.ParseAddr(inner)
	if err != nil || ip.Zone() != "" || ip.Is6() != tagged {
		return fmt.Errorf("the address literal %q is malformed", d)
	}
	return nil
}

// isLabel reports whether s is a label of letters, digits and inner hyphens.
func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if !isAlnum(c) && c != '-' {
			return false
		}
	}
	return true
}

// isDotAtom reports whether s is a Dot-string (RFC 5321, section 4.1.2), whose atoms may have UTF-8 (RFC 6531, section
// 3.3).
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, c := range []byte(atom) {
			if c < 0x80 && !isAlnum(c) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", rune(c)) {
				return false
			}
		}
	}
	return true
}

// quoteLocal returns the local part as it is written in a path.
func quoteLocal(s string) string {
	if isDotAtom(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// unquoteLocal returns what a Quoted-string stands for.
func unquoteLocal(s string) (string, error) {
	bad := errors.New("the quoted part before the @ is malformed")
	if len(s) < 2 || s[len(s)-1] != '"' {
		return "", bad
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		c := s[i]
		switch {
		case c == '"':
			return "", bad
		case c == '\\':
			i++
			if i == len(s)-1 {
				return "", bad
			}
			c = s[i]
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
