package columns

import (
	"fmt"
	"strings"
	"testing"

	"mailshot/job/jobfile"
)

// rulesOf returns the rules of a job whose recipients.columns is given, for the columns a and b.
func rulesOf(t testing.TB, declared string) *Rules {
	t.Helper()
	text := "recipients:\n  file: m.csv\n  columns: " + declared + "\nmessage: {from: a@b.example, subject: Hi, text: a.txt}\n"
	j, err := jobfile.Parse("job.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(j, []string{"a", "b"})
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		declared string
		cell     string
		want     string // "" if nothing is wrong
	}{
		{`{a: {match: '\d{7}'}}`, "1234567", ""},
		{`{a: {match: '\d{7}'}}`, " 1234567\u00a0", ""},
		{`{a: {match: '\d{7}'}}`, "12345678", `"12345678" in column "a" does not match \d{7}`},
		{`{a: {match: '\d{7}'}}`, "x1234567", `"x1234567" in column "a" does not match \d{7}`},
		{`{a: {match: '\d{7}'}}`, "1234567\n1234567", `"1234567\n1234567" in column "a" does not match \d{7}`},
		{`{a: {match: '\d{7}'}}`, "", ""},
		{`{a: {match: '\d{7}', required: true}}`, " ", `column "a" is empty`},
		{`{a: {match: 'yes|no'}}`, "nobody", `"nobody" in column "a" does not match yes|no`},
		{`{a: {match: '(?i)[a-z]{2}'}}`, "DE", ""},
		{`{a: {match: '\p{L}+'}}`, "Åsa", ""},
		{`{a: {one_of: [de, no]}}`, "no", ""},
		{`{a: {one_of: [de, no]}}`, "DE", `"DE" in column "a" is not one of de, no`},
		{`{a: {one_of: [de, no]}}`, "de no", `"de no" in column "a" is not one of de, no`},
		{`{a: {one_of: [de, no]}}`, "", ""},
		{`{a: {one_of: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]}}`, "0",
			`"0" in column "a" is not one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more`},
		{`{a: {required: true}}`, "x", ""},
		{`{a: {required: true}}`, "\u00a0\u3000", `column "a" is empty`},
		{`{a: {match: a, one_of: [b]}}`, "c", `"c" in column "a" does not match a`},
		{`{a: {match: a}}`, strings.Repeat("ü", 100), `"` + strings.Repeat("ü", 60) + `…" in column "a" does not match a`},
		{`{a: {unique: true}}`, "", ""},
		{`{a: text}`, "1.200", ""},
		{`{}`, "", ""},
	} {
		got := ""
		for _, p := range rulesOf(t, tt.declared).Check([]string{tt.cell, "x"}) {
			got += p.Text
			if p.Hint != `job.yaml:3 says what column "a" must have; correct the cells, or that line` || p.Kind != "column a" {
				t.Errorf("%s: %+v", tt.declared, p)
			}
		}
		if got != tt.want {
			t.Errorf("%s, %q: %s; want %s", tt.declared, tt.cell, got, tt.want)
		}
	}
}

// Each column has its problem, in the order of the job file; a row that is cut short has blank cells.
func TestCheckAll(t *testing.T) {
	r := rulesOf(t, `{b: {required: true}, a: {match: x}}`)
	got := fmt.Sprint(texts(r.Check([]string{"y", ""})), texts(r.Check([]string{"x"})), texts(r.Check([]string{"x", "z"})))
	if want := `[column "b" is empty "y" in column "a" does not match x] [column "b" is empty] []`; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	if broken := (&Rules{}).Check([]string{""}); broken != nil {
		t.Errorf("the zero rules have %v", broken)
	}
}
