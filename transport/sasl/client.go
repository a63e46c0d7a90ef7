package sasl

import "strings"

// A Client is the client's side of one exchange. It serves once, and is not safe for concurrent use.
//
// Its errors have no secret in them. They may quote the server as it sent its words, at most some
// hundred octets of them, control characters too.
type Client interface {
	// First returns the initial response; nil if the server speaks first.
	First() []byte
	// Next answers a challenge. Without a response, which then is nil, the error is why the client
	// gives up; with one it is what the server said about the refusal that will follow.
	Next(challenge []byte) ([]byte, error)
	// Verified returns why the server's word that the exchange succeeded must not be believed.
	Verified() error
}

// Credentials are what a client authenticates with, and whom.
type Credentials struct {
	Username string
	Secret   string // the password, or the token
	Host     string // of the server, for OAUTHBEARER
	Port     string
	Keys     *KeyCache // for SCRAM; nil computes the key in each exchange
}

// short returns the beginning of s.
func short(s string) string {
	const most = 300
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// escapeName escapes a user name as RFC 5802, section 5.1, and RFC 5801, section 4, want it.
func escapeName(s string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s)
}

// isPrintable reports whether s is printable ASCII, spaces included.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
