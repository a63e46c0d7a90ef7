package words

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	columns := Columns{"email", "first_name", "First name", "größe"}
	for _, tt := range []struct{ written, want string }{
		{"frist_name", "first_name"},
		{"FIRST NAME", "first_name"},
		{"emial", "email"},
		{"grösse", "größe"},
		{"city", ""},
		{"", ""},
		{strings.Repeat("email", 20), ""},
	} {
		if got, ok := Nearest(tt.written, columns); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Nearest(%q) = %q, %t; want %q", tt.written, got, ok, tt.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a\r\nb", `"a\r\nb"`},
		{strings.Repeat("é", 60), `"` + strings.Repeat("é", 60) + `"`},
		{strings.Repeat("é", 61), `"` + strings.Repeat("é", 60) + `…"`},
	} {
		if got := Quote(tt.in); got != tt.want {
			t.Errorf("Quote(%q) = %s; want %s", tt.in, got, tt.want)
		}
	}
}

// The first rule that matches the whole message is the one.
func TestExplain(t *testing.T) {
	rules := []Rule{
		Say("a|b", "one of two", "a hint"),
		On("no (.*)", func(m []string) *Failure { return Failf("there is no %s", m[1]) }),
		Say("no bread", "never", ""),
	}
	for _, tt := range []struct{ message, want string }{
		{"b", "one of two"}, {"no bread", "there is no bread"}, {"no two\nlines", "there is no two\nlines"}, {"ab", ""}, {"", ""},
	} {
		f, ok := Explain(rules, tt.message)
		if ok != (tt.want != "") || ok && f.Error() != tt.want {
			t.Errorf("Explain(%q) = %v, %t; want %q", tt.message, f, ok, tt.want)
		}
	}
}
