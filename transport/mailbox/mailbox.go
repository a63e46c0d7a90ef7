// Package mailbox is the grammar of mail addresses as they go on the wire: Mailbox of RFC 5321,
// section 4.1.2, with the local parts that RFC 6531, section 3.3, adds. SMTP commands and header
// fields obey it alike. It has rules, and no types: an address is two strings, the local part
// without quotes and escapes, and the domain.
package mailbox

import (
	"errors"
	"fmt"
	"strings"
)

// Limits of RFC 5321, section 4.5.3.1, in octets of the wire form.
const (
	MaxLocal  = 64
	MaxDomain = 255
	MaxPath   = 256 // of an address with its angle brackets
)

// Parse takes an address in its wire form, without angle brackets, apart. The local part is a
// Dot-string or a Quoted-string; it may be quoted without need.
func Parse(s string) (local, domain string, err error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", "", errors.New("it has no @")
	}
	local, domain = s[:at], s[at+1:]
	if strings.HasPrefix(local, `"`) {
		if local, err = unquote(local); err != nil {
			return "", "", err
		}
	} else if !IsDotString(local) {
		return "", "", errors.New("the part before the @ must be quoted or is malformed")
	}
	if err := Check(local, domain); err != nil {
		return "", "", err
	}
	return local, domain, nil
}

// Format returns the wire form without angle brackets: the local part is quoted only if it must be.
func Format(local, domain string) string { return Quote(local) + "@" + domain }

// Check returns why an address can't be written in a command or in a header field.
func Check(local, domain string) error {
	if err := checkLocal(local); err != nil {
		return err
	}
	octets := len(Quote(local))
	if octets > MaxLocal {
		return fmt.Errorf("the part before the @ has more than %d octets", MaxLocal)
	}
	if err := CheckDomain(domain); err != nil {
		return err
	}
	if octets+len("@")+len(domain)+len("<>") > MaxPath {
		return fmt.Errorf("the address has more than %d octets", MaxPath-len("<>"))
	}
	return nil
}
