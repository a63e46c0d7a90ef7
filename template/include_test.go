package template

import (
	"strings"
	"testing"
)

const layout = "<html><body>{{block \"content\" .}}<p>nothing</p>{{end}}\n{{template \"foot\" .}}</body></html>"

// included returns files by their paths.
func including(c Config, files ...string) Config {
	for i := 0; i < len(files); i += 2 {
		c.Include = append(c.Include, Source{Name: files[i], Text: files[i+1]})
	}
	return c
}

func TestInclude(t *testing.T) {
	for _, tt := range []struct {
		name  string
		text  string
		files []string
		want  string
	}{
		{"define", `{{template "foot" .}}`, []string{"p/foot.txt", "{{define \"foot\"}}-- {{.city}}{{end}}\n"}, "-- Zürich"},
		{"file by its name", `{{template "foot.txt" .}}`, []string{"p/foot.txt", "-- {{.city}}"}, "-- Zürich"},
		{"block as it is", `{{template "layout.html" .}}`, []string{"layout.html", layout, "foot.html", `{{define "foot"}}f{{end}}`}, "<html><body><p>nothing</p>\nf</body></html>"},
		{"block of the letter", `{{define "content"}}{{.n}}{{end}}{{template "layout.html" .}}`, []string{"layout.html", layout, "foot.html", `{{define "foot"}}f{{end}}`}, "<html><body>3\nf</body></html>"},
		{"define for the letter's block", `a {{ block  "x" .}}own{{end}}`, []string{"x.txt", `{{define "x"}}theirs{{end}}`}, "a theirs"},
		{"one calls the other", `{{template "a" .}}`, []string{"a.txt", `{{define "a"}}a{{template "b" .}}{{end}}`, "b.txt", `{{define "b"}}{{key}}{{end}}`}, "aM-17"},
		{"not used, and lacks what another letter has", "x", []string{"layout.html", layout}, "x"},
		{"not used, beside an action", "{{.n}}", []string{"layout.html", layout}, "3"},
		{"BOM and CRLF", `{{template "a" .}}`, []string{"a.txt", "\ufeff{{define \"a\"}}x\r\ny{{end}}"}, "x\ny"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(including(config(tt.text), tt.files...))
			if err != nil {
				t.Fatal(shown(err))
			}
			l, err := s.Renderer().Render(someRow())
			if err != nil || l.Text != tt.want {
				t.Errorf("text %q, %v; want %q", l.Text, err, tt.want)
			}
			s, err = Parse(including(htmlConfig(tt.text), tt.files...))
			if err != nil {
				t.Fatal(shown(err))
			}
			if l, err = s.Renderer().Render(someRow()); err != nil || l.HTML != tt.want {
				t.Errorf("HTML %q, %v; want %q", l.HTML, err, tt.want)
			}
		})
	}
}

// In HTML a partial is escaped for the place where it is called.
func TestIncludeEscaped(t *testing.T) {
	c := including(htmlConfig(`<p title="{{template "a" .}}">{{template "a" .}}</p><a href="/?{{template "a" .}}">`), "a.html", `{{define "a"}}{{.odd}}{{end}}`)
	l, err := mustParse(t, c).Renderer().Render(someRow())
	want := `<p title="{{.city}} &lt;no value&gt; %d">{{.city}} &lt;no value&gt; %d</p><a href="/?%7b%7b.city%7d%7d%20%3cno%20value%3e%20%25d">`
	if err != nil || l.HTML != want {
		t.Errorf("HTML %q, %v; want %q", l.HTML, err, want)
	}
}

func TestIncludeErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		text  string
		files []string
		want  string // "" if there is no error
	}{
		{"unknown", `{{template "food" .}}`, []string{"foot.txt", `{{define "foot"}}f{{end}}{{define "head"}}h{{end}}`}, `letter:1: no template "food" | did you mean "foot"? the templates are "foot", "head"`},
		{"unknown, nothing near", `{{template "x" .}}`, []string{"foot.txt", `{{define "foot"}}f{{end}}`}, `letter:1: no template "x" | the templates are "foot"`},
		{"unknown, called by another", "x{{template \"a\" .}}", []string{"a.txt", "{{define \"a\"}}\n{{template \"b\" .}}{{end}}"}, `a.txt:2: no template "b" | the templates are "a"`},
		{"column", `{{template "a" .}}`, []string{"ok.txt", `{{define "b"}}{{end}}`, "p/a.txt", "{{define \"a\"}}\n\n {{.cty}}{{end}}"}, `p/a.txt:3: no column "cty" | did you mean {{.city}}? ` + columnsHint},
		{"column of a literal, not called", `x`, []string{"a.txt", "{{define \"a\"}}\n{{field \"nope!\"}}{{end}}"}, `a.txt:2: no column "nope!" | ` + columnsHint},
		{"syntax", `x`, []string{"ok.txt", "x", "a.txt", "\n{{.city"}, `a.txt:2: {{ is not closed by }}`},
		{"not UTF-8", `x`, []string{"a.txt", "\n\xff"}, `a.txt:2: not text in UTF-8 | save it with the encoding UTF-8`},
		{"twice in one", `x`, []string{"a.txt", "{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}"}, `a.txt:1: template "a" is defined twice`},
		{"twice in two", `x`, []string{"a.txt", "\n{{define \"a\"}}1{{end}}", "b.txt", "\n\n{{define \"a\"}}2{{end}}"}, `b.txt:3: template "a" is defined twice; the other is in a.txt:2`},
		{"in the letter too", "{{define \"a\"}}1{{end}}{{.n}}", []string{"a.txt", "\n{{define \"a\"}}1{{end}}"}, `letter:1: template "a" is defined twice; the other is in a.txt:2`},
		{"two files of one name", `x`, []string{"p/a.txt", "1", "q/a.txt", "2"}, `q/a.txt:1: template "a.txt" is defined twice; the other is in p/a.txt:1`},
		{"two blocks", "{{block \"a\" .}}1{{end}}", []string{"a.txt", "{{block \"a\" .}}2{{end}}"}, `letter:1: template "a" is defined twice; the other is in a.txt:1`},
		{"calls itself", `{{template "a" .}}`, []string{"a.txt", `{{define "a"}}{{template "b" .}}{{end}}`, "b.txt", `{{define "b"}}{{template "a" .}}{{end}}`}, `b.txt:1: template "a" calls itself`},
		{"without a row", `{{template "a"}}`, []string{"a.txt", "{{define \"a\"}}{{.city}}{{end}}"}, `a.txt:1: .city: this template was given no row | give it one, with a dot after its name: {{template "name" .}}`},
		{"at a row", `{{template "a" .}}`, []string{"ok.txt", "x", "a.txt", "{{define \"a\"}}\n{{date \"2 January\" .city}}{{end}}"}, `a.txt:2: date: "Zürich" is no date (column "city") | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range []Config{config(tt.text), htmlConfig(tt.text)} {
				s, err := Parse(including(c, tt.files...))
				if err == nil {
					_, err = s.Renderer().Render(someRow())
				}
				if err == nil {
					t.Fatal("there is no error")
				}
				got := strings.NewReplacer("letter.txt:", "letter:", "letter.html:", "letter:").Replace(shown(err))
				if got != tt.want {
					t.Errorf("got\n%s\nwant\n%s", got, tt.want)
				}
			}
		})
	}
}

// A letter of text and HTML reports a problem of a file that both include once.
func TestIncludeErrorsOnce(t *testing.T) {
	c := config("{{template \"a\" .}}")
	c.HTML = Source{Name: "letter.html", Text: "{{template \"a\" .}}"}
	_, err := Parse(including(c, "a.txt", "{{define \"a\"}}{{.cty}}{{end}}", "b.txt", "{{field \"nope!\"}}"))
	want := `b.txt:1: no column "nope!" | ` + columnsHint + "\n" + `a.txt:1: no column "cty" | did you mean {{.city}}? ` + columnsHint
	if got := shown(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What html/template finds in an included file is reported with its place.
func TestIncludeHTMLErrors(t *testing.T) {
	c := including(htmlConfig("<p>x</p>{{template \"a\" .}}"), "a.html", "{{define \"a\"}}\n<p {{if .n}}>{{end}}</p>{{end}}")
	_, err := Parse(c)
	want := "a.html:2: the ways through {{if}} end in different places"
	if err == nil || !strings.HasPrefix(shown(err), want) {
		t.Errorf("Parse gives %v; want %s", err, want)
	}
}
