package address

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"mailshot/transport/mailbox"
)

// Parse reads exactly one address, without a name, comment or angle brackets.
// White space around it is cut, no-break spaces too. A local part that is not
// ASCII is let through; see ASCII. Errors say in plain words what is wrong, but
// do not repeat s.
func Parse(s string) (Address, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Address{}, errors.New("empty address")
	}
	if a, ok := parsePlain(s); ok {
		return a, nil
	}
	return parse(s)
}

// parsePlain returns the short way for what most addresses are: an ASCII Dot-string
// at a domain that needs no mapping. It is false for all others.
func parsePlain(s string) (Address, bool) {
	at := strings.IndexByte(s, '@')
	if at < 0 || at > mailbox.MaxLocal || len(s) > mailbox.MaxPath-len("<>") {
		return Address{}, false
	}
	local, domain := s[:at], s[at+1:]
	if !isASCII(local) || at > 0 && local[0] == '\'' || !mailbox.IsDotString(local) || !isPlainDomain(domain) {
		return Address{}, false
	}
	return Address{Local: local, Domain: domain}, true
}

// parse returns Parse of what is trimmed and not empty.
func parse(s string) (Address, error) {
	if err := visible(s); err != nil {
		return Address{}, err
	}
	m, err := mail.ParseAddress(s)
	if err != nil {
		return Address{}, explain(s)
	}
	at := strings.LastIndexByte(m.Address, '@')
	if !written(s, m.Address, at) {
		return Address{}, explain(s)
	}
	return build(m.Address[:at], m.Address[at+1:])
}

// written reports whether s is the address that was parsed and nothing more: no
// name, group, comment, route, or space around the @.
func written(s, parsed string, at int) bool {
	if s == parsed {
		return s[0] != '"'
	}
	return s[0] == '"' && strings.HasSuffix(s, `"`+parsed[at:])
}

// build checks the two parts, and their lengths against the limits, and makes an Address.
func build(local, domain string) (Address, error) {
	if err := checkLocal(local); err != nil {
		return Address{}, err
	}
	domain, err := toASCII(domain)
	if err != nil {
		return Address{}, err
	}
	wire := len(mailbox.Quote(local))
	if wire > mailbox.MaxLocal {
		return Address{}, fmt.Errorf("the part before the @ has %d octets; %d are allowed", wire, mailbox.MaxLocal)
	}
	if n := len("<") + wire + len("@") + len(domain) + len(">"); n > mailbox.MaxPath {
		return Address{}, fmt.Errorf("the address has %d octets; %d are allowed", n-len("<>"), mailbox.MaxPath-len("<>"))
	}
	return Address{Local: local, Domain: domain}, nil
}

// visible refuses what cannot be seen: an address that looks right and is not
// goes to nobody, or to another person.
func visible(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("not valid UTF-8")
	}
	for _, r := range s {
		switch {
		case unicode.IsPrint(r):
		case r == '\n' || r == '\r':
			return errors.New("has a line break")
		case unicode.IsControl(r):
			return fmt.Errorf("has a control character (%U)", r)
		case unicode.IsSpace(r):
			return fmt.Errorf("has a special space (%U)", r)
		default:
			return fmt.Errorf("has an invisible character (%U)", r)
		}
	}
	return nil
}

// explain says why s, which is not one plain address, is none.
func explain(s string) error {
	local, domain, n := cutUnquoted(s)
	bare := unquoted(s)
	switch {
	case strings.Count(bare, `"`)%2 != 0:
		return errors.New("a quotation mark is not closed")
	case n == 0 && len(s) > 2 && s[0] == '"' && s[len(s)-1] == '"' && strings.Contains(s, "@"):
		return errAroundAll
	case strings.HasSuffix(bare, ";") && strings.Contains(bare, ":"):
		return errors.New("a group, not an address")
	case n > 1 && separatedAddresses(bare):
		return errors.New("more than one address")
	case strings.ContainsAny(bare, "<>"):
		return errors.New("has angle brackets; only the address belongs here, without a name")
	case n == 0:
		return errors.New("no @")
	case n > 1:
		return errors.New("more than one @")
	case strings.ContainsRune(bare, ' '):
		return errors.New("has a space")
	case local == "" || local == `""`:
		return errors.New("nothing before the @")
	}
	if err := localError(local); err != nil {
		return err
	}
	if _, err := toASCII(domain); err != nil {
		return err
	}
	return errors.New("not an address")
}

// separatedAddresses reports whether there are addresses in a text with commas, white space or other
// characters between them, as in "a@x ::: b@x" and "a@x / b@x".
func separatedAddresses(bare string) bool {
	if strings.ContainsAny(bare, ",;") {
		return true
	}
	with := 0
	for _, word := range strings.FieldsFunc(bare, func(r rune) bool { return strings.ContainsRune(" :|/\\&", r) }) {
		if local, domain, _ := strings.Cut(word, "@"); local != "" && domain != "" && !strings.Contains(domain, "@") {
			with++
		}
	}
	return with > 1
}

func localError(local string) error {
	switch {
	case strings.Contains(local, `"`):
		return errors.New("quotation marks have to be around all that is before the @")
	case strings.HasPrefix(local, "."):
		return errors.New("begins with a dot")
	case strings.HasSuffix(local, "."):
		return errors.New("has a dot right before the @")
	case strings.Contains(local, ".."):
		return errors.New("has two dots in a row before the @")
	}
	for _, r := range local {
		if r != '.' && r < utf8.RuneSelf && !mailbox.IsAtext(byte(r)) {
			return fmt.Errorf("%q is not allowed before the @", r)
		}
	}
	return nil
}

// cutUnquoted cuts s at its last @ outside quotation marks and counts these.
func cutUnquoted(s string) (local, domain string, n int) {
	bare := unquoted(s)
	n = strings.Count(bare, "@")
	if n == 0 {
		return s, "", 0
	}
	// A quoted string is replaced by as many octets as it has, so that
	// positions agree.
	at := strings.LastIndexByte(bare, '@')
	return s[:at], s[at+1:], n
}

// unquoted returns s with each octet inside quotation marks replaced by an x.
func unquoted(s string) string {
	b := []byte(s)
	in, escaped := false, false
	for i, c := range b {
		switch {
		case escaped:
			escaped = false
			b[i] = 'x'
		case in && c == '\\':
			escaped = true
			b[i] = 'x'
		case c == '"':
			in = !in
		case in:
			b[i] = 'x'
		}
	}
	return string(b)
}
