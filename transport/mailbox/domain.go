package mailbox

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// maxLabel is the longest label of a domain, in octets (RFC 1035, section 2.3.4).
const maxLabel = 63

// CheckDomain returns why d is neither a domain of A-labels nor an address literal.
func CheckDomain(d string) error {
	switch {
	case d == "":
		return errors.New("the domain is empty")
	case len(d) > MaxDomain:
		return fmt.Errorf("the domain has more than %d octets", MaxDomain)
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

// checkLiteral returns why d is no IPv4 or IPv6 address literal (RFC 5321, section 4.1.3).
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
