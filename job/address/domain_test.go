package address

import "testing"

func TestDomain(t *testing.T) {
	for _, tt := range []struct{ in, want, err string }{
		{"club.example", "club.example", ""},
		{" Bücher.Example ", "xn--bcher-kva.example", ""},
		{"example", "", "the domain has no dot"},
		{"a b.example", "", "the domain has a space"},
		{"a\u200bb.example", "", "has an invisible character (U+200B)"},
		{"", "", "nothing after the @"},
	} {
		got, err := Domain(tt.in)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got != tt.want || text != tt.err {
			t.Errorf("Domain(%q) = %q, %q; want %q, %q", tt.in, got, text, tt.want, tt.err)
		}
	}
}

// The short way for plain domains agrees with the profile.
func FuzzPlainDomain(f *testing.F) {
	for _, s := range []string{"a.b", "a-b.c1", "xn--bcher-kva.example", "ab--c.d", "1.2", "-a.b", "a..b", "a.b."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !isPlainDomain(s) {
			return
		}
		if got, err := profile.ToASCII(s); err != nil || got != s {
			t.Errorf("isPlainDomain(%q), but the profile makes %q, %v of it", s, got, err)
		}
	})
}
