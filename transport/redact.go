package transport

import (
	"encoding/base64"
	"slices"
	"strings"
)

const redacted = "<redacted>"

// secrets are what must not be seen of a session. The zero value has none.
type secrets struct {
	password string   // or token; struck out of what the server says within AUTH
	sent     []string // what it was sent as; struck out of all that follows
}

// hide has a text that is a secret struck out from now on.
func (s *secrets) hide(text string) {
	if text != "" && !slices.Contains(s.sent, text) {
		s.sent = append(s.sent, text)
	}
}

// strike returns what a server sent without the secrets: within AUTH as they are and in base64, later only as they were
// sent, since a reply may have a word that happens to be the password.
func (s *secrets) strike(line string, withinAuth bool) string {
	if withinAuth && s.password != "" {
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err == nil && strings.Contains(string(b), s.password) {
			return redacted
		}
		line = strikeOne(line, s.password)
	}
	for _, secret := range s.sent {
		line = strikeOne(line, secret)
	}
	return line
}

// strikeOne strikes one secret, and its beginning off the end of a line that was cut off there.
func strikeOne(line, secret string) string {
	const least = 6 // of what is shorter there is enough in any text
	line = strings.ReplaceAll(line, secret, redacted)
	for n := min(len(line), len(secret)-1); n >= least; n-- {
		if strings.HasSuffix(line, secret[:n]) {
			return line[:len(line)-n] + redacted
		}
	}
	return line
}
