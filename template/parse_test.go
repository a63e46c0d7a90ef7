package template

import (
	"errors"
	"testing"
)

const columnsHint = "the columns are email, first_name, city, First name, n, amount, due, tags, empty, lines, lang, up, odd"

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"column", "Dear\n\n{{.frist_name}}", `letter.txt:3: no column "frist_name" | did you mean {{.first_name}}? ` + columnsHint},
		{"case", "{{.City}}", `letter.txt:1: no column "City" | did you mean {{.city}}? ` + columnsHint},
		{"no identifier", "{{.Firstname}}", `letter.txt:1: no column "Firstname" | did you mean {{.first_name}}? ` + columnsHint},
		{"far off", "{{.nothing_like}}", `letter.txt:1: no column "nothing_like" | ` + columnsHint},
		{"dollar", "{{with .city}}{{$.ctiy}}{{end}}", `letter.txt:1: no column "ctiy" | did you mean {{.city}}? ` + columnsHint},
		{"field", `{{field "first name"}}`, `letter.txt:1: no column "first name" | did you mean {{.first_name}}? ` + columnsHint},
		{"field piped", `{{"nope!" | field}}`, `letter.txt:1: no column "nope!" | ` + columnsHint},
		{"field in a function", `{{upper (field "nope!")}}`, `letter.txt:1: no column "nope!" | ` + columnsHint},
		{"index", `{{index . "nope!"}}`, `letter.txt:1: no column "nope!" | ` + columnsHint},
		{"in if", "{{if .nope_}}{{end}}", `letter.txt:1: no column "nope_" | ` + columnsHint},
		{"in else", "{{if .n}}{{else}}\n{{.cty}}{{end}}", `letter.txt:2: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"in range else", "{{range split \",\" .n}}{{else}}{{.cty}}{{end}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"variable", "{{$r := .}}{{$r.cty}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"called", "{{define \"a\"}}{{.cty}}{{end}}\n{{template \"a\" .}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"called twice", "{{define \"a\"}}{{.cty}}{{end}}{{template \"a\" .}}{{template \"a\" $}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"block", "{{block \"a\" .}}{{.cty}}{{end}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"called without row", "{{define \"a\"}}{{.city}}{{end}}{{template \"a\"}}", `letter.txt:1: .city: this template was given no row | give it one, with a dot after its name: {{template "name" .}}`},
		{"not called", "{{define \"a\"}}{{field \"nope!\"}}{{end}}x", `letter.txt:1: no column "nope!" | ` + columnsHint},
		{"two problems", "{{.cty}}\n{{.nope_}}", `letter.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint + "\n" + `letter.txt:2: no column "nope_" | ` + columnsHint},
		{"in with", "{{with .first_name}}{{.city}}{{end}}", `letter.txt:1: .city: the dot is not the row here | inside {{with}} and {{range}} the dot is the value itself; the column is {{$.city}}`},
		{"of a cell", "{{.city.zip}}", `letter.txt:1: .city: a cell is text, it has no .zip`},
		{"range", "{{range .tags}}{{.}}{{end}}", `letter.txt:1: range needs a list | a cell is text; {{range split "," .column}} makes a list of it`},
		{"row", "{{.}}", `letter.txt:1: the whole row can't be printed | write the column: {{.email}}`},
		{"nil", "{{or .empty nil}}", `letter.txt:1: nil has no place in a letter | empty text is ""`},
		{"no template", "{{template \"a\"}}", `letter.txt:1: no template "a" | a template is defined in the same file, or in one of ` + "`include`" + `: {{define "a"}} … {{end}}`},
		{"itself", "{{define \"a\"}}{{if .n}}{{template \"a\" .}}{{end}}{{end}}{{template \"a\" .}}", `letter.txt:1: template "a" calls itself`},
		{"each other", "{{define \"a\"}}{{template \"b\" .}}{{end}}\n{{define \"b\"}}{{template \"a\" .}}{{end}}x", `letter.txt:2: template "a" calls itself`},

		{"no dot", "{{first_name}}", `letter.txt:1: no function "first_name" | a column begins with a dot: {{.first_name}}`},
		{"space", "{{.First name}}", `letter.txt:1: no function "name" | the column is {{field "First name"}}`},
		{"function slip", "{{uper .city}}", `letter.txt:1: no function "uper" | did you mean upper?`},
		{"slip in a function of the row", `{{feild "First name"}}`, `letter.txt:1: no function "feild" | did you mean field?`},
		{"slip in a function without a value", "{{rwo}}", `letter.txt:1: no function "rwo" | did you mean row?`},
		{"no dot, slip", "{{ctiy}}", `letter.txt:1: no function "ctiy" | did you mean {{.city}}?`},
		{"env", `{{env "HOME"}}`, `letter.txt:1: no function "env" | a column begins with a dot: {{.env}}; ` + columnsHint},
		{"hyphen", "{{.first-name}}", `letter.txt:1: unexpected "-" | a column whose name has a hyphen is {{field "first-name"}}`},
		{"unclosed", "a\n{{.city", `letter.txt:2: {{ is not closed by }}`},
		{"unclosed, over lines", "a\n{{.city\n\n", `letter.txt:2: {{ is not closed by }}`},
		{"bad in the third line", "a\n{{.city\n'ab'", `letter.txt:3: a text in single quotes | a text stands in double quotes, or in backquotes`},
		{"one brace", "{{.city}", `letter.txt:1: unexpected "}" | an action ends in two braces, }}`},
		{"no end", "{{if .n}}\n", `letter.txt:2: an {{if}}, {{with}}, {{range}}, {{define}} or {{block}} has no {{end}}`},
		{"end", "{{end}}", `letter.txt:1: {{end}} without an {{if}}, {{with}} or {{range}}`},
		{"else else", "{{if .n}}{{else}}{{else}}{{end}}", `letter.txt:1: a second {{else}}`},
		{"quotes", "{{upper “a”}}", `letter.txt:1: unexpected "“" | text stands in straight quotation marks, "`},
		{"single quotes", "{{upper 'abc'}}", `letter.txt:1: a text in single quotes | a text stands in double quotes, or in backquotes`},
		{"open quote", `{{upper "abc}}`, `letter.txt:1: a quotation mark is not closed`},
		{"empty action", "{{}}", `letter.txt:1: {{ }} is empty`},
		{"empty range", "{{range}}{{end}}", `letter.txt:1: {{range}} needs a value`},
		{"comment", "{{/* a", `letter.txt:1: a comment is not closed by */}}`},
		{"parentheses", "{{(.city}}", `letter.txt:1: a ( has no )`},
		{"mustache", "{{#city}}", `letter.txt:1: unexpected "#" | the forms are {{.column}}, {{if .column}} … {{else}} … {{end}}`},
		{"define", "{{define a}}{{end}}", `letter.txt:1: unexpected "a"`},
		{"twice", "{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}", `letter.txt:1: template "a" is defined twice`},
		{"variable", "{{$x}}", `letter.txt:1: no variable "$x"`},
		{"digit", "{{.1st}}", `letter.txt:1: ".1s" is no number, and no name | a column whose name begins with a digit is {{field "1st"}}`},

		{"empty", " \n", `letter.txt: text is empty`},
		{"not UTF-8", "a\nb\xff", `letter.txt:2: not text in UTF-8 | save it with the encoding UTF-8`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(config(tt.in))
			if err == nil {
				t.Fatalf("Parse(%q) has no error, want %s", tt.in, tt.want)
			}
			if got := shown(err); got != tt.want {
				t.Errorf("Parse(%q) gives\n%s\nwant\n%s", tt.in, got, tt.want)
			}
		})
	}
}

// What the checks must not refuse: they can't know everything.
func TestParseAccepts(t *testing.T) {
	for _, in := range []string{
		"{{with .first_name}}{{.}} {{$.city}}{{end}}",
		"{{range split \";\" .tags}}{{.}}{{$.city}}{{end}}",
		"{{define \"a\"}}{{.}}{{end}}{{template \"a\" .city}}",
		"{{define \"a\"}}{{.anything}}{{end}}{{.city}}",
		"{{$x := \"a\"}}{{if .n}}{{$x := .}}{{$x.city}}{{end}}{{$x}}",
		"{{$x := .}}{{if .n}}{{$x = .city}}{{end}}{{$x}}",
		"{{range $i, $t := split \";\" .tags}}{{$i}}{{$t}}{{end}}",
		"{{with $r := .}}{{$r.city}}{{.city}}{{end}}",
		"{{/* a comment */}}a",
		"{{field .lang | printf}}{{field (print \"cit\" \"y\")}}",
		"\ufeffa\r\nb",
		"{{range .}}{{.}}{{end}}",
		"{{now.Year}} {{(split \";\" .tags).String}}",
	} {
		if _, err := Parse(config(in)); err != nil {
			t.Errorf("Parse(%q) gives %s", in, shown(err))
		}
	}
}

func TestParseGivesAllProblems(t *testing.T) {
	c := config("{{.cty}}")
	c.Columns = []string{"email", "city"}
	c.Subject.Text = "{{.nope_}}"
	c.Headers = []Header{{"X-If", Source{Name: "renewal.yaml:15 (X-If)", Text: "{{if}}"}}, {"X-Campaign", Source{Name: "renewal.yaml:20 (X-Campaign)", Text: "a\nb"}}}
	_, err := Parse(c)
	want := `renewal.yaml:14 (subject): no column "nope_" | the columns are email, city
renewal.yaml:15 (X-If): {{if}} needs a value
renewal.yaml:20 (X-Campaign): X-Campaign has a line break | where it comes from a cell, {{replace "\n" " " .column}} makes it a space
letter.txt:1: no column "cty" | did you mean {{.city}}? the columns are email, city`
	if got := shown(err); got != want {
		t.Errorf("Parse gives\n%s\nwant\n%s", got, want)
	}
}

func TestErrorFields(t *testing.T) {
	_, err := Parse(config("é\n\n ab {{.cty}}"))
	var got *Error
	if !errors.As(err, &got) {
		t.Fatalf("Parse gives %v", err)
	}
	if got.Name != "letter.txt" || got.Line != 3 || got.Column != 7 || got.Field != "text" || got.Text != `no column "cty"` {
		t.Errorf("Parse gives %#v", got)
	}
}

func TestWhereATextIs(t *testing.T) {
	for _, tt := range []struct {
		name string
		src  Source
		want string
	}{
		{"a line with its place", Source{Name: "a.yaml:14 (text)", Text: "{{.cty}}"}, "a.yaml:14 (text)"},
		{"such a line from a block", Source{Name: "a.yaml:14 (text)", Text: "{{.cty}}\n"}, "a.yaml:14 (text)"},
		{"lines with their place", Source{Name: "a.yaml:14 (text)", Text: "a\n{{.cty}}\n"}, "a.yaml:14 (text), line 2"},
		{"lines of a file", Source{Name: "a.yaml", Line: 14, Text: "a\n{{.cty}}\n"}, "a.yaml:16"},
		{"a file", Source{Name: "a.txt", Text: "{{.cty}}\n"}, "a.txt:1"},
		{"a file with a place in its name", Source{Name: "a (1).txt", Text: "{{.cty}}\n"}, "a (1).txt:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config("")
			c.Text = tt.src
			_, err := Parse(c)
			want := tt.want + `: no column "cty"`
			if err == nil || err.Error() != want {
				t.Errorf("Parse gives %v, want %s", err, want)
			}
		})
	}
}

func TestParseWithoutText(t *testing.T) {
	c := config("")
	if _, err := Parse(c); err == nil || err.Error() != "letter.txt: the letter has no text" {
		t.Errorf("Parse without a text gives %v", err)
	}
	c = config("a")
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "letter.txt"}
	if _, err := Parse(c); err == nil || err.Error() != "letter.txt: the text is given twice, here and as a file" {
		t.Errorf("Parse with two texts gives %v", err)
	}
	c = config("a")
	c.Subject.Text = " \n"
	if _, err := Parse(c); err == nil || err.Error() != "renewal.yaml:14 (subject): subject is empty" {
		t.Errorf("Parse without a subject gives %v", err)
	}
}
