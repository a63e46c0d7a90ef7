package transport

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestAuthString: no way of printing shows the password.
func TestAuthString(t *testing.T) {
	const secret = "s3cret-horse"
	a := Auth{Mechanism: "PLAIN", Username: "office", Password: secret}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "auth", a, "pointer", &a)
	shown := []string{log.String(), fmt.Sprintf("%#v", struct{ A *Auth }{&a}.A)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		shown = append(shown, fmt.Sprintf(verb, a), fmt.Sprintf(verb, &a), fmt.Sprintf(verb, struct{ A Auth }{a}))
	}
	for _, s := range shown {
		if strings.Contains(s, secret) {
			t.Errorf("the password shows in %q", s)
		}
	}
}

// TestChoose: the strongest that the server offers, and never one that takes another kind of secret.
func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		mechanism, offered string
		secure             bool
		want               string
	}{
		{"", "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2", true, "SCRAM-SHA-256"},
		{"", "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1", true, "SCRAM-SHA-1"},
		{"", "LOGIN PLAIN CRAM-MD5", true, "PLAIN"},
		{"", "LOGIN CRAM-MD5", true, "LOGIN"},
		{"", "CRAM-MD5", true, "CRAM-MD5"},
		{"", "LOGIN PLAIN CRAM-MD5", false, "CRAM-MD5"},
		{"", "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1", false, "SCRAM-SHA-1"},
		{"", "XOAUTH2 OAUTHBEARER", true, ""},
		{"", "SCRAM-SHA-256-PLUS", true, ""},
		{"", "", true, ""},
		{"plain", "SCRAM-SHA-256 PLAIN", true, "PLAIN"},
		{"XOAuth2", "XOAUTH2 PLAIN", true, "XOAUTH2"},
		{"oauthbearer", "XOAUTH2 PLAIN", true, ""},
	} {
		a := &Auth{Mechanism: tt.mechanism}
		got, err := a.choose(strings.Fields(tt.offered), tt.secure)
		if got.Name != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("choose(%q, of %q, TLS %t) = %q, %v, want %q", tt.mechanism, tt.offered, tt.secure, got.Name, err, tt.want)
		}
	}
}
