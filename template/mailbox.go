package template

import (
	"net/mail"
	"strings"
)

// address makes a mailbox of RFC 5322 section 3.4 from a name and an address,
// whatever they contain: the name can't become a second mailbox. Characters
// outside ASCII stay as they are (RFC 6532).
func address(name, addr any) (string, error) {
	s, err := texts("address", name, addr)
	if err != nil {
		return "", err
	}
	display, spec := strings.TrimSpace(s[0]), strings.TrimSpace(s[1])
	parsed, err := mail.ParseAddress("<" + spec + ">")
	if err != nil || parsed.Address != spec {
		return "", failf("address: %s is no address", quote(spec))
	}
	for _, r := range display {
		if what := unfit(r); what != "" {
			return "", failf("address: the name %s has a %s", quote(display), what)
		}
	}
	if display == "" {
		return spec, nil
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(display) + `" <` + spec + ">", nil
}
