package damage

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	const (
		value, narrow, lost, formula = "error value", "# alone", "U+FFFD", `="…"`
		html, short, null, turn      = "HTML writes", "shortened", "for nothing", "direction"
	)
	for _, tt := range []struct {
		cell, what string
		grave      bool
		meant      string
	}{
		{"#N/A", value, true, ""}, {"#n/a", value, true, ""}, {"#REF!", value, true, ""}, {"#DIV/0!", value, true, ""}, {"#NAME?", value, true, ""},
		{"#NV", value, true, ""}, {"#BEZUG!", value, true, ""}, {"#¡VALOR!", value, true, ""}, {"#N/D", value, true, ""}, {"#VÄRDEFEL!", value, true, ""},
		{"Err:502", value, true, ""}, {"#ERROR!", value, true, ""}, {"#SPILL!", value, true, ""}, {"#ЗНАЧ!", value, true, ""},
		{"###", narrow, true, ""}, {"########", narrow, true, ""},
		{"J\ufffdrgen", lost, true, ""}, {`="0123"`, formula, true, "0123"}, {`="a ""b"""`, formula, true, `a "b"`}, {`=""`, formula, true, ""},
		{"JÃ¼rgen", "windows-1252", false, "Jürgen"}, {"MÃœLLER", "windows-1252", false, "MÜLLER"}, {"StraÃŸe", "windows-1252", false, "Straße"},
		{"Stra\u00c3\u009fe", "windows-1252", false, "Straße"}, {"donâ€™t", "windows-1252", false, "don’t"}, {"Å\u0081Ã³dÅº", "windows-1252", false, "Łódź"},
		{"ÐœÐ¾ÑÐºÐ²Ð°", "windows-1252", false, ""}, {"J√ºrgen", "macintosh", false, "Jürgen"}, {"J├╝rgen", "cp850", false, "Jürgen"}, {"JĂĽrgen", "windows-1250", false, "Jürgen"},
		{"10Â°", "windows-1252", false, "10°"}, {"ï»¿Ann", "windows-1252", false, "\ufeffAnn"},
		{"O&#039;Brien", html, false, "O'Brien"}, {"Smith &amp; Co", html, false, "Smith & Co"}, {"M&uuml;ller", html, false, "Müller"}, {"O&#x27;Brien", html, false, "O'Brien"},
		{"1.23457E+12", short, false, ""}, {"4,91512E+12", short, false, ""}, {"1E-05", short, false, ""},
		{"NULL", null, false, ""}, {`\N`, null, false, ""}, {"nan", null, false, ""}, {"None", null, false, ""}, {"undefined", null, false, ""}, {"[object Object]", null, false, ""},
		{"Ann \u202egnirts", turn, false, ""},

		{"", "", false, ""}, {"Jürgen", "", false, ""}, {"Łódź", "", false, ""}, {"Γιάννης", "", false, ""}, {"Иван", "", false, ""}, {"ÅÄÖ", "", false, ""},
		{"Ålesund, Ærø", "", false, ""}, {"Âge", "", false, ""}, {"SÃO PAULO", "", false, ""}, {"São Paulo", "", false, ""}, {"naïve", "", false, ""}, {"château", "", false, ""},
		{"山田", "", false, ""}, {"עברית", "", false, ""}, {"10 €", "", false, ""}, {"Ðorđe", "", false, ""}, {"Niño, Ñandú", "", false, ""}, {"₂√2", "", false, ""},
		{"#1", "", false, ""}, {"#", "", false, ""}, {"##", "", false, ""}, {"#tag", "", false, ""}, {"Erika", "", false, ""}, {"=SUM", "", false, ""},
		{"AT&T", "", false, ""}, {"R&D; x", "", false, ""}, {"https://x.example/?a=1&copy=2", "", false, ""}, {"Tom & Jerry;", "", false, ""},
		{"1E5", "", false, ""}, {"12E3", "", false, ""}, {"+491512", "", false, ""}, {"1.5", "", false, ""}, {"2E10", "", false, ""}, {"-", "", false, ""},
		{"Null", "", false, ""}, {"Nan", "", false, ""}, {"none", "", false, ""}, {"Nil", "", false, ""}, {"n/a", "", false, ""}, {"NULL-Serie", "", false, ""},
	} {
		d := Of(tt.cell)
		switch {
		case d == nil && tt.what != "":
			t.Errorf("Of(%q) = nil; want %q", tt.cell, tt.what)
		case d == nil:
		case tt.what == "":
			t.Errorf("Of(%q) = %+v; want nil", tt.cell, *d)
		case !strings.Contains(d.What, tt.what) || d.Grave != tt.grave || tt.meant != "" && d.Meant != tt.meant || d.Hint == "":
			t.Errorf("Of(%q) = %+v; want %q, %t, %q", tt.cell, *d, tt.what, tt.grave, tt.meant)
		}
	}
}

// The cells of most files cost no memory, and little time.
func BenchmarkOf(b *testing.B) {
	cells := []string{"Ann", "Jürgen Müller", "2026-12-31", "12.50", "Rome", "ann@example.org", "https://club.example/?a=1&b=2"}
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range cells {
			Of(c)
		}
	}
}

// Each character with which a misreading begins is looked for.
func TestSuspicious(t *testing.T) {
	for _, m := range misreadings {
		for _, c := range m.begins {
			if !suspicious(c) {
				t.Errorf("suspicious(%q) = false; it begins what is read as %s", c, m.name)
			}
		}
	}
}
