package main_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"mailshot/job/address"
	"mailshot/job/header"
	"mailshot/template"
	"mailshot/transport"
	"mailshot/transport/mailbox"
	"mailshot/transport/message"
)

// addressDomain is a domain that every package takes, so that the local part decides.
const addressDomain = "club.example"

// TestAddresses: what one package takes for an address is one for all of them.
func TestAddresses(t *testing.T) {
	for _, s := range addressSeeds {
		wantOneVerdict(t, s)
	}
}

// FuzzAddresses: what one package takes for an address is one for all of them.
func FuzzAddresses(f *testing.F) {
	for _, s := range addressSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { wantOneVerdict(t, s) })
}

var addressSeeds = []string{
	"a", "a.b", "a..b", ".a", "a.", "a b", `"a b"`, `"a\"b"`, `"a\\b"`, `"a`, `a"`, `"a"b"`, `""`, "", `"a\`, `"plain"`, `"a@b"`, `"a>"`, "a@b",
	"!#$%&'*+-/=?^_`{|}~", "a,b", "a;b", "a:b", "(c)a", "a(c)", "<a", "a\tb", "a\r\nb", "\"a\tb\"", "a\x00b", "a\x7fb", "ü", `"ü b"`, "\u200b", "a\u00a0b",
	"\"a\u00a0b\"", "\xff", "\"\xff\"", "\u2028", "=?utf-8?q?a?=", " a", "a ", `" a"`, `" "`, `"\a"`, "\"\\\x01\"", `"a"."b"`, `"a" <b`,
	strings.Repeat("x", 64), strings.Repeat("x", 65), `"` + strings.Repeat(" ", 62) + `"`, `"` + strings.Repeat(" ", 63) + `"`, strings.Repeat("ü", 33),
}

// wantOneVerdict wants all packages to say the same of s as a local part, which each gets in the form that it takes, and
// of s as all that stands before the @.
func wantOneVerdict(t *testing.T, s string) {
	t.Helper()
	wire := mailbox.Format(s, addressDomain)
	want := readsAddress(wire)
	if got := sendsTo(t, s, addressDomain); got != want {
		t.Errorf("local part %q: transport takes it: %t; job/address: %t", s, got, want)
	}
	wantWritten(t, wire, want)
	wire = s + "@" + addressDomain
	if wire == strings.TrimSpace(wire) {
		wantWritten(t, wire, readsAddress(wire))
	}
	wantOneForm(t, wire)
	wantOneForm(t, s)
}

// wantWritten wants a header and a template to take, or to refuse, an address.
func wantWritten(t *testing.T, wire string, want bool) {
	t.Helper()
	if got := writesAddress(wire); got != want {
		t.Errorf("address %q: transport/message takes it: %t; job/address: %t", wire, got, want)
	}
	// Lengths are not for templates: what they make is read again.
	long := len(wire) > mailbox.MaxLocal+len("@"+addressDomain)
	if got := rendersAddress(t, wire); got != want && !long {
		t.Errorf("address %q: template takes it: %t; job/address: %t", wire, got, want)
	}
}

// wantOneForm wants an address that a user may write to go the whole way in one form.
func wantOneForm(t *testing.T, s string) {
	t.Helper()
	a, err := address.Parse(s)
	if err != nil {
		return
	}
	wire := a.String()
	if again, err := address.Parse(wire); err != nil || again != a {
		t.Errorf("%q is %q, and that is %q, %v", s, wire, again, err)
	}
	if got := (transport.Mailbox{Local: a.Local, Domain: a.Domain}).String(); got != wire {
		t.Errorf("%q is %q to job/address and %q to transport", s, wire, got)
	}
	if !sendsTo(t, a.Local, a.Domain) || !writesAddress(wire) || !rendersAddress(t, wire) {
		t.Errorf("%q: transport %t, message %t, template %t; want all true", wire, sendsTo(t, a.Local, a.Domain), writesAddress(wire), rendersAddress(t, wire))
	}
	if _, err := header.Mailto(wire); err != nil {
		t.Errorf("%q: job/header: %v", wire, err)
	}
}

// readsAddress reports whether job/address reads s, which is what a user wrote.
func readsAddress(s string) bool {
	_, err := address.Parse(s)
	return err == nil
}

var errNotDialled = errors.New("not dialled in this test")

// sendsTo reports whether transport would send to a mailbox.
func sendsTo(t *testing.T, local, domain string) bool {
	t.Helper()
	d := transport.Dialer{
		Addr:        "mail.test:587",
		DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errNotDialled },
	}
	_, err := d.Deliver(t.Context(), transport.Delivery{Envelope: transport.Envelope{To: []transport.Mailbox{{Local: local, Domain: domain}}}})
	return errors.Is(err, errNotDialled)
}

// writesAddress reports whether transport/message writes an address in a header.
func writesAddress(wire string) bool {
	var e message.Encoder
	_, err := e.Encode(&message.Message{
		From: message.Mailbox{Address: "a@" + addressDomain}, To: []message.Mailbox{{Address: wire}}, UTF8: true,
		Date: time.Unix(1e9, 0), MessageID: "a@" + addressDomain,
	})
	return err == nil
}

// rendersAddress reports whether a template takes an address. What it makes of one with a name is a mailbox of that address.
func rendersAddress(t *testing.T, s string) bool {
	t.Helper()
	source := template.Source{Name: "test", Text: `{{address .name .email}}`}
	lines, err := template.ParseLines([]template.Header{{Name: "Reply-To", Value: source}}, template.Config{Columns: []string{"name", "email"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := lines.Renderer().Render(template.Row{Fields: map[string]string{"name": `Lee, "Ann"`, "email": s}})
	if err != nil {
		return false
	}
	box, err := address.ParseMailbox(got[0])
	if a, aerr := address.Parse(s); aerr == nil && (err != nil || box != (address.Mailbox{Name: `Lee, "Ann"`, Address: a})) {
		t.Errorf("%q becomes %q, and that is %+v, %v", s, got[0], box, err)
	}
	return true
}
