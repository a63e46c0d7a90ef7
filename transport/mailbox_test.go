package transport

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestParseMailbox(t *testing.T) {
	long := strings.Repeat("x", 60)
	longest := strings.Repeat("x", 64) + "@" + strings.Repeat("y", 63) + "." + strings.Repeat("y", 63) + "." + strings.Repeat("y", 61)
	for _, tt := range []struct {
		in            string
		local, domain string
		out           string
	}{
		{"a.b+c@x.example", "a.b+c", "x.example", "a.b+c@x.example"},
		{"A@X.Example", "A", "X.Example", "A@X.Example"},
		{`"a b"@x`, "a b", "x", `"a b"@x`},
		{`"a\"b"@x`, `a"b`, "x", `"a\"b"@x`},
		{`"a\\b"@x`, `a\b`, "x", `"a\\b"@x`},
		{`"plain"@x`, "plain", "x", "plain@x"},
		{`"a@b"@x`, "a@b", "x", `"a@b"@x`},
		{`"a> SIZE=1"@x`, "a> SIZE=1", "x", `"a> SIZE=1"@x`},
		{`"a..b"@x`, "a..b", "x", `"a..b"@x`},
		{"a@xn--bcher-kva.example", "a", "xn--bcher-kva.example", "a@xn--bcher-kva.example"},
		{"a@[192.0.2.1]", "a", "[192.0.2.1]", "a@[192.0.2.1]"},
		{"jürgen.groß@x", "jürgen.groß", "x", "jürgen.groß@x"},
		{`"ü b"@x`, "ü b", "x", `"ü b"@x`},
		{`"ü"@x`, "ü", "x", "ü@x"},
		{"a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
		{strings.Repeat("x", 64) + "@x", strings.Repeat("x", 64), "x", strings.Repeat("x", 64) + "@x"},
		{"a@" + long + "." + long + "." + long + "." + long, "a", long + "." + long + "." + long + "." + long, "a@" + long + "." + long + "." + long + "." + long},
		{longest, longest[:64], longest[65:], longest},
	} {
		m, err := ParseMailbox(tt.in)
		if err != nil || m.Local != tt.local || m.Domain != tt.domain || m.String() != tt.out {
			t.Errorf("ParseMailbox(%q) = %q, %q, %q, %v; want %q, %q, %q", tt.in, m.Local, m.Domain, m, err, tt.local, tt.domain, tt.out)
		}
	}
}

func TestParseMailboxErrors(t *testing.T) {
	for _, s := range []string{
		"", "a", "@", "@x", "a@", `""@x`, "a b@x", "a@b@x", ".a@x", "a.@x", "a..b@x", "<a@x>", "a@x>", "a@x ", " a@x", "a@x y", "a@x\r\n", "a\r\n@x", "a\x00@x",
		"\"a\r\nb\"@x", "\"a\x00b\"@x", `"a@x`, `"a"b@x`, `"a""@x`, `"a\"@x`, `"@x`, "a@-x", "a@x-", "a@x..y", "a@.x", "a@x.", "a@b_c", "a@bücher.example", "ü @x", "ü\u0085@x", "\xff@x", "\"\xff\"@x", strings.Repeat("ü", 33) + "@x",
		"a@[192.0.2.1", "a@[192.0.2]", "a@[2001:db8::1]", "a@[IPv6:192.0.2.1]", "a@[IPv6:fe80::1%eth0]", "a@[x]", "a,b@x", "a@" + strings.Repeat("x", 64),
		strings.Repeat("x", 65) + "@x", "a@" + strings.Repeat("x.", 128), strings.Repeat("x", 64) + "@" + strings.Repeat("x.", 95) + "x", `"` + strings.Repeat(" ", 63) + `"@x`,
	} {
		if m, err := ParseMailbox(s); err == nil {
			t.Errorf("ParseMailbox(%q) = %q, want an error", s, m)
		}
	}
}

// FuzzMailbox: what is taken has one wire form, which stays within a path and can't leave it.
func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"a@x", `"a b"@x`, `"a\"b"@x`, "a@[192.0.2.1]", "x@y> SIZE=1\r\nRCPT TO:<z@z", "ü@x", "@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMailbox(s)
		if err != nil {
			return
		}
		wire := m.String()
		again, err := ParseMailbox(wire)
		if err != nil || again != m {
			t.Errorf("%q = %+v, and its wire form %q = %+v, %v", s, m, wire, again, err)
		}
		outside := wire[strings.LastIndexByte(wire, '@'):]
		if !utf8.ValidString(wire) || strings.ContainsFunc(wire, unicode.IsControl) || !isPlain(outside) || len(wire)+2 > maxPath || strings.ContainsAny(outside, "<> \"") {
			t.Errorf("%q has the wire form %q", s, wire)
		}
	})
}
