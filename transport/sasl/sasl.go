// Package sasl has the client's side of SASL mechanisms (RFC 4422). It knows neither connections nor
// the form in which a protocol carries challenges and responses: those here are plain octets.
//
// A new mechanism is a file with its [Client] and one entry in the table of this file.
package sasl

import (
	"slices"
	"strings"
)

// A Mechanism is one way to authenticate.
type Mechanism struct {
	Name  string // upper case
	Token bool   // it takes a token instead of a password

	// Prompts says that the server's challenges are prompts for people, which nobody reads: they
	// need not be in the form that the protocol wants of challenges.
	Prompts bool

	hides bool // the password does not leave
	start func(Credentials) (Client, error)
}

// Start begins an exchange. The error is about the credentials.
func (m Mechanism) Start(c Credentials) (Client, error) { return m.start(c) }

// mechanisms are all of them. Those that take a password stand in the order of their strength under
// TLS, where the password is safe on its way: CRAM-MD5, for which a server must keep the password as
// it is, comes last.
var mechanisms = []Mechanism{
	{Name: "SCRAM-SHA-256", hides: true, start: startSCRAM256},
	{Name: "SCRAM-SHA-1", hides: true, start: startSCRAM1},
	{Name: "PLAIN", start: startPlain},
	{Name: "LOGIN", Prompts: true, start: startLogin},
	{Name: "CRAM-MD5", hides: true, start: startCRAM},
	{Name: "XOAUTH2", Token: true, start: startXOAuth2},
	{Name: "OAUTHBEARER", Token: true, start: startOAuthBearer},
}

// Find returns the mechanism of a name, in any case. It reports false if there is none.
func Find(name string) (Mechanism, bool) {
	i := slices.IndexFunc(mechanisms, func(m Mechanism) bool { return strings.EqualFold(m.Name, name) })
	if i < 0 {
		return Mechanism{}, false
	}
	return mechanisms[i], true
}

// Names returns the names of all mechanisms.
func Names() []string { return names(func(Mechanism) bool { return true }) }

// PasswordNames returns the names of the mechanisms that take a password, the strongest first. secure
// says that the connection is encrypted; without, those that keep the password to themselves go first.
func PasswordNames(secure bool) []string {
	if secure {
		return names(func(m Mechanism) bool { return !m.Token })
	}
	hide := names(func(m Mechanism) bool { return !m.Token && m.hides })
	return append(hide, names(func(m Mechanism) bool { return !m.Token && !m.hides })...)
}

// names returns the names of the mechanisms of which is reports true.
func names(is func(Mechanism) bool) []string {
	var list []string
	for _, m := range mechanisms {
		if is(m) {
			list = append(list, m.Name)
		}
	}
	return list
}
