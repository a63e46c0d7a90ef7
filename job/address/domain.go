package address

import (
	"errors"
	"strings"

	"golang.org/x/net/idna"
)

// profile is UTS 46 processing, non-transitional, strict about letters and
// lengths: the ready-made idna.Lookup lets empty and overlong labels pass.
var profile = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.StrictDomainName(true),
	idna.VerifyDNSLength(true),
	idna.Transitional(false),
)

// mapping is how the profile writes letters, without its checks.
var mapping = idna.New(idna.MapForLookup(), idna.Transitional(false))

// Domain returns the lower-case A-label form of a domain (RFC 5891, section 5).
// It has to have a dot, and is neither an IP address nor a literal. Errors say
// in plain words what is wrong with "the domain".
func Domain(s string) (string, error) {
	s = strings.TrimSpace(s)
	if err := visible(s); err != nil {
		return "", err
	}
	return toASCII(s)
}

func toASCII(domain string) (string, error) {
	if isPlainDomain(domain) {
		return domain, nil
	}
	ascii, err := profile.ToASCII(domain)
	if err != nil || !isPlainDomain(plainPrefix(ascii)) {
		return "", domainError(domain)
	}
	if _, _, bad := disallowed(domain); bad {
		return "", domainCharacter(domain)
	}
	return ascii, nil
}

// isPlainDomain reports whether s is already what the profile would make of it:
// lower-case letters, digits and inner hyphens, and two labels or more, of
// which the last is no number. A label with hyphens in its third and fourth
// place is left to the profile.
func isPlainDomain(s string) bool {
	if len(s) > 253 { // RFC 1035, section 2.3.4, without the root
		return false
	}
	labels := 0
	for label := range strings.SplitSeq(s, ".") {
		if !isPlainLabel(label) {
			return false
		}
		labels++
	}
	return labels > 1 && !endsInNumber(s)
}

func isPlainLabel(s string) bool {
	if len(s) == 0 || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return len(s) < 4 || s[2:4] != "--"
}

// plainPrefix takes the marks of A-labels away, so that what the profile gave
// can be held against isPlainDomain.
func plainPrefix(s string) string {
	if strings.HasPrefix(s, "xn--") {
		s = "xn0" + s[len("xn--"):]
	}
	return strings.ReplaceAll(s, ".xn--", ".xn0")
}

// endsInNumber reports whether the last label is all digits, as in an IP address.
// No top-level domain is (RFC 3696, section 2).
func endsInNumber(s string) bool {
	last := s[strings.LastIndexByte(s, '.')+1:]
	return strings.Trim(last, "0123456789") == ""
}

// domainError says why domain was refused.
func domainError(domain string) error {
	switch {
	case domain == "":
		return errors.New("nothing after the @")
	case strings.HasPrefix(domain, "["):
		return errors.New("an IP address in the place of the domain is not supported")
	case strings.HasPrefix(domain, "."):
		return errors.New("the domain begins with a dot")
	case strings.HasSuffix(domain, "."):
		return errors.New("the domain ends with a dot")
	case strings.Contains(domain, ".."):
		return errors.New("the domain has two dots in a row")
	case strings.ContainsRune(domain, '_'):
		return errors.New("the domain has an underscore")
	case strings.ContainsRune(domain, ' '):
		return errors.New("the domain has a space")
	case strings.HasPrefix(domain, "-"), strings.Contains(domain, ".-"),
		strings.HasSuffix(domain, "-"), strings.Contains(domain, "-."):
		return errors.New("a part of the domain begins or ends with a hyphen")
	}
	if err := domainCharacter(domain); err != nil {
		return err
	}
	ascii, err := profile.ToASCII(domain)
	switch {
	case err == nil && !strings.Contains(ascii, "."):
		return errors.New("the domain has no dot")
	case err == nil && endsInNumber(ascii):
		return errors.New("the domain ends in a number, as an IP address does")
	case tooLong(domain):
		return errors.New("the domain, or a part of it, is too long")
	}
	return errors.New("the domain is not a valid one")
}

func tooLong(domain string) bool {
	if len(domain) > 253 {
		return true
	}
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) > 63 {
			return true
		}
	}
	return false
}
