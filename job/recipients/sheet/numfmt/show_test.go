package numfmt

import (
	"testing"
	"unicode/utf8"
)

// What package book's spreadsheets do not have. The values are LibreOffice's.
func TestShow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code string
		v    float64
		want string
	}{
		{"0.00", -0.001, "0.00"},
		{"0.00", 1e15, "1000000000000000.00"},
		{"#,##0", 1234567, "1,234,567"},
		{`"a;b"0;"neg "0`, -2, "neg 2"},
		{"[h]:mm:ss", 1.5, "36:00:00"},
		{"[mm]:ss", 0.5, "720:00"},
		{"mm:ss.0", 0.0000116, "00:01.0"},
		{"hh:mm", 0.999999, "00:00"},
		{"yyyy", 46387, "2026"},
		{"mmmmm", 46387, "D"},
		{"[$-40C]d mmmm yyyy", 46235, "1 août 2026"},
		{"General", 0.1 + 0.2, "0.3"},
		{"General", 1e20, "1E+20"},
		{"yyyy-mm-dd", 1e9, "###"},
		{"/0", 2, "2"},
	} {
		if got := Parse(tt.code).Show(tt.v, 0); got != tt.want {
			t.Errorf("%s of %v is %q, want %q", tt.code, tt.v, got, tt.want)
		}
	}
}

// Any code shows any number, as text.
func FuzzShow(f *testing.F) {
	for _, code := range []string{"General", "0.00E+00", "# ?/?", "?/8", "[>=1]0;[<0]-0;@", `yyyy\-mm"x"[h]:s.00 AM/PM`, "_(* #,##0_)", "[$€-407]0,,", "#.#.#/0/E+0", "/", ".0//", "[", `"`, "\\", "_"} {
		f.Add(code, 1234.5678)
		f.Add(code, -0.4)
	}
	f.Fuzz(func(t *testing.T, code string, v float64) {
		if !utf8.ValidString(code) {
			t.Skip()
		}
		format := Parse(code)
		for _, v := range []float64{v, -v, 0} {
			if shown := format.Show(v, 0) + format.ShowText("x"); !utf8.ValidString(shown) {
				t.Errorf("%q shows %v as %q", code, v, shown)
			}
		}
	})
}
