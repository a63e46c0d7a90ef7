package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode"

	"mailshot/transport/sasl"
)

// Auth is how a session authenticates (RFC 4954). Exactly one mechanism is tried. Neither fmt nor
// slog shows the password.
type Auth struct {
	// Mechanism is one of PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2 and
	// OAUTHBEARER, in any case. "" is the strongest that the server offers of those that take a
	// password, all but the last two; or where there is Token, one of these.
	Mechanism string
	Username  string
	Password  string // for XOAUTH2 and OAUTHBEARER the token, unless there is Token

	// Token returns the token for XOAUTH2 and OAUTHBEARER, and is called in each session, so in
	// several at once. After the server refused a token by 535 it is called once more with that
	// token: another one is tried in the same session, the same lets the refusal stand. Before,
	// refused is "".
	Token func(ctx context.Context, refused string) (string, error)
}

// String returns the mechanism and the user name.
func (a Auth) String() string {
	m := a.Mechanism
	if m == "" {
		m = "auto"
	}
	return fmt.Sprintf("%s as %q, password redacted", m, a.Username)
}

// GoString returns what String does.
func (a Auth) GoString() string { return a.String() }

// LogValue returns what String does, for slog.
func (a Auth) LogValue() slog.Value { return slog.StringValue(a.String()) }

// check returns what is wrong with the settings. a may be nil.
func (a *Auth) check() error {
	if a == nil {
		return nil
	}
	if _, ok := sasl.Find(a.Mechanism); !ok && a.Mechanism != "" {
		return fmt.Errorf("authentication mechanism %q is not supported", a.Mechanism)
	}
	if strings.ContainsRune(a.Username, 0) || strings.ContainsRune(a.Password, 0) {
		return errors.New("the user name or the password has a NUL")
	}
	// A control character would end the field of the name beside a token.
	if strings.ContainsFunc(a.Username, unicode.IsControl) {
		return errors.New("the user name has a control character")
	}
	return nil
}

// choose returns the mechanism to use with a server that offers these. secure says that there is
// TLS.
func (a *Auth) choose(offered []string, secure bool) (sasl.Mechanism, error) {
	want := sasl.PasswordNames(secure)
	if a.Token != nil {
		want = []string{"OAUTHBEARER", "XOAUTH2"} // the standard's first (RFC 7628)
	}
	if a.Mechanism != "" {
		want = []string{strings.ToUpper(a.Mechanism)}
	}
	for _, name := range want {
		if m, ok := sasl.Find(name); ok && slices.Contains(offered, name) {
			return m, nil
		}
	}
	return sasl.Mechanism{}, &MechanismError{Wanted: want, Offered: offered}
}

// secret returns what goes with a mechanism. refused is the token that the server refused before,
// or "".
func (a *Auth) secret(ctx context.Context, m sasl.Mechanism, refused string) (string, error) {
	if !m.Token || a.Token == nil {
		return a.Password, nil
	}
	token, err := a.Token(ctx, refused)
	if err != nil {
		return "", fmt.Errorf("getting the token: %w", err)
	}
	return token, nil
}
