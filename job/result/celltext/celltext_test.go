package celltext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "250 2.0.0 Ok: queued as 4b", "250 2.0.0 Ok: queued as 4b"},
		{"letters", "Zoë 日本 🙂 \u00a0", "Zoë 日本 🙂 \u00a0"},
		{"backslash", `C:\new`, `C:\\new`},
		{"line ends", "a\r\nb\tc", `a\r\nb\tc`},
		{"C0 and DEL", "\x00\x1b[31m\x7f", `\x00\x1b[31m\x7f`},
		{"C1", "\u0080\u0085\u009f", `\u0080\u0085\u009f`},
		{"separators", "\u2027\u2028\u2029\u202a", "\u2027\\u2028\\u2029\u202a"},
		{"not UTF-8", "Zo\xeb \xc3", `Zo\xeb \xc3`},
		{"replacement character", "\ufffd", "\ufffd"},
		{"semicolon", "no such user; see https://x.example", "no such user; see https://x.example"},
		{"formula behind a semicolon", `no;=1+1`, `no\x3b=1+1`},
		{"formula behind more", `no; "-1`, `no\x3b "-1`},
		{"semicolon at the end", `no;`, `no;`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Escape(tt.in)
			if got != tt.want {
				t.Errorf("Escape(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if back := Unescape(got); back != tt.in {
				t.Errorf("Unescape(%q) = %q, want %q", got, back, tt.in)
			}
		})
	}
}

// What Escape never makes stands for itself.
func TestUnescapeOther(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`\`, `\`}, {`a\q`, `a\q`}, {`\x4`, `\x4`}, {`\xZZ`, `\xZZ`}, {`\x4A`, `\x4A`}, {`\u202`, `\u202`},
		{`\x41`, "A"}, {`\ud800`, "\ufffd"}, {`\\x41`, `\x41`},
	} {
		if got := Unescape(tt.in); got != tt.want {
			t.Errorf("Unescape(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestGuard(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""}, {"a=b", "a=b"}, {" =1", " =1"}, {"=1", "'=1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@a", "'@a"},
		{"\tx", "'\tx"}, {"\rx", "'\rx"}, {"'x", "''x"}, {"''", "'''"},
	} {
		got := Guard(tt.in)
		if got != tt.want {
			t.Errorf("Guard(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if back := Unguard(got); back != tt.in {
			t.Errorf("Unguard(%q) = %q, want %q", got, back, tt.in)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", `\`, "a\nb", "\xff", ";=1", "\u2028", `\x41`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := Escape(s)
		if back := Unescape(e); back != s {
			t.Errorf("Unescape(Escape(%q)) = %q", s, back)
		}
		if !utf8.ValidString(e) || strings.ContainsFunc(e, unicode.IsControl) || strings.ContainsAny(e, "\u2028\u2029") {
			t.Errorf("Escape(%q) = %q is no line of text", s, e)
		}
	})
}
