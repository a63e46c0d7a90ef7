package template

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mailshot/template/cell"
	"mailshot/template/function"
)

// formsOf returns how cells are read, as the job file says it: numbers and dates of the file, and
// "name kind form" for each column.
func formsOf(t testing.TB, numbers, dates string, columns ...string) cell.Forms {
	t.Helper()
	var f cell.Forms
	var err error
	if numbers != "" {
		if f.Numbers, err = cell.ParseNumberForm(numbers); err != nil {
			t.Fatal(err)
		}
	}
	if dates != "" {
		if f.Dates, err = cell.ParseDateForm(dates); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range columns {
		is := cell.Column{Numbers: f.Numbers, Dates: f.Dates}
		name, rest, _ := strings.Cut(c, " ")
		kind, form, hasForm := strings.Cut(rest, " ")
		is.Name = name
		switch kind {
		case "number":
			is.Kind = cell.Number
			if hasForm {
				is.Numbers, err = cell.ParseNumberForm(form)
			}
		case "date":
			is.Kind = cell.Date
			if hasForm {
				is.Dates, err = cell.ParseDateForm(form)
			}
		case "yes_no":
			is.Kind = cell.YesNo
		case "text":
			is.Kind = cell.Text
		default:
			t.Fatalf("no kind %q", kind)
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Columns = append(f.Columns, is)
	}
	return f
}

// rendered returns what a text makes of a row with these cells: "name", "value" …
func rendered(t testing.TB, text string, forms cell.Forms, cells ...string) (string, error) {
	t.Helper()
	row := Row{Number: 1, Line: 2, Fields: map[string]string{}}
	c := Config{
		Subject: Source{Name: "subject", Text: "x"}, Text: Source{Name: "letter.txt", Text: text}, Forms: forms,
		Now: time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC),
	}
	for i := 0; i < len(cells); i += 2 {
		c.Columns = append(c.Columns, cells[i])
		row.Fields[cells[i]] = cells[i+1]
	}
	s, err := Parse(c)
	if err != nil {
		return "", err
	}
	l, err := s.Renderer().Render(row)
	return l.Text, err
}

// Cells are read as the file or their column is written, wherever they came through; constants as Go
// writes them.
func TestCellsAreReadByColumn(t *testing.T) {
	german := formsOf(t, "1.234,50", "dd/mm/yyyy", "us number 1,234.50", "paid date mm/dd/yyyy", "serial date excel")
	cells := []string{"a", "1.200", "us", "1.200", "due", "03/04/2026", "paid", "03/04/2026", "serial", "46387", "list", "1.200;2.300", "First name", "1.200", "empty", ""}
	for _, tt := range []struct{ in, want string }{
		{`{{number "1234.5" .a}} {{number "1234.5" .us}} {{number "1234.5" "1.2000"}} {{number "1234.5" 1.2000}}`, "1200.0 1.2 1.2 1.2"},
		{`{{with .a}}{{number "1234.5" .}}{{end}} {{with .us}}{{number "1234.5" .}}{{end}}`, "1200.0 1.2"},
		{`{{$x := .us}}{{number "1234.5" $x}}{{$x = .a}} {{number "1234.5" $x}}`, "1.2 1200.0"},
		{`{{define "n"}}{{number "1234.5" .}}{{end}}{{template "n" .a}} {{template "n" .us}}`, "1200.0 1.2"},
		{`{{number "1234.5" (trim .us)}} {{.us | trim | number "1234.5"}} {{number "1234.5" (default 0 .us)}} {{number "1234.5" (default 0 .empty)}}`, "1.2 1.2 1.2 0.0"},
		{`{{number "1234.5" (or .empty .us)}} {{number "1234.5" (or .empty .a)}} {{number "1234.5" (print .us)}} {{number "1234.5" (slice .us 0 5)}}`, "1.2 1200.0 1.2 1.2"},
		{`{{number "1234.5" (field "us")}} {{number "1234.5" (index . "us")}} {{number "1234.5" (field "First name")}}`, "1.2 1.2 1200.0"},
		{`{{range split ";" .list}}<{{number "1234.5" .}}>{{end}} {{number "1234.5" (index (split ";" .list) 1)}}`, "<1200.0><2300.0> 2300.0"},
		{`{{range $k, $v := .}}{{if eq $k "us" "a"}}{{number "1234.5" $v}} {{end}}{{end}}`, "1200.0 1.2 "},
		{`{{if gt .a 1000}}a{{end}}{{if lt .us 2}}b{{end}}{{if gt .a .us}}c{{end}} {{plural .us "one" "many"}} {{printf "%.2f %.2f" .a .us}}`, "abc many 1200.00 1.20"},
		{`{{eq .a 1200}} {{eq .us 1.2}} {{eq .us 1200}} {{eq .a .us}}`, "true true false false"}, // the last are one text, and two numbers
		{`{{date "2 Jan 2006" .due}} {{date "2 Jan 2006" .paid}} {{date "2 Jan 2006" .serial}}`, "3 Apr 2026 4 Mar 2026 31 Dec 2026"},
		{`{{gt .due .paid}} {{lt .due .serial}} {{gt .serial now}} {{eq .paid "2026-03-04"}} {{eq .due "03/04/2026"}}`, "true true true true true"},
		{`{{.a}} {{.us}} {{printf "%s" .us}} {{join "+" .a .us}} {{print .a .us}}{{println .a}}`, "1.200 1.200 1.200 1.200+1.200 1.2001.2001.200\n"},
		{`{{len .a}} {{slice .a 2}} {{upper .a}} {{html .a}}`, "5 200 1.200 1.200"},
	} {
		got, err := rendered(t, tt.in, german, cells...)
		if err != nil || got != tt.want {
			t.Errorf("%s gives %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

// Cells that other programs were reported to take for something else: 1.355,90€ for 1.35, 02/01/2014
// for another month than 31/12/2012 in the same column, a zero of one kind or another for yes.
func TestCellsThatOthersMisread(t *testing.T) {
	none, german := formsOf(t, "", ""), formsOf(t, "1.234,50", "dd/mm/yyyy", "zero number")
	for _, tt := range []struct {
		forms    cell.Forms
		in, cell string
		want     string
	}{
		{german, `{{money "1.234,50 €" .x}}`, "1.355,90€", "1.355,90 €"},
		{none, `{{money "1.234,50 €" .x}}`, "1.355,90€", "`recipients.numbers: \"1.234,50\"`"},
		{german, `{{date "2 January 2006" .x}}`, "02/01/2014", "2 January 2014"},
		{german, `{{date "2 January 2006" .x}}`, "31/12/2012", "31 December 2012"},
		{none, `{{date "2 January 2006" .x}}`, "02/01/2014", "`recipients.dates: dd/mm/yyyy` `recipients.dates: mm/dd/yyyy`"},
		{none, `{{if .x}}a{{end}}`, "0.0", "`{{if gt (default 0 .x) 0}}` `{{if ne .x \"\"}}`, by which any filled cell says yes"},
		{german, `{{if .zero}}a{{else}}b{{end}}`, "0", "b"},
		{german, `{{if gt .x 5}}a{{else}}b{{end}}`, "2,590", "b"},
		{none, `{{if gt .x 5}}a{{else}}b{{end}}`, "2,590", "`recipients.numbers: \"1.234,50\"` `recipients.numbers: \"1,234.50\"`"},
		{none, `{{if lt .x -5}}a{{else}}b{{end}}`, "-10", "a"}, // as text, or as Word has it, the other way round
		{none, `{{if lt .x 10}}a{{else}}b{{end}}`, "9", "a"},
	} {
		got, err := rendered(t, tt.in, tt.forms, "x", tt.cell, "zero", tt.cell)
		if e, ok := err.(*Error); ok && e.Cell != nil {
			got = strings.Join(e.Cell.Ways, " ")
		}
		if got != tt.want {
			t.Errorf("%s of %q gives %s, %v; want %s", tt.in, tt.cell, got, err, tt.want)
		}
	}
}

// A cell of a column of answers is compared with any word for yes or no, and with another
// text as any text.
func TestAnswersCompared(t *testing.T) {
	forms := formsOf(t, "", "", "vip yes_no", "paid yes_no")
	const in = `{{eq .vip "yes"}} {{ne .vip "no"}} {{eq .vip .paid}} {{eq .vip 1}} {{eq .vip ""}} {{eq .vip "x" "no"}} {{eq (upper .vip) "JA"}} {{eq .vip "left"}}`
	for _, tt := range []struct{ vip, paid, want string }{
		{"TRUE", "Ja", "true true true true false true true false"},
		{"nein", "0", "false false true false false true false false"},
		{"", "no", "false false true false true true false false"},
		{"✓", "", "true true false true false true true false"},
	} {
		got, err := rendered(t, in, forms, "vip", tt.vip, "paid", tt.paid)
		if err != nil || got != tt.want {
			t.Errorf("%q and %q give %q, %v; want %q", tt.vip, tt.paid, got, err, tt.want)
		}
	}
}

// What can't be read names the column and the way out.
func TestCellErrors(t *testing.T) {
	none := formsOf(t, "", "")
	german := formsOf(t, "1.234,50", "dd/mm/yyyy", "n number", "d date", "v yes_no")
	for _, tt := range []struct {
		forms    cell.Forms
		in, cell string
		want     string
	}{
		{none, `{{number "1234" .x}}`, "1.200", `number: "1.200" may be 1200 or 1.2 (column "x") | say how the numbers are written: | numbers that can be read in two ways | ` +
			"`recipients.numbers: \"1.234,50\"` `recipients.numbers: \"1,234.50\"`"},
		{none, `{{if gt .x 5}}{{end}}`, "1,200", `gt: "1,200" may be 1.2 or 1200 (column "x") | say how the numbers are written: | numbers that can be read in two ways | ` +
			"`recipients.numbers: \"1.234,50\"` `recipients.numbers: \"1,234.50\"`"},
		{none, `{{eq .x 5}}`, "1.200", `eq: "1.200" may be 1200 or 1.2 (column "x") | say how the numbers are written: | numbers that can be read in two ways | ` +
			"`recipients.numbers: \"1.234,50\"` `recipients.numbers: \"1,234.50\"`"},
		{none, `{{date "2 Jan" .x}}`, "3/4/2026", `date: "3/4/2026" is no date (column "x") | say how the dates are written: | dates that are written in a way that nobody has declared | ` +
			"`recipients.dates: dd/mm/yyyy` `recipients.dates: mm/dd/yyyy`"},
		{none, `{{gt .x now}}`, "46387", `gt: "46387" is no date (column "x") | say how the dates are written: | dates that are written in a way that nobody has declared | ` + "`recipients.dates: excel`"},
		{none, `{{gt .x "2026-01-01"}}`, "12-31-26", `gt: "12-31-26" is no date (column "x") | say how the dates are written: | dates that are written in a way that nobody has declared | ` + "`recipients.dates: mm-dd-yy`"},
		{none, `{{gt .x "12:00"}}`, "9:00 AM", `gt: "9:00 AM" is no number, no date and no time of day (column "x") | gt compares numbers with numbers and dates with dates; texts have no order | texts, which have no order | `},
		{none, `{{gt .x "b"}}`, "c", `gt: "c" is no number, no date and no time of day (column "x") | gt compares numbers with numbers and dates with dates; texts have no order | texts, which have no order | `},
		{none, `{{gt .x "12:00"}}`, "31.12.2026", `gt: "31.12.2026" is a date, and "12:00" a time of day (column "x") |  | values that are compared with another kind of value | `},
		{none, `{{eq .x 5}}`, "2026-12-31", `eq: "2026-12-31" is a date, and "5" a number (column "x") |  | values that are compared with another kind of value | `},
		{none, `{{money "€1,234.50" .x}}`, "$5", `money: "$5" has $ beside the number (column "x") | money and number read $ where their layout has it: {{money "1,234.50 $" .column}}; elsewhere {{replace "$" "" .column}} leaves it out | numbers with a sign of a currency | `},
		{none, `{{money "1,234.50" .x}}`, "1.255", `money: "1.255" may be 1255 or 1.255 (column "x") | say how the numbers are written: | numbers that can be read in two ways | ` +
			"`recipients.numbers: \"1.234,50\"` `recipients.numbers: \"1,234.50\"`"},
		{none, `{{money "1,234.50" .x}}`, "0.125", `money: "0.125" has more than 2 decimals (column "x") |  | amounts with more decimals than the layout of money | `},
		{none, `{{if .x}}{{end}}`, "FALSE", `if: "FALSE" says no, and is taken for yes, as any text is (column "x") | say what is asked: | cells that say no, and that ` + "`if` takes for yes, as any text | `{{if yes .x}}` `{{if ne .x \"\"}}`, by which any filled cell says yes"},
		{none, `{{if .x}}{{end}}`, "0,00", `if: "0,00" says no, and is taken for yes, as any text is (column "x") | say what is asked: | cells that say no, and that ` + "`if` takes for yes, as any text | `{{if gt (default 0 .x) 0}}` `{{if ne .x \"\"}}`, by which any filled cell says yes"},
		{none, `{{not .x}}`, "n/a", `not: "n/a" says no, and is taken for yes, as any text is (column "x") | say what is asked: | cells that say no, and that ` + "`not` takes for yes, as any text | `not (yes .x)` `not (ne .x \"\")`, by which any filled cell says yes"},
		{none, `{{if and .x .x}}{{end}}`, "nein", `and: "nein" says no, and is taken for yes, as any text is (column "x") | say what is asked: | cells that say no, and that ` + "`and` takes for yes, as any text | `and (yes .x)` `and (ne .x \"\")`, by which any filled cell says yes"},
		{none, `{{.x | or ""}}`, "No", `or: "No" says no, and is taken for yes, as any text is (column "x") | a text in the place of empty cells is ` + "`default \"…\" .x`" + `; else say what is asked: | cells that say no, and that ` + "`or` takes for yes, as any text | `or (yes .x)` `or (ne .x \"\")`, by which any filled cell says yes"},
		{none, `{{if lower .x}}{{end}}`, "NO", `if: "no" says no, and is taken for yes, as any text is (column "x") | say what is asked: | cells that say no, and that ` + "`if` takes for yes, as any text | `{{if yes .x}}` `{{if ne .x \"\"}}`, by which any filled cell says yes"},
		{none, `{{if default "no" .x}}{{end}}`, "", `if: "no" says no, and is taken for yes, as any text is | {{if yes …}} asks what a text says`},
		{none, `{{yes .x}}`, "maybe", `yes: "maybe" is neither yes nor no (column "x") | yes, y, true, 1, x, ja … are yes; no, n, false, 0, -, nein, n/a … and blank are no | cells that are neither yes nor no | `},
		{german, `{{number "1234" .x}}`, "12.50", `number: "12.50" is not written as 1.234,50 is (column "x") | correct the cells; or if all numbers of the column are written so, say it: | numbers that are not written as 1.234,50 is | ` + "`recipients.columns: {x: {number: true, form: \"1,234.50\"}}`"},
		{german, `{{date "2 Jan" .x}}`, "12/31/2026", `date: "12/31/2026" is no date that is written dd/mm/yyyy (column "x") | correct the cells; or if all dates of the column are written so, say it: | cells that are no dates written dd/mm/yyyy | ` + "`recipients.columns: {x: {date: mm/dd/yyyy}}`"},
		{german, `{{if .n}}{{end}}`, "many", `if: "many" is no number (column "n") |  | cells that are no numbers | `},
		{german, `{{if .v}}{{end}}`, "maybe", `if: "maybe" is neither yes nor no (column "v") | yes, y, true, 1, x, ja … are yes; no, n, false, 0, -, nein, n/a … and blank are no | cells that are neither yes nor no | `},
		{german, `{{eq .n 5}}`, "five", `eq: "five" is no number (column "n") |  | cells that are no numbers | `},
		{none, `{{eq .x "2026-12-31"}}`, "12/31/2026", `eq: "12/31/2026" is no date (column "x") | say how the dates are written: | dates that are written in a way that nobody has declared | ` + "`recipients.dates: mm/dd/yyyy`"},
		{none, `{{ne .x now}}`, "46387", `ne: "46387" is no date (column "x") | say how the dates are written: | dates that are written in a way that nobody has declared | ` + "`recipients.dates: excel`"},
		{none, `{{eq .x "12/31/2026"}}`, "31.12.2026", `eq: "12/31/2026" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{german, `{{eq .d "x"}}`, "31.12.2026", `eq: "31.12.2026" is no date that is written dd/mm/yyyy (column "d") | correct the cells; or if all dates of the column are written so, say it: | cells that are no dates written dd/mm/yyyy | ` + "`recipients.columns: {d: {date: dd.mm.yyyy}}`"},
		{german, `{{eq .n "abc"}}`, "5", `eq: "abc" is no number | `},
		{german, `{{eq .d "soon"}}`, "01/02/2026", `eq: "soon" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{german, `{{gt .d 5}}`, "01/02/2026", `gt: "5" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{german, `{{gt .d .n}}`, "2026-02-01", `gt: "2026-02-01" is no number (column "n") |  | cells that are no numbers | `},
		{german, `{{number "1234.50" (print .n .x)}}`, "1.200", `number: "1.2001.200" is no number | a number is written without thousands separators: 1234.50 or 1234,50`},
		{german, `{{number "1234.50" (print .n "" .d)}}`, "1.2", `number: "1.21.2" is no number | a number is written without thousands separators: 1234.50 or 1234,50`},
		{german, `{{number "1234.50" (join "." .n .d)}}`, "200", `number: "200.200" may be 200200 or 200.2 | `},
	} {
		text, err := rendered(t, tt.in, tt.forms, "x", tt.cell, "n", tt.cell, "d", tt.cell, "v", tt.cell)
		if err == nil {
			t.Errorf("%s of %q gives %q, want an error", tt.in, tt.cell, text)
			continue
		}
		e := err.(*Error)
		got := e.Text + " | " + e.Hint
		if e.Cell != nil {
			got += " | " + e.Cell.What + " | " + strings.Join(e.Cell.Ways, " ")
		}
		if got != tt.want {
			t.Errorf("%s of %q gives\n\t%s\nwant\n\t%s", tt.in, tt.cell, got, tt.want)
		}
	}
}

// What a condition takes a cell for: by what the column is declared to be, or whether it is filled.
func TestCellsAsked(t *testing.T) {
	forms := formsOf(t, "1.234,50", "", "vip yes_no", "arrears number", "surname text", "due date")
	ask := func(column, value string) string {
		got, err := rendered(t, "{{if ."+column+"}}if{{end}} {{not ."+column+"}} {{and ."+column+" \"and\"}} {{or ."+column+" \"or\"}}{{with ."+column+"}} with {{.}}{{end}}", forms, column, value)
		if err != nil {
			return err.Error()
		}
		return got
	}
	for _, tt := range []struct{ column, value, want string }{
		{"vip", "TRUE", "if false and TRUE with TRUE"},
		{"vip", "FALSE", " true FALSE or with FALSE"},
		{"vip", "", " true  or"},
		{"arrears", "0,00", " true 0,00 or with 0,00"},
		{"arrears", "1.200", "if false and 1.200 with 1.200"},
		{"surname", "No", "if false and No with No"},
		{"surname", "", " true  or"},
		{"due", "31.12.2026", "if false and 31.12.2026 with 31.12.2026"},
		{"other", "Norway", "if false and Norway with Norway"},
		{"other", "TRUE", "if false and TRUE with TRUE"},
		{"other", "", " true  or"},
		{"other", " ", " true   or"},
	} {
		if got := ask(tt.column, tt.value); got != tt.want {
			t.Errorf("%s %q: %q; want %q", tt.column, tt.value, got, tt.want)
		}
	}
	for _, tt := range []struct{ in, want string }{
		{`{{if $v := .vip}}a{{else}}{{$v}}{{end}}`, "FALSE"},
		{`{{if .none}}a{{else if .vip}}b{{else}}c{{end}}`, "c"},
		{`{{with .none}}a{{else with .vip}}{{.}}{{end}}`, "FALSE"},
		{`{{if and (gt 2 1) (not .vip)}}a{{end}}{{if or .vip .none}}b{{end}}`, "a"},
		{`{{if and .none (gt .none 5)}}a{{else}}b{{end}}`, "b"}, // and goes no further than it has to
		{`{{.vip | not}} {{.vip | and true}} {{(or .none "x") | printf "%s"}}`, "true FALSE x"},
		{`{{if yes .vip}}a{{else}}b{{end}} {{yes "ja"}} {{yes .none}}`, "b true false"},
		{`{{eq .vip true}} {{eq .vip false}} {{eq false .vip}} {{ne .vip true}} {{eq .none false}}`, "false true true true true"},
		{`{{range split ";" "a;b"}}{{if .}}{{.}}{{end}}{{end}}`, "ab"},
		{`{{if .}}a{{end}}{{if true}}b{{end}}{{if 0}}c{{end}}{{if split ";" .none}}d{{end}}`, "ab"},
		{`{{if false}}a{{end}}{{default false .none}}`, "false"},
	} {
		got, err := rendered(t, tt.in, forms, "vip", "FALSE", "none", "")
		if err != nil || got != tt.want {
			t.Errorf("%s gives %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

// The same in HTML, and in an attribute of it.
func TestCellsInHTML(t *testing.T) {
	c := Config{
		Subject: Source{Text: "x"}, Columns: []string{"name", "vip"}, Forms: formsOf(t, "", "", "vip yes_no"),
		HTML: Source{Name: "letter.html", Text: `<a title="{{.name}}" href="https://x.example/?n={{.name}}">{{.name}}</a>{{if .vip}}a{{else}}{{or .vip "b"}}{{.vip}}{{end}}{{with .name}}{{.}}{{end}}`},
	}
	s, err := Parse(c)
	if err != nil {
		t.Fatal(shown(err))
	}
	l, err := s.Renderer().Render(Row{Fields: map[string]string{"name": `A "<b>`, "vip": "no"}})
	want := `<a title="A &#34;&lt;b&gt;" href="https://x.example/?n=A%20%22%3cb%3e">A &#34;&lt;b&gt;</a>bnoA &#34;&lt;b&gt;`
	if err != nil || l.HTML != want {
		t.Errorf("the HTML is %q, %v; want %q", l.HTML, err, want)
	}
}

// A constant in single quotes is the number of a character to Go, and refused wherever it stands.
func TestSingleQuotes(t *testing.T) {
	for _, in := range []string{
		`{{if eq .n 'm'}}x{{end}}`, `{{ne .n 'm'}}`, `{{default 'm' .n}}`, `{{gt .n 'm'}}`, `{{plural .n 'm' "b"}}`, `{{'m'}}`, `{{if false}}{{eq .n 'm'}}{{end}}`,
		`{{.n | eq 'm'}}`, `{{$x := 'm'}}{{$x}}`, `{{define "t"}}{{contains 'm' .n}}{{end}}{{template "t" .}}`, `{{if or (eq .n 'm') true}}{{end}}`,
	} {
		_, err := renderText(t, in)
		if want := `letter.txt:1: a text in single quotes | a text stands in double quotes: "m"`; shown(err) != want {
			t.Errorf("%s gives %s; want %s", in, shown(err), want)
		}
	}
	if _, err := condition(`{{eq .n '5'}}`); !strings.HasSuffix(shown(err), `a text in single quotes | a text stands in double quotes: "5"`) {
		t.Errorf("a condition with '5' gives %s", shown(err))
	}
}

// A total order within a kind, and an error across kinds: whatever two cells have in them, gt, lt, ge
// and le agree with each other and with eq, or all are refused.
func TestOrder(t *testing.T) {
	forms := formsOf(t, "", "", "n number", "m number 1.234,50", "d date", "e date mm/dd/yyyy", "f date excel")
	calls := map[string]func(a, b any) (bool, error){}
	for name, f := range function.OfRun(function.Run{}) {
		switch name {
		case "gt", "lt", "ge", "le", "ne":
			calls[name] = f.(func(a, b any) (bool, error))
		case "eq":
			eq := f.(func(a any, others ...any) (bool, error))
			calls[name] = func(a, b any) (bool, error) { return eq(a, b) }
		}
	}
	columns := map[string][]string{"number": {"n", "m"}, "date": {"d", "e", "f"}, "": {"x"}}
	texts := rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "1.200", "1,200", "12:00", "9:00", "abc", "TRUE", "€5", "0", "-0,0"}),
		rapid.SampledFrom([]string{"5", "5.0", "5,00", "05", "+5", "5.5", "5,50", "-5", "−5"}),
		rapid.SampledFrom([]string{"2026-03-04", "04.03.2026", "4.3.2026", "03/04/2026", "3/4/2026", "46085", "2026-03-04 00:00", "2026-03-05"}),
		rapid.StringMatching(`-?[0-9]{1,4}([.,][0-9]{1,4})?`),
		rapid.StringMatching(`(0?[1-9]|[12][0-9])[./-](0?[1-9]|1[0-2])[./-]20[23][0-9]`),
		rapid.StringMatching(`20[23][0-9]-(0[1-9]|1[0-2])-(0[1-9]|2[0-8])`),
		rapid.StringMatching(`4[0-9]{4}`),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		fields := map[string]string{}
		draw := func(label, kind string) any {
			name := rapid.SampledFrom(columns[kind]).Draw(t, label+" column")
			row := map[string]*function.Cell{}
			fields[label] = texts.Draw(t, label)
			function.Fill(row, map[string]string{name: fields[label]}, nil, &forms)
			return row[name]
		}
		kinds := []string{"number", "date", ""}
		kindA, kindB := rapid.SampledFrom(kinds).Draw(t, "kind of a"), rapid.SampledFrom(kinds).Draw(t, "kind of b")
		a, b := draw("a", kindA), draw("b", kindB)
		c := draw("c", rapid.SampledFrom(kinds).Draw(t, "kind of c"))
		ask := func(name string, a, b any) (bool, bool) {
			is, err := calls[name](a, b)
			return is, err == nil
		}
		lt, ok := ask("lt", a, b)
		gt, okGT := ask("gt", a, b)
		le, okLE := ask("le", a, b)
		ge, okGE := ask("ge", a, b)
		back, okBack := ask("gt", b, a)
		if ok != okGT || ok != okLE || ok != okGE || ok != okBack {
			t.Fatalf("%q and %q: some comparisons are refused, and some not", fields["a"], fields["b"])
		}
		if !ok {
			return
		}
		if lt && gt || le == gt || ge == lt || lt != back {
			t.Fatalf("%q and %q: lt %t, gt %t, le %t, ge %t, gt the other way %t", fields["a"], fields["b"], lt, gt, le, ge, back)
		}
		if kindA != "" || kindB != "" {
			eq, okEQ := ask("eq", a, b)
			ne, okNE := ask("ne", a, b)
			if !okEQ || !okNE || eq == ne || eq != (!lt && !gt) {
				t.Fatalf("%q and %q: lt %t, gt %t, eq %t (%t), ne %t", fields["a"], fields["b"], lt, gt, eq, okEQ, ne)
			}
		}
		if bc, ok := ask("lt", b, c); ok && lt && bc {
			if ac, ok := ask("lt", a, c); ok && !ac {
				t.Fatalf("%q < %q < %q, but not the first than the last", fields["a"], fields["b"], fields["c"])
			}
		}
	})
}
