package columns

import (
	"fmt"
	"strings"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/recipients"
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
		{`{a: {match: '.{2,}'}}`, "", ""}, // what need not be filled may be blank
		{`{a: {match: '.{2,}'}}`, "x", `"x" in column "a" does not match .{2,}`},
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
		{`{a: number}`, "12", ""},
		{`{a: number}`, "-12,50", ""},
		{`{a: number}`, "", ""},
		{`{a: number}`, "12 €", ""},
		{`{a: number}`, "twelve", `"twelve" in column "a" is no number`},
		{`{a: number}`, "12 apples", `"12 apples" in column "a" is no number`},
		{`{a: {number: 0..5000}}`, "5000.00", ""},
		{`{a: {number: 0..5000}}`, "5000.01", `"5000.01" in column "a" is not within 0..5000`},
		{`{a: {number: 0..5000}}`, "-0,01", `"-0,01" in column "a" is not within 0..5000`},
		{`{a: {number: 0..5000}}`, "-0", ""},
		{`{a: {number: ..99.95}}`, "-100000", ""},
		{`{a: {number: 0.5..}}`, "0.4999", `"0.4999" in column "a" is not within 0.5..`},
		{`{a: {number: -1.200..-1}}`, "-1,2", ""}, // a bound is read as Go reads it
		{`{a: {number: 0..5000, form: "1.234,50"}}`, "1.200", ""},
		{`{a: {number: 0..5000, form: "1.234,50"}}`, "12.000,00", `"12.000,00" in column "a" is not within 0..5000`},
		{`{a: {number: 1..2, required: true}}`, "", `column "a" is empty`},
		{`{a: date}`, "2026-12-31", ""},
		{`{a: date}`, "31.12.2026 14:30", ""},
		{`{a: date}`, "soon", `"soon" in column "a" is no date`},
		{`{a: date}`, "31.02.2026", `"31.02.2026" in column "a" is no date`},
		{`{a: {date: 2026-01-01..2026-12-31}}`, "31.12.2026 23:59", ""},
		{`{a: {date: 2026-01-01..2026-12-31}}`, "1.1.2027", `"1.1.2027" in column "a" is not within 2026-01-01..2026-12-31`},
		{`{a: {date: ..2026-12-31}}`, "1.1.1990", ""},
		{`{a: {date: 2026-01-01..}}`, "31.12.2025", `"31.12.2025" in column "a" is not within 2026-01-01..`},
		{`{a: {date: mm/dd/yyyy}}`, "12/31/2026", ""},
		{`{a: {date: 2026-01-01.., form: mm/dd/yyyy}}`, "12/31/2025", `"12/31/2025" in column "a" is not within 2026-01-01..`},
		{`{a: yes_no}`, "Nein", ""},
		{`{a: yes_no}`, "✓", ""},
		{`{a: yes_no}`, "", ""},
		{`{a: yes_no}`, "maybe", `"maybe" in column "a" is neither yes nor no`},
		{`{a: {yes_no: true, required: true}}`, " ", `column "a" is empty`},
		{`{}`, "", ""},
	} {
		got := ""
		for _, p := range rulesOf(t, tt.declared).Check(&recipients.Row{Cells: []string{tt.cell, "x"}}) {
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
	got := fmt.Sprint(texts(r.Check(&recipients.Row{Cells: []string{"y", ""}})), texts(r.Check(&recipients.Row{Cells: []string{"x"}})), texts(r.Check(&recipients.Row{Cells: []string{"x", "z"}})))
	if want := `[column "b" is empty "y" in column "a" does not match x] [column "b" is empty] []`; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	if broken := (&Rules{}).Check(&recipients.Row{Cells: []string{""}}); broken != nil {
		t.Errorf("the zero rules have %v", broken)
	}
}

// Cells that another way of writing would read are told together, each with the line that would do.
func TestCheckForms(t *testing.T) {
	for _, tt := range []struct{ declared, cell, want string }{
		{`{a: number}`, "1.200", `column "a": "1.200" may be 1200 or 1.2 [` + "`a: {number: true, form: \"1.234,50\"}` `a: {number: true, form: \"1,234.50\"}`]"},
		{`{a: {number: 0..5}}`, "1.234,50", `column "a": "1.234,50" is no number [` + "`a: {number: 0..5, form: \"1.234,50\"}`]"},
		{`{a: {number: 0..5, form: "1.234,50"}}`, "1,234.50", `column "a": "1,234.50" is not written as 1.234,50 is [` + "`a: {number: 0..5, form: \"1,234.50\"}`]"},
		{`{a: date}`, "31/12/2026", `column "a": "31/12/2026" is no date [` + "`a: {date: dd/mm/yyyy}`]"},
		{`{a: {date: 2026-01-01..}}`, "31/12/2026", `column "a": "31/12/2026" is no date [` + "`a: {date: 2026-01-01.., form: \"dd/mm/yyyy\"}`]"},
	} {
		broken := rulesOf(t, tt.declared).Check(&recipients.Row{Cells: []string{tt.cell}})
		if len(broken) != 1 || broken[0].Cell == nil {
			t.Errorf("%s, %q: %+v; want one with its cell", tt.declared, tt.cell, broken)
			continue
		}
		p := broken[0]
		if got := fmt.Sprint(p.Text, " ", p.Cell.Ways); got != tt.want || p.Cell.Value != tt.cell || p.Cell.Column != "a" {
			t.Errorf("%s, %q: %s; want %s", tt.declared, tt.cell, got, tt.want)
		}
		if !strings.HasSuffix(p.Hint, "are written, at job.yaml:3:") {
			t.Errorf("%s, %q: hint %q", tt.declared, tt.cell, p.Hint)
		}
	}
}

// What a way out says is a line that the job file takes, and that reads the cell.
func TestWaysOut(t *testing.T) {
	for _, tt := range []struct{ declared, cell string }{
		{`{a: number}`, "1.200"}, {`{a: {number: 0..5000}}`, "1.234,50"}, {`{a: date}`, "3/4/2026"}, {`{a: {date: 2020-01-01..}}`, "3/4/2026"}, {`{a: date}`, "46387"},
	} {
		for _, way := range rulesOf(t, tt.declared).Check(&recipients.Row{Cells: []string{tt.cell}})[0].Cell.Ways {
			if broken := rulesOf(t, "{"+strings.Trim(way, "`")+"}").Check(&recipients.Row{Cells: []string{tt.cell}}); len(broken) > 0 {
				t.Errorf("%q with %s: %v", tt.cell, way, broken)
			}
		}
	}
}
