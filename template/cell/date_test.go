package cell

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReadDate(t *testing.T) {
	const layout = "2006-01-02 15:04:05"
	for _, tt := range []struct{ form, in, want string }{
		{"", "2026-12-31", "2026-12-31 00:00:00"},
		{"", "31.12.2026", "2026-12-31 00:00:00"},
		{"", " 1.2.2027 ", "2027-02-01 00:00:00"},
		{"", "31.12.2026 14:30", "2026-12-31 14:30:00"},
		{"", "31.12.2026 9:30:05", "2026-12-31 09:30:05"},
		{"", "2026-12-31 14:30", "2026-12-31 14:30:00"},
		{"", "2026-12-31T14:30:05", "2026-12-31 14:30:05"},
		{"", "2026-12-31T14:30:05Z", "2026-12-31 14:30:05"},
		{"", "31.02.2026", `"31.02.2026" is no date`},
		{"", "12.31.2026", `"12.31.2026" is no date | mm.dd.yyyy`},
		{"", "31/12/2026", `"31/12/2026" is no date | dd/mm/yyyy`},
		{"", "12/31/2026", `"12/31/2026" is no date | mm/dd/yyyy`},
		{"", "3/4/2026", `"3/4/2026" is no date | dd/mm/yyyy mm/dd/yyyy`},
		{"", "3/4/2026 14:30", `"3/4/2026 14:30" is no date | dd/mm/yyyy mm/dd/yyyy`},
		{"", "31-12-2026", `"31-12-2026" is no date | dd-mm-yyyy`},
		{"", "2026/12/31", `"2026/12/31" is no date | yyyy/mm/dd`},
		{"", "31.12.26", `"31.12.26" is no date | dd.mm.yy yy.mm.dd`},
		{"", "31. 12. 2026", `"31. 12. 2026" is no date | dd. mm. yyyy`},
		{"", "46387", `"46387" is no date | excel`},
		{"", "31 December 2026", `"31 December 2026" is no date`},
		{"", "", `the value is empty, no date`},
		{"dd/mm/yyyy", "3/4/2026", "2026-04-03 00:00:00"},
		{"dd/mm/yyyy", "03/04/2026 14:30", "2026-04-03 14:30:00"},
		{"dd/mm/yyyy", "2026-04-03", "2026-04-03 00:00:00"},
		{"dd/mm/yyyy", "12/31/2026", `"12/31/2026" is no date that is written dd/mm/yyyy | mm/dd/yyyy`},
		{"dd/mm/yyyy", "3/4/26", `"3/4/26" is no date that is written dd/mm/yyyy | dd/mm/yy mm/dd/yy`},
		{"dd/mm/yyyy", "03.04.2026", `"03.04.2026" is no date that is written dd/mm/yyyy | dd.mm.yyyy mm.dd.yyyy`},
		{"dd/mm/yyyy", "03/04/2026x", `"03/04/2026x" is no date that is written dd/mm/yyyy`},
		{"mm/dd/yyyy", "3/4/2026", "2026-03-04 00:00:00"},
		{"MM-DD-YY", "03-04-68", "2068-03-04 00:00:00"},
		{"mm-dd-yy", "03-04-69", "1969-03-04 00:00:00"},
		{"yyyy.m.d", "2026.3.4", "2026-03-04 00:00:00"},
		{"yyyy-dd-mm", "2026-03-04", "2026-04-03 00:00:00"},
		{"dd. mm. yyyy", "3. 4. 2026", "2026-04-03 00:00:00"},
		{"yyyymmdd", "20260304", "2026-03-04 00:00:00"},
		{"yyyymmdd", "2026034", `"2026034" is no date that is written yyyymmdd`},
		{"excel", "46387", "2026-12-31 00:00:00"},
		{"excel", "46387.604166667", "2026-12-31 14:30:00"},
		{"excel", "61", "1900-03-01 00:00:00"},
		{"excel", "60", `"60" is no date that is written excel`},
		{"excel", "12/31/2026", `"12/31/2026" is no date that is written excel | mm/dd/yyyy`},
	} {
		var f DateForm
		if tt.form != "" {
			var err error
			if f, err = ParseDateForm(tt.form); err != nil || f.String() != strings.ToLower(tt.form) {
				t.Fatalf("ParseDateForm(%q) = %q, %v", tt.form, f, err)
			}
		}
		d, err := f.Read(tt.in)
		if got := told(d.Format(layout), err); got != tt.want {
			t.Errorf("%q reads %q as %s; want %s", tt.form, tt.in, got, tt.want)
		}
	}
}

func TestDateFormErrors(t *testing.T) {
	for _, s := range []string{"", "dd/mm", "dd/dd/yyyy", "dd/mm/yyy", "mm/mm/yyyy", "ddmyyyy", "dmyy", "dd/mmyyyy", "jj/mm/aaaa", "dd/mm/yyyy hh:mm", "2006-01-02", "dd / mm / yyyy / x"} {
		if f, err := ParseDateForm(s); err == nil {
			t.Errorf("ParseDateForm(%q) = %q; want an error", s, f)
		}
	}
}

func TestReadClock(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"9:00", 9 * time.Hour, true},
		{" 09:00 ", 9 * time.Hour, true},
		{"14:30:05", 14*time.Hour + 30*time.Minute + 5*time.Second, true},
		{"23:59", 23*time.Hour + 59*time.Minute, true},
		{"24:00", 0, false},
		{"9:60", 0, false},
		{"9.00", 0, false},
		{"T9:00", 0, false},
		{"9:00 AM", 0, false},
		{"", 0, false},
	} {
		if got, ok := ReadClock(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("ReadClock(%q) = %v, %t; want %v, %t", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestReadYesNo(t *testing.T) {
	for in, want := range map[string]string{
		"yes": "yes", " Y ": "yes", "TRUE": "yes", "1": "yes", "X": "yes", "✓": "yes", "Ja": "yes", "WAHR": "yes", "oui": "yes", "vrai": "yes",
		"SÍ": "yes", "si\u0301": "yes", "si": "yes", "tak": "yes", "sim": "yes", "ano": "yes",
		"no": "no", "N": "no", "FALSE": "no", "0": "no", "-": "no", "Nein": "no", "falsch": "no", "non": "no", "faux": "no", "nie": "no", "NÃO": "no",
		"nej": "no", "nee": "no", "ne": "no", "N/A": "no", "n / a": "no", "": "no", "\u00a0": "no",
		"maybe": "neither", "2": "neither", "yes no": "neither", "n a": "neither", "no.": "neither",
	} {
		is, ok := ReadYesNo(in)
		got := map[[2]bool]string{{true, true}: "yes", {false, true}: "no"}[[2]bool{is, ok}]
		if got == "" {
			got = "neither"
		}
		if got != want {
			t.Errorf("ReadYesNo(%q) = %s; want %s", in, got, want)
		}
	}
}

// dateForms are forms of each order, with several separators.
func dateForms(t testing.TB) []DateForm {
	forms := []DateForm{{}}
	for _, order := range [][3]string{{"d", "m", "y"}, {"m", "d", "y"}, {"y", "m", "d"}, {"y", "d", "m"}} {
		for _, sep := range []string{"/", "-", ".", " ", ". ", ""} {
			for _, year := range []string{"yyyy", "yy"} {
				s := strings.NewReplacer("d", "dd", "m", "mm", "y", year).Replace(strings.Join(order[:], sep))
				f, err := ParseDateForm(s)
				if err != nil {
					t.Fatal(err)
				}
				forms = append(forms, f)
			}
		}
	}
	excel, err := ParseDateForm(Excel)
	if err != nil {
		t.Fatal(err)
	}
	return append(forms, excel)
}

// writeDate writes a date in a form.
func writeDate(d time.Time, f DateForm) string {
	switch {
	case f.excel:
		return fmt.Sprint(int(d.Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24))
	case f.name == "":
		return d.Format("02.01.2006")
	}
	layout := strings.NewReplacer("yyyy", "2006", "yy", "06", "mm", "01", "dd", "02").Replace(f.name)
	return d.Format(layout)
}

// A date is read as it was meant by the form in which it was written. Without a declaration it is
// read so, or refused; but dots have the day first, and 2026-01-02 is 2 January.
func TestDateIsReadAsMeant(t *testing.T) {
	forms := dateForms(t)
	rapid.Check(t, func(t *rapid.T) {
		d := time.Date(1970, time.January, 1+rapid.IntRange(0, 98*365).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		f := rapid.SampledFrom(forms).Draw(t, "form")
		s := writeDate(d, f)
		if got, err := f.Read(s); err != nil || !got.Equal(d) {
			t.Fatalf("%s reads %q as %v, %v; want %v", f, s, got, err, d)
		}
		if f.name == "mm.dd.yyyy" || f.name == "yyyy-dd-mm" {
			return
		}
		if got, err := (DateForm{}).Read(s); err == nil && !got.Equal(d) {
			t.Fatalf("%q is %v in %s, and read as %v", s, d, f, got)
		}
	})
}

// Whatever a cell has in it: what two forms read as two dates is refused if neither is declared.
func FuzzDateInTwoWays(f *testing.F) {
	for _, s := range []string{"3/4/2026", "03.04.2026", "2026-03-04", "46387", "3-4-26", "20260304", "1.2.2027 14:30", "2026-03-04T10:00:00+02:00"} {
		f.Add(s)
	}
	forms := dateForms(f)
	f.Fuzz(func(t *testing.T, s string) {
		undeclared, err := DateForm{}.Read(s)
		if err != nil {
			return
		}
		for _, form := range forms {
			if form.name == "mm.dd.yyyy" || form.name == "yyyy-dd-mm" {
				continue
			}
			if d, err := form.Read(s); err == nil && !d.Equal(undeclared) {
				t.Errorf("%q is read as %v, and may be %v (%s)", s, undeclared, d, form)
			}
		}
	})
}
