package locale

import (
	"strings"
	"testing"
	"time"
)

// good are layouts that people use. Nothing is said against them.
var good = []string{
	"2 January 2006", "02.01.2006", "Monday, 2 January 2006", "2 January", "Monday, Jan 2", "2 Jan", "2 Jan 2006", "January 2006",
	"15:04", "Monday, 2. January", "Monday 2 January", "Mon 2. Jan 2006", "Mon 2 January 2006", "20060102T150405Z", "20060102T150405",
	"2.1.", "2.1.2006", "02.01.", "2.1.06", "Monday", "January", "Jan", "Mon", "2006", "06", "2", "15", "04", "05", "3 PM", "15 Uhr", "15.04 Uhr", "kl. 15.04",
	"klo 15.04", "15h04", "15h", "3:04 PM", "3:04pm", "3:04", "Monday, 15:04 Uhr", "Monday, 2. January 2006 um 15:04 Uhr", "2. Jan. 2006", "Mo_2", "2/1/2006", "1/2/06",
	"01/02/2006", "1/2", "2-Jan-06", "02-01-2006", "2006-01-02", "2006/01/02", "2006. January 2.", "2006 m. January 2 d.", "2 January 2006 r.", "2 January 2006 г.",
	"2 de January de 2006", "le Monday 2 January", "Monday den 2 January", "am Monday, den 2. January", "la 2 January 2006", "di Monday 2 January", "do 2. January", "per 2 January 2006", "pro 2. January",
	"ti 2. January", "Monday the 2", "Monday 2/1 kl. 15", "2 January, 15 Uhr", "at 3 PM on Monday", "January 2", "01/2006", "1/06", "2006-01", "200601", "060102", "0102",
	"2006/01-January", "2006年1月2日", "002", "2006-002", "_2 January", "Mon Jan _2 15:04:05 2006", "Mon, 02 Jan 2006 15:04:05 -0700", time.RFC3339, time.RFC3339Nano, time.StampMicro, time.RFC850, time.RFC822Z,
	"15:04:05.000", "15:04:05,999", "2006_01_02", "Monday, 02.01.", "Monday (02.01.2006)", "2 January 2006 (02.01.2006)", "'06", "Z07:00 15:04", "15:04 - 2.1.",
}

func TestCheckLayoutGood(t *testing.T) {
	t.Parallel()
	for _, layout := range good {
		if f := CheckLayout(layout); f != nil {
			t.Errorf("CheckLayout(%q) = %q", layout, f.Text)
		}
	}
}

func TestCheckLayout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ layout, want string }{
		{"Montag, 2. Januar 2006", "shows \"Montag\" for every date\nwrite Monday, 2 January 2006 in the order you want; `message.language: de` translates the names"},
		{"2. Januar 2006", "\"Januar\" for every date\nwrite Monday, 2 January 2006 in the order you want; `message.language: de` translates"},
		{"2 janvier 2006", "`message.language: fr`"}, {"2 DE ENERO", "\"ENERO\" for every date\nwrite Monday, 2 January 2006 in the order you want; `message.language: es`"}, {"2. Jänner", "`message.language: de-AT`"},
		{"2 stycznia 2006", "`message.language: pl`"}, {"styczeń 2006", "`message.language: pl`"}, {"d’abril de 2006", "`message.language: …`"}, {"d’agost de 2006", "`message.language: ca`"}, {"segunda-feira, 2", "`message.language: pt`"},
		{"2 januari 2006", "`message.language: …`"}, {"понедельник 2", "`message.language: ru`"}, {"пʼятниця 2", "`message.language: uk`"},
		{"Tuesday, 2 January", "\"Tuesday\" for every date\nwrite Monday, 2 January 2006 in the order you want: these names become those of the date, in the language"}, {"2 February 2006", `"February"`}, {"Tue 2 Jan", `"Tue"`}, {"2 Feb", `"Feb"`},
		{"MONDAY 2", `"MONDAY"`}, {"january 2", `"january"`}, {"2 jan. 2006", `"jan"`}, {"2 May", `"May"`}, {"2. Dez. 2006", `"Dez"`}, {"Mo., 2. January", `"Mo"`}, {"Do, 2.1.", `"Do"`}, {"lun 2", `"lun"`}, {"2 März 2006", `"März"`},
		{"31.12.2026", "has 31, which is no part of Monday, 2 January 2006, 15:04:05\nit shows"}, {"31.12.2015", "has 31"}, {"11.02.2026", "has 11"}, {"2 January 2026", "has 2026"}, {"2 January 2012", "has 2012"}, {"2 January 2002", "has 2002"},
		{"2.1.2027", "has 2027"}, {"8.1.2006", "has 8"}, {"10.02.2006", "has 10"}, {"12/31/2006", "has 12"}, {"Monday 2 January 20", "has 20"}, {"15:30", "has 30"}, {"18:00", "has 18"}, {"9:04", "has 9"}, {"1.234,50", "has 234"},
		{"2.2.2006", "a day and a year, and no month"}, {"2.3.2006", "no minute"}, {"2 2006", "a day and a year, and no month"}, {"2006-07-02", "no month"}, {"02.06.2006", "no month"},
		{"2.2.", "the day twice, and no month"}, {"1.1.2006", "the month twice, and no day"}, {"1. January 2006", "the month twice, and no day"}, {"January 01, 2006", "the month twice"}, {"01.01.", "the month twice"}, {"06.01.2006", "the year twice"},
		{"3. January", "an hour, which 3 is, and no minute"}, {"03.01.2006", "an hour, which 3 is"}, {"3.2.", "an hour, which 3 is"}, {"Monday 3", "an hour, which 3 is"}, {"%d. January", `shows "%d" as it stands`}, {"15. January 2006", "an hour, which 15 is, and no day"},
		{"4 January 2006", "minutes or seconds without an hour"}, {"5/1/2006", "without an hour"}, {"04.05.2006", "without an hour"}, {"2.–4. January", "without an hour"},
		{"January 2nd, 2006", "shows \"nd\" behind every day, as in 11nd\nleave it out"}, {"2th January", `"th" behind`}, {"DD.MM.2006", `shows "DD" as it stands`}, {"2. January JJJJ", `"JJJJ"`},
		{"DD.MM.YYYY", "shows no part of a date"}, {"Montag", "shows no part"}, {"", "shows no part"},
	} {
		got := ""
		if f := CheckLayout(tt.layout); f != nil {
			got = f.Text + "\n" + f.Hint
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("CheckLayout(%q) = %q; want %q", tt.layout, got, tt.want)
		}
	}
}

// No layout in which the names are those of the reference is refused for a name of a language.
func TestKnownNames(t *testing.T) {
	t.Parallel()
	for _, tag := range Languages() {
		n, err := Of(tag)
		if err != nil {
			t.Fatal(err)
		}
		for m := time.January; m <= time.December; m++ {
			for _, name := range []string{n.months[m], n.alone[m], n.short[m]} {
				if len([]rune(bare(name))) < 3 || bare(name) == "pro" || bare(name) == "tra" || nameAt(name) != "" {
					continue
				}
				if CheckLayout("2 "+name+" 2006") == nil {
					t.Errorf("%s: nothing is said against %q", tag, name)
				}
			}
		}
	}
}

func agrees(t *testing.T, layout string) {
	t.Helper()
	at := time.Date(2027, time.November, 13, 17, 8, 9, 123456789, time.FixedZone("CET", 3600))
	var b, whole strings.Builder
	for _, p := range cut(layout) {
		whole.WriteString(p.text)
		if p.part == literal {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(at.Format(p.text))
	}
	if got, want := b.String(), at.Format(layout); got != want || whole.String() != layout {
		t.Errorf("the pieces of %q give %q; package time gives %q", layout, got, want)
	}
}

// The pieces of a layout are those that package time replaces.
func TestCut(t *testing.T) {
	t.Parallel()
	for _, layout := range append(good, "_2006", "__2", "_02", "1.05", "05.0001", "Z070", "-07000", "Januar", "Mondays", "MSTM", "31.12.2026", "20026", "15.900", "\xff2\xc3") {
		agrees(t, layout)
	}
}

func FuzzCut(f *testing.F) {
	for _, layout := range good {
		f.Add(layout)
	}
	f.Fuzz(func(t *testing.T, layout string) { agrees(t, layout) })
}
