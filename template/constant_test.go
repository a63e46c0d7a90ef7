package template

import (
	"strings"
	"testing"

	"mailshot/template/cell"
)

// A number that may be meant in two ways is refused where it is read as one, and only there.
func TestConstants(t *testing.T) {
	t.Parallel()
	none, german := formsOf(t, "", "", "us number 1,234.50", "n number"), formsOf(t, "1.234,50", "", "us number 1,234.50", "n number")
	english := formsOf(t, "1,234.50", "", "de number 1.234,50")
	const two = "2.000 may mean 2000 or 2 | write 2000, or 2"
	for _, tt := range []struct{ in, want string }{
		{"{{if gt .city 2.000}}x{{end}}", two}, {"{{if eq .city 2.000}}x{{end}}", two}, {"{{ne 2.000 .city}}", two}, {"{{eq .city 1 2.000}}", two},
		{`{{lt .city "2.000"}}`, two}, {"{{2.000 | ge .city}}", two}, {"{{le .city (2.000)}}", two}, {`{{le (field "city") 2.000}}`, two},
		{"{{and (gt .city 2.000) .city}}", two}, {"{{not (gt .city 2.000)}}", two}, {`{{define "a"}}{{gt . 2.000}}{{end}}{{template "a" .city}}`, two},
		{"{{$limit := 2.000}}{{gt .city $limit}}", two}, {"{{gt (default 2.000 .city) 5}}", two}, {`{{eq .n "2.000"}}`, two},
		{`{{number "1,234" 2.000}}`, two}, {`{{money "1.234" "2.000"}}`, two}, {`{{plural 2.000 "a" "b"}}`, two}, {`{{printf "%.1f" 2.000}}`, two},
		{"{{gt .city -12.345}}", "-12.345 may mean -12345 or -12.345 | write -12345, or -12.3450"}, {"{{gt .city 999.120}}", "999.120 may mean 999120 or 999.12 | write 999120, or 999.12"},

		{"{{gt .city 0.125}}{{gt .city 1.5}}{{gt .city 2.0000}}{{gt .city 2.00}}{{gt .city 1234.500}}{{gt .city 2000}}{{gt .city 1e3}}", ""},
		{`{{eq .city "2.000"}}`, ""}, {`{{print 2.000}}{{2.000}}`, ""}, {`{{number "1.234" .city}}{{money "1.234" 5}}{{date "02.01.2006" .city}}`, ""},
		{`{{replace "2.000" "" .city}}`, ""}, {`{{default "2.000" .city}}`, ""}, {`{{gt .us 2.000}}`, ""}, {`{{eq .us "2.000"}}`, ""},
	} {
		for name, forms := range map[string]cell.Forms{"none": none, "german": german} {
			c := config(tt.in)
			c.Columns, c.Forms = append(c.Columns, "us"), forms
			_, err := Parse(c)
			want := tt.want
			if want != "" {
				want = "letter.txt:1: " + want
			}
			got := ""
			if err != nil {
				got = shown(err)
			}
			if got != want {
				t.Errorf("%s, %s: %s; want %s", name, tt.in, got, want)
			}
		}
	}
	c := config("{{gt .city 2.000}}{{gt .de 2.000}}")
	c.Columns, c.Forms = append(c.Columns, "de"), english
	if _, err := Parse(c); err == nil || strings.Count(shown(err), "may mean") != 1 {
		t.Errorf("where numbers have a point: %v; want one error, of the column with a comma", err)
	}
}
