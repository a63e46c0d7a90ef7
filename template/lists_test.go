package template

import (
	"fmt"
	"strings"
	"testing"
)

func ccList(texts ...string) List {
	l := List{Name: "cc"}
	for _, s := range texts {
		l.Values = append(l.Values, Source{Name: "job.yaml:9 (cc)", Text: s})
	}
	return l
}

func TestLists(t *testing.T) {
	for _, tt := range []struct {
		in   List
		want string
	}{
		{ccList("a@b.example, {{.email}},, {{.empty}}"), "[a@b.example|ann@club.example]"},
		{ccList("{{.email}}", "{{.empty}}", "x, y"), "[ann@club.example|x|y]"},
		{ccList("a,b"), "[a|b]"},
		{ccList(`"Last, First" <a@b>, "\", {{.city}}" <c@d>`), `["Last, First" <a@b>|"\", Zürich" <c@d>]`},
		{ccList(`{{if .n}}a, b{{else}}c, d{{end}}, e`), "[a|b|e]"},
		{ccList(`{{range split ";" .tags}}{{.}}, {{end}}`), "[gold|vip]"},
		{ccList(`{{.comma}}, x`), "[a, b|x]"}, // a cell is one item
		{ccList(`{{define "a"}}p, q{{end}}{{template "a"}}`), "[p|q]"},
		{ccList("{{.empty}}"), "[]"},
	} {
		c := config("x")
		c.Columns = append(c.Columns, "comma")
		l, err := ParseLists([]List{tt.in, ccList("z")}, c)
		if err != nil {
			t.Errorf("%v: %v", tt.in, shown(err))
			continue
		}
		r := l.Renderer()
		for range 2 {
			row := someRow()
			row.Fields["comma"] = "a, b"
			got, err := r.Render(row)
			if err != nil {
				t.Fatalf("%v: %v", tt.in, err)
			}
			if items := "[" + strings.Join(got[0], "|") + "]"; items != tt.want || fmt.Sprint(got[1]) != "[z]" {
				t.Errorf("%v gives %s; want %s", tt.in, items, tt.want)
			}
		}
	}
}

func TestListsErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"{{.nn}}", `job.yaml:9 (cc): no column "nn" | did you mean {{.n}}? ` + columnsHint},
		{"a, {{.lines}}", `job.yaml:9 (cc): cc has a line break | where it comes from a cell, {{replace "\n" " " .column}} makes it a space`},
		{"a, {{.city}}", `the cell of "email" has a control character`},
	} {
		l, err := ParseLists([]List{ccList(tt.in)}, config("x"))
		if err == nil {
			row := someRow()
			if !strings.Contains(tt.in, "lines") {
				row.Fields["email"] = "a\x1fb"
			}
			_, err = l.Renderer().Render(row)
		}
		if err == nil || shown(err) != tt.want {
			t.Errorf("%s: %v; want %s", tt.in, err, tt.want)
		}
	}
}

// No cell brings in another item, whatever it contains.
func FuzzListsCells(f *testing.F) {
	l, err := ParseLists([]List{ccList(`"{{.city}}" <{{.email}}>, {{.city}}, x`)}, config("x"))
	if err != nil {
		f.Fatal(err)
	}
	r := l.Renderer()
	for _, s := range []string{"a, b", `"`, `\`, "\x1f", `", x <y>, "`, ""} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		row := someRow()
		row.Fields["city"], row.Fields["email"] = a, b
		if got, err := r.Render(row); err == nil && len(got[0]) > 3 {
			t.Errorf("%q, %q: %d items", a, b, len(got[0]))
		}
	})
}
