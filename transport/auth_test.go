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
