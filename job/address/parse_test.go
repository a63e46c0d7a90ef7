package address

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	long := strings.Repeat("x", 64)
	for _, tt := range []struct {
		name, in string
		want     Address
	}{
		{"plain", "anna@club.example", Address{"anna", "club.example"}},
		{"spaces around", " \tanna@club.example\r\n", Address{"anna", "club.example"}},
		{"no-break spaces around", "\u00a0anna@club.example\u00a0", Address{"anna", "club.example"}},
		{"case", "Anna.B@Club.EXAMPLE", Address{"Anna.B", "club.example"}},
		{"plus", "anna+list@club.example", Address{"anna+list", "club.example"}},
		{"odd atoms", "!#$%&'*/=?^_`{|}~-@club.example", Address{"!#$%&'*/=?^_`{|}~-", "club.example"}},
		{"quoted without need", `"anna"@club.example`, Address{"anna", "club.example"}},
		{"quoted space", `"a b"@club.example`, Address{"a b", "club.example"}},
		{"quoted at", `"a@b"@club.example`, Address{"a@b", "club.example"}},
		{"quoted angle", `"x@y> SIZE=1"@club.example`, Address{"x@y> SIZE=1", "club.example"}},
		{"quoted escapes", `"a\"\\b"@club.example`, Address{`a"\b`, "club.example"}},
		{"quoted dots", `".."@club.example`, Address{"..", "club.example"}},
		{"U-label", "anna@Bücher.example", Address{"anna", "xn--bcher-kva.example"}},
		{"decomposed U-label", "anna@bu\u0308cher.example", Address{"anna", "xn--bcher-kva.example"}},
		{"A-label", "anna@XN--bcher-kva.example", Address{"anna", "xn--bcher-kva.example"}},
		{"sharp s stays", "anna@straße.example", Address{"anna", "xn--strae-oqa.example"}},
		{"ideographic dot", "anna@club。example", Address{"anna", "club.example"}},
		{"digits", "1@1.2x", Address{"1", "1.2x"}},
		{"local 64", long + "@club.example", Address{long, "club.example"}},
		{"label 63", "a@" + long[1:] + ".example", Address{"a", long[1:] + ".example"}},
		{"non-ASCII local", "jürgen@club.example", Address{"jürgen", "club.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.in)
			if err != nil || got != tt.want {
				t.Fatalf("Parse(%q) = %#v, %v; want %#v", tt.in, got, err, tt.want)
			}
			if again, err := Parse(got.String()); err != nil || again != got {
				t.Errorf("Parse(%q) = %#v, %v; want %#v", got.String(), again, err, got)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	label := strings.Repeat("x", 63)
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "empty address"},
		{"blank", " \u00a0\t", "empty address"},
		{"no at", "anna.club.example", "no @"},
		{"no local", "@club.example", "nothing before the @"},
		{"empty quotes", `""@club.example`, "nothing before the @"},
		{"no domain", "anna@", "nothing after the @"},
		{"no dot", "anna@localhost", "the domain has no dot"},
		{"two ats", "anna@club@example.org", "more than one @"},
		{"two addresses", "a@b.example, c@d.example", "more than one address"},
		{"two addresses, semicolon", "a@b.example;c@d.example", "more than one address"},
		{"two addresses, colons", "a@b.example ::: c@d.example", "more than one address"},
		{"two addresses, slash", "a@b.example / c@d.example", "more than one address"},
		{"two addresses, space", "a@b.example c@d.example", "more than one address"},
		{"two addresses, a bar without spaces", "a@b.example|c@d.example", "more than one address"},
		{"two ats and a colon", "anna: b@club@example.org", "more than one @"},
		{"group", "g: a@b.example;", "a group, not an address"},
		{"name", "Anna <a@b.example>", "has angle brackets; only the address belongs here, without a name"},
		{"angle brackets", "<a@b.example>", "has angle brackets; only the address belongs here, without a name"},
		{"comment after", "a@b.example (Anna)", "has a space"},
		{"comment at the local part", "a(x)@b.example", "'(' is not allowed before the @"},
		{"comment at the domain", "a@b.example(x)", "U+0028 in the domain, the character ("},
		{"space inside", "an na@club.example", "has a space"},
		{"space at the at", "anna @club.example", "has a space"},
		{"CRLF", "a@b.example\r\nRCPT TO:<c@d.example>", "has a line break"},
		{"CRLF, quoted", "\"a\r\nb\"@b.example", "has a line break"},
		{"parameter", "a@b.example> ORCPT=rfc822;x", "has angle brackets; only the address belongs here, without a name"},
		{"NUL", "a\x00@b.example", "has a control character (U+0000)"},
		{"DEL", "a\x7f@b.example", "has a control character (U+007F)"},
		{"tab in quotes", "\"a\tb\"@b.example", "has a control character (U+0009)"},
		{"no-break space inside", "a@b\u00a0.example", "has a special space (U+00A0)"},
		{"zero-width space", "a@b\u200b.example", "has an invisible character (U+200B)"},
		{"zero-width at the end", "a@b.example\u200b", "has an invisible character (U+200B)"},
		{"soft hyphen", "a\u00ad@b.example", "has an invisible character (U+00AD)"},
		{"bidi override", "a\u202eb@c.example", "has an invisible character (U+202E)"},
		{"BOM", "\ufeffa@b.example", "has an invisible character (U+FEFF)"},
		{"bytes", "m\xfcller@b.example", "not valid UTF-8"},
		{"leading dot", ".a@b.example", "begins with a dot"},
		{"trailing dot", "a.@b.example", "has a dot right before the @"},
		{"two dots", "a..b@c.example", "has two dots in a row before the @"},
		{"colon", "mailto:a@b.example", "':' is not allowed before the @"},
		{"open quote", `"a@b.example`, "a quotation mark is not closed"},
		{"half a quote", `a"b"@c.example`, "quotation marks have to be around all that is before the @"},
		{"literal", "a@[192.0.2.1]", "an IP address in the place of the domain is not supported"},
		{"IP address", "a@192.0.2.1", "the domain ends in a number, as an IP address does"},
		{"domain leading dot", "a@.b.example", "the domain begins with a dot"},
		{"domain trailing dot", "a@b.example.", "the domain ends with a dot"},
		{"domain two dots", "a@b..example", "the domain has two dots in a row"},
		{"underscore", "a@b_c.example", "the domain has an underscore"},
		{"hyphen first", "a@-b.example", "a part of the domain begins or ends with a hyphen"},
		{"hyphen last", "a@b-.example", "a part of the domain begins or ends with a hyphen"},
		{"false A-label", "a@xn--zzzzzz.example", "the domain is not a valid one"},
		{"slash by mapping", "a@b℀.example", "U+2100 in the domain, the character ℀"},
		{"label 64", "a@" + label + "x.example", "the domain, or a part of it, is too long"},
		{"domain 254", "a@" + label + "." + label + "." + label + "." + label[:58] + ".com", "the domain, or a part of it, is too long"},
		{"local 65", label + "xx@b.example", "the part before the @ has 65 octets; 64 are allowed"},
		{"local too long with its quotes", `"` + label + `,"@b.example`, "the part before the @ has 66 octets; 64 are allowed"},
		{"path", label[:60] + "@" + label + "." + label + "." + label + ".com", "the address has 256 octets; 254 are allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.in)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Parse(%q) = %#v, %v; want the error %q", tt.in, got, err, tt.want)
			}
			if got != (Address{}) {
				t.Errorf("Parse(%q) = %#v beside an error; want the zero Address", tt.in, got)
			}
		})
	}
}

func TestASCII(t *testing.T) {
	for in, want := range map[string]bool{
		"anna@bücher.example":  true,
		"jürgen@club.example":  false,
		`"a b"@bücher.example`: true,
	} {
		a, err := Parse(in)
		if err != nil || a.ASCII() != want {
			t.Errorf("Parse(%q).ASCII() = %t, %v; want %t", in, a.ASCII(), err, want)
		}
	}
}

// What is parsed can stand between angle brackets on a line of its own, and
// comes back the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a@b.example", `"a b"@c.example`, "ü@ü.example", "g: a@b.example;", `"a\"\\"@b.example`,
		"a@b.example\r\nDATA", "A <a@b.example>", "a@xn--bcher-kva.example", "a@b.1", ";@b.example", "a;@b.example",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := CompareText(s)
		if short, ok := parsePlain(s); ok {
			if long, err := parse(s); err != nil || long != short {
				t.Errorf("parsePlain(%q) = %#v; parse gives %#v, %v", s, short, long, err)
			}
		}
		a, err := Parse(s)
		if err != nil {
			if err.Error() == "" || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("Parse(%q): bad words: %q", s, err)
			}
			return
		}
		wire := a.String()
		if again, err := Parse(wire); err != nil || again != a {
			t.Errorf("Parse(%q) = %#v; then Parse(%q) = %#v, %v", s, a, wire, again, err)
		}
		for i, c := range wire {
			if c < ' ' || c == 0x7f || (wire[0] != '"' && strings.ContainsRune(` <>,;:"`, c)) {
				t.Errorf("Parse(%q).String() = %q: octet %d is not safe on the wire", s, wire, i)
			}
		}
		if ascii, err := profile.ToASCII(a.Domain); err != nil || ascii != a.Domain {
			t.Errorf("Parse(%q).Domain = %q; the profile makes %q, %v of it", s, a.Domain, ascii, err)
		}
		if text != a.Compare() || CompareText(wire) != text {
			t.Errorf("compared forms of %q: %q, %q, %q; want them equal", s, text, a.Compare(), CompareText(wire))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, in := range map[string]string{
		"domain=ascii": "anna.berg+club@mail.club.example",
		"domain=idn":   "anna.berg@bücher.example",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
