package mailbox

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
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
		local, domain, err := Parse(tt.in)
		if err != nil || local != tt.local || domain != tt.domain || Format(local, domain) != tt.out {
			t.Errorf("Parse(%q) = %q, %q, %q, %v; want %q, %q, %q", tt.in, local, domain, Format(local, domain), err, tt.local, tt.domain, tt.out)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, s := range []string{
		"", "a", "@", "@x", "a@", `""@x`, "a b@x", "a@b@x", ".a@x", "a.@x", "a..b@x", "<a@x>", "a@x>", "a@x ", " a@x", "a@x y", "a@x\r\n", "a\r\n@x", "a\x00@x",
		"\"a\r\nb\"@x", "\"a\x00b\"@x", `"a@x`, `"a"b@x`, `"a""@x`, `"a\"@x`, `"@x`, "a@-x", "a@x-", "a@x..y", "a@.x", "a@x.", "a@b_c", "a@bücher.example", "ü @x", "ü\u0085@x", "\xff@x", "\"\xff\"@x", "a\u200bb@x", "\"a\u00a0b\"@x", strings.Repeat("ü", 33) + "@x",
		"a@[192.0.2.1", "a@[192.0.2]", "a@[2001:db8::1]", "a@[IPv6:192.0.2.1]", "a@[IPv6:fe80::1%eth0]", "a@[x]", "a,b@x", "a@" + strings.Repeat("x", 64),
		strings.Repeat("x", 65) + "@x", "a@" + strings.Repeat("x.", 128), strings.Repeat("x", 64) + "@" + strings.Repeat("x.", 95) + "x", `"` + strings.Repeat(" ", 63) + `"@x`,
	} {
		if local, domain, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %q, %q, want an error", s, local, domain)
		}
	}
}

// FuzzParse: what is taken has one wire form, which stays within a path and can't leave it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a@x", `"a b"@x`, `"a\"b"@x`, "a@[192.0.2.1]", "x@y> SIZE=1\r\nRCPT TO:<z@z", "ü@x", "@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		local, domain, err := Parse(s)
		if err != nil {
			return
		}
		wire := Format(local, domain)
		if l, d, err := Parse(wire); err != nil || l != local || d != domain {
			t.Errorf("%q = %q, %q, and its wire form %q = %q, %q, %v", s, local, domain, wire, l, d, err)
		}
		outside := wire[strings.LastIndexByte(wire, '@'):]
		if !utf8.ValidString(wire) || strings.ContainsFunc(wire, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.ContainsFunc(outside, func(r rune) bool { return r < ' ' || r > '~' }) || len(wire)+2 > MaxPath || strings.ContainsAny(outside, "<> \"") {
			t.Errorf("%q has the wire form %q", s, wire)
		}
	})
}
