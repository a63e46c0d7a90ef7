package function

import (
	"net/mail"
	"strings"
	"unicode"

	"mailshot/template/words"
)

// address is the function of this name. It returns a mailbox (RFC 5322 section 3.4) of a name and
// an address, whatever they contain: the name can't become a second mailbox. Characters outside
// ASCII stay as they are (RFC 6532 section 3.2).
func address(name, addr any) (string, error) {
	s, err := texts("address", name, addr)
	if err != nil {
		return "", err
	}
	display, spec := strings.TrimSpace(s[0]), strings.TrimSpace(s[1])
	if !isAddress(spec) {
		return "", words.Failf("address: %s is no address", words.Quote(spec))
	}
	for _, r := range display {
		if what := words.Unfit(r); what != "" {
			return "", words.Failf("address: the name %s has a %s", words.Quote(display), what)
		}
	}
	if display == "" {
		return spec, nil
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(display) + `" <` + spec + ">", nil
}

// isAddress reports whether s is one address, and nothing beside it: no name, comment or second
// address, and no character that can't be seen. Lengths, and whether there can be such a domain,
// are for those who send to it.
func isAddress(s string) bool {
	parsed, err := mail.ParseAddress("<" + s + ">")
	if err != nil || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return false
	}
	if s[0] == '"' { // the parsed form has no quotes
		return strings.HasSuffix(s, `"`+parsed.Address[strings.LastIndexByte(parsed.Address, '@'):])
	}
	return s == parsed.Address
}
