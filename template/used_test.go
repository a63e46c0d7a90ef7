package template

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Each column that a template asks for is told, wherever it is asked for.
func TestUsed(t *testing.T) {
	const all = "First name amount city due email empty first_name lang lines n odd tags up"
	for _, tt := range []struct{ name, in, want string }{
		{"none", "Dear all", ""},
		{"field", "{{.city}}", "city"},
		{"by name", `{{field "First name"}} {{index . "n"}}`, "First name n"},
		{"piped", `{{"First name" | field}}`, "First name"},
		{"in a condition", "{{if gt .n 2}}{{.due | date \"2 January\"}}{{else}}{{$.city}}{{end}}", "city due n"},
		{"in a variable", "{{$r := .}}{{$r.city}}", "city"},
		{"called", `{{define "a"}}{{.city}}{{end}}{{template "a" .}}`, "city"},
		{"in an included template", `{{template "greeting" .}}`, "city"},
		{"in an included template that is not called", "{{.n}}", "n"},
		{"that a row names", "{{field .lang}}", all},
		{"that a variable names", "{{$c := \"city\"}}{{index . $c}}", all},
		{"of the whole row", "{{range $name, $cell := .}}{{$cell}}{{end}}", all},
	} {
		var mu sync.Mutex
		used := map[string]bool{}
		c := config(tt.in)
		c.Include = []Source{{Name: "partial.txt", Text: `{{define "greeting"}}{{.city}}{{end}}{{define "b"}}{{field "tags"}}{{end}}`}}
		c.Used = func(column string) {
			mu.Lock()
			defer mu.Unlock()
			used[column] = true
		}
		mustParse(t, c)
		if got := strings.Join(slices.Sorted(maps.Keys(used)), " "); got != tt.want {
			t.Errorf("%s: %q uses %q; want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// A file that a row names is told of once a letter is made of it.
func TestUsedInRowsFile(t *testing.T) {
	used := map[string]bool{}
	c := config("")
	c.Text, c.TextFile = Source{}, Source{Name: "renewal.yaml:15 (text)", Text: "letter.{{.lang}}.txt"}
	c.ReadFile = files(map[string]string{"letter.de.txt": "{{.city}}"}, nil)
	c.Used = func(column string) { used[column] = true }
	s := mustParse(t, c)
	if used["city"] || !used["lang"] {
		t.Errorf("before a row: %v; want lang alone", used)
	}
	if _, err := s.Renderer().Render(someRow()); err != nil {
		t.Fatal(err)
	}
	if !used["city"] {
		t.Errorf("after a row: %v; want city too", used)
	}
}
