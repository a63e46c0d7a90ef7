package address

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Mailbox is an address with the name that mail programs show for it.
type Mailbox struct {
	Name    string // decoded, without quotes; "" if there is none
	Address Address
}

// ParseMailbox reads one mailbox: `Office <office@club.example>`,
// `"Last, First" <a@b.example>` or an address alone. Encoded words of RFC 2047
// in the name are decoded. Errors are as those of Parse.
func ParseMailbox(s string) (Mailbox, error) {
	s = strings.TrimSpace(s)
	if !strings.HasSuffix(s, ">") {
		a, err := Parse(s)
		if err != nil {
			return Mailbox{}, explainBare(s, err)
		}
		return Mailbox{Address: a}, nil
	}
	if !utf8.ValidString(s) {
		return Mailbox{}, errors.New("not valid UTF-8")
	}
	m, err := mail.ParseAddress(s)
	if err != nil {
		return Mailbox{}, explainMailbox(s)
	}
	if err := visible(m.Address); err != nil {
		return Mailbox{}, err
	}
	if err := oneLine(m.Name); err != nil {
		return Mailbox{}, err
	}
	at := strings.LastIndexByte(m.Address, '@')
	a, err := build(m.Address[:at], m.Address[at+1:])
	if err != nil {
		return Mailbox{}, err
	}
	return Mailbox{Name: m.Name, Address: a}, nil
}

// oneLine refuses control characters and line separators in a name. They can
// come out of an encoded word too. Joiners, which names in some scripts need,
// may stay.
func oneLine(name string) error {
	for _, r := range name {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			return fmt.Errorf("the name has a control character (%U)", r)
		}
	}
	if !utf8.ValidString(name) {
		return errors.New("the name is not valid UTF-8")
	}
	return nil
}

// explainBare says why s, which does not end with >, is no mailbox; err is why it
// is no address.
func explainBare(s string, err error) error {
	bare := unquoted(s)
	switch {
	case visible(s) != nil, strings.Count(bare, "@") != 1, strings.Count(bare, `"`)%2 != 0, strings.HasSuffix(bare, ";"):
		return err
	case strings.ContainsAny(bare, "<>"):
		return errors.New("the address in angle brackets has to come last, as in Office <a@b.example>")
	case strings.ContainsRune(bare, ' '):
		return errors.New("has a space; behind a name the address stands in angle brackets, as in Office <a@b.example>")
	}
	return err
}

// explainMailbox says why s, which ends with >, is no mailbox.
func explainMailbox(s string) error {
	bare := unquoted(s)
	open := strings.IndexByte(bare, '<')
	switch {
	case strings.Count(bare, `"`)%2 != 0:
		return errors.New("a quotation mark is not closed")
	case open < 0:
		return errors.New("a > without a <")
	case strings.Count(bare, "<") > 1 || strings.Count(bare, ">") > 1:
		return errors.New("more than one address, or angle brackets in the name; put the name in quotation marks")
	}
	if _, err := Parse(s[open+1 : len(s)-1]); err != nil {
		return err
	}
	if err := oneLine(s[:open]); err != nil {
		return err
	}
	return errors.New("the name has characters that have to be in quotation marks, as in \"Last, First\" <a@b.example>")
}
