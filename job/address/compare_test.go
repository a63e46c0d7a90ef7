package address

import "testing"

func TestCompare(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"case", "Anna.Berg@CLUB.example", "anna.berg@club.example"},
		{"quotes without need", `"Anna"@club.example`, "anna@club.example"},
		{"quotes", `"Anna B"@club.example`, `"anna b"@club.example`},
		{"domain", "anna@BÜCHER.example", "anna@xn--bcher-kva.example"},
		{"decomposed", "ju\u0308rgen@club.example", "jürgen@club.example"},
		{"composed", "JÜRGEN@club.example", "jürgen@club.example"},
		{"sharp s", "Groß@club.example", "gross@club.example"},
		{"Greek question mark", "a\u037eb@club.example", `"a;b"@club.example`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := Parse(tt.in)
			if err != nil || a.Compare() != tt.want {
				t.Errorf("Parse(%q).Compare() = %q, %v; want %q", tt.in, a.Compare(), err, tt.want)
			}
			if got := CompareText(" " + tt.in); got != tt.want {
				t.Errorf("CompareText(%q) = %q; want %q", tt.in, got, tt.want)
			}
			if got := CompareText(tt.want); got != tt.want {
				t.Errorf("CompareText(%q) = %q; want it unchanged", tt.want, got)
			}
		})
	}
}

func TestCompareTextOfNoAddress(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"  Anna ", "anna"},
		{"@Club.Example", "@club.example"},
		{"Ju\u0308rgen", "jürgen"},
	} {
		if got := CompareText(tt.in); got != tt.want {
			t.Errorf("CompareText(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}
