package attachment

import "testing"

func TestHasToken(t *testing.T) {
	for _, tt := range []struct {
		s, token string
		want     bool
	}{
		{"12.pdf", "12", true},
		{"112.pdf", "12", false},
		{"123.pdf", "12", false},
		{"0012.pdf", "12", false},
		{"0012.pdf", "0012", true},
		{"invoice_12.pdf", "12", true},
		{"invoice-12-2026.pdf", "12", true},
		{"invoice12.pdf", "12", false},
		{"12a.pdf", "12", false},
		{"112 and 12.pdf", "12", true},
		{"1212 12", "12", true},
		{"111", "11", false},
		{"A-7.pdf", "A-7", true},
		{"A-77.pdf", "A-7", false},
		{"a-7.pdf", "A-7", false},
		{"#7#.pdf", "#7#", true},
		{"x#7#y.pdf", "#7#", true}, // its edges are no letters, so that none beside it can be of the same word
		{"Müller.pdf", "Mu\u0308ller", true},
		{"Mu\u0308ller.pdf", "Müller", true},
		{"Mu\u0308.pdf", "Mu", false},
		{"Müller.pdf", "ller", false},
		{"会員7.pdf", "7", false},
		{"", "12", false},
		{"12", "12", true},
	} {
		if got := hasToken(tt.s, tt.token); got != tt.want {
			t.Errorf("hasToken(%q, %q) = %t; want %t", tt.s, tt.token, got, tt.want)
		}
	}
}
