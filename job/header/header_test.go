package header

import (
	"strings"
	"testing"
)

const noPage = "not the URL of a web page, which begins with https://"

func TestCheckURL(t *testing.T) {
	for _, tt := range []struct {
		in    string
		https bool
		want  string
	}{
		{"https://club.example/u/1?a=b&c=d%20e#f", true, ""},
		{"http://club.example", false, ""},
		{"http://club.example", true, "the URL has to begin with https://"},
		{"HTTPS://club.example", true, ""},
		{"club.example/u", false, noPage},
		{"https:///u", false, noPage},
		{"javascript:alert(1)", false, noPage},
		{"mailto:a@b.example", false, noPage},
		{"https://ann@club.example/", false, "a URL with a user name in it"},
		{"https://club.example/>, <https://evil.example", false, "'>' is not allowed in a URL; {{urlquery .column}} writes a cell so that it is"},
		{"https://club.example/a b", false, "' ' is not allowed in a URL; {{urlquery .column}} writes a cell so that it is"},
		{"https://club.example/ü", false, `'\u00fc' is not allowed in a URL; {{urlquery .column}} writes a cell so that it is`},
		{"https://club.example/\r\nBcc: x", false, `'\r' is not allowed in a URL; {{urlquery .column}} writes a cell so that it is`},
		{"https://club.example/%zz", false, noPage},
	} {
		got := ""
		if err := CheckURL(tt.in, tt.https); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("CheckURL(%q, %t) = %q; want %q", tt.in, tt.https, got, tt.want)
		}
	}
}

func TestMailto(t *testing.T) {
	for _, tt := range []struct{ in, want, err string }{
		{"leave@club.example", "mailto:leave@club.example", ""},
		{"leave+x_1@Club.example", "mailto:leave+x_1@club.example", ""},
		{`"a b&c"@club.example`, "mailto:%22a%20b%26c%22@club.example", ""},
		{"mailto:leave@club.example?subject=leave%20it", "mailto:leave@club.example?subject=leave%20it", ""},
		{"mailto:?to=x@club.example", "", "empty address"},
		{"mailto:a@b.example,c@d.example", "", "more than one address"},
		{"mailto:a@b.example>", "", "'>' is not allowed in a URL; {{urlquery .column}} writes a cell so that it is"},
		{"mailto:a%4@b.example", "", "a % that is not followed by two hexadecimal digits"},
		{"leave", "", "no @"},
	} {
		got, err := Mailto(tt.in)
		if text(err) != tt.err || got != tt.want {
			t.Errorf("Mailto(%q) = %q, %v; want %q, %q", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestListID(t *testing.T) {
	const form = "the identifier of the list has to look like a domain name, as in Club news <news.club.example>"
	for _, tt := range []struct{ in, description, id, err string }{
		{"news.club.example", "", "news.club.example", ""},
		{"<news.club.example>", "", "news.club.example", ""},
		{"Club news <news.club.example>", "Club news", "news.club.example", ""},
		{`"Neues, aus Köln" <news.club.example>`, "Neues, aus Köln", "news.club.example", ""},
		{"news", "", "", form},
		{"news..example", "", "", form},
		{"a@b.example", "", "", form},
		{"Club <a.b> <c.d>", "", "", "the description has a quotation mark or an angle bracket in it"},
		{"a.b>", "", "", "a > without a <"},
		{strings.Repeat("a.", 128) + "b", "", "", "the identifier of the list has 257 octets; 255 are allowed"},
	} {
		description, id, err := ListID(tt.in)
		if text(err) != tt.err || description != tt.description || id != tt.id {
			t.Errorf("ListID(%q) = %q, %q, %v; want %q, %q, %q", tt.in, description, id, err, tt.description, tt.id, tt.err)
		}
	}
}

func TestMessageID(t *testing.T) {
	const form = "not a Message-ID, as in <4f1c@club.example>"
	const char = "a Message-ID has only ASCII characters, and no space, comma or angle bracket in it"
	for _, tt := range []struct{ in, want, err string }{
		{"<4f1c@club.example>", "<4f1c@club.example>", ""},
		{"4f1c@club.example", "<4f1c@club.example>", ""},
		{"<a:b$c@[192.0.2.1]>", "<a:b$c@[192.0.2.1]>", ""},
		{"<4f1c@club.example", "", "a < without a >"},
		{"4f1c", "", form},
		{"@b", "", form},
		{"a@b@c", "", form},
		{"<a@b> <c@d>", "", form},
		{"a@b> <c", "", char},
		{"a b@c", "", char},
		{"ü@c", "", char},
		{"a@" + strings.Repeat("b", 900), "", form},
	} {
		got, err := MessageID(tt.in)
		if text(err) != tt.err || got != tt.want {
			t.Errorf("MessageID(%q) = %q, %v; want %q, %q", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Whatever passes can't end the angle brackets that it is written in.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"https://club.example/u", "mailto:a@b.example", "Club <a.b>", "<a@b>", "a@b.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var values []string
		if CheckURL(s, false) == nil {
			values = append(values, s)
		}
		if v, err := Mailto(s); err == nil {
			values = append(values, v)
		}
		if _, v, err := ListID(s); err == nil {
			values = append(values, v)
		}
		if v, err := MessageID(s); err == nil {
			values = append(values, strings.TrimSuffix(strings.TrimPrefix(v, "<"), ">"))
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }) || v == "" {
				t.Errorf("%q passes as %q", s, v)
			}
		}
	})
}
