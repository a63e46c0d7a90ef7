package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// line returns a template of one line, as the job file has it.
func line(text string) Header {
	return Header{Name: "path", Value: Source{Name: "job.yaml:9 (path)", Text: text}}
}

func TestLines(t *testing.T) {
	l, err := ParseLines([]Header{line("invoices/{{.n}}-{{row}}.pdf"), line("fixed"), line(" {{.empty}} "), line("{{key}} {{mailing}}")}, config("x"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"invoices/3-17.pdf", "fixed", "", "M-17 2026-12"}
	r := l.Renderer()
	for range 2 {
		if got, err := r.Render(someRow()); err != nil || !slices.Equal(got, want) {
			t.Errorf("Render gives %q, %v; want %q", got, err, want)
		}
	}
}

func TestLinesErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"{{.nn}}.pdf", `no column "nn"`},
		{"{{.n", "job.yaml:9 (path): "},
		{"{{.lines}}.pdf", "path has a line break"},
		{"a\tb", "path has a tab"},
		{`{{.n}}{{"\x00"}}`, "path has a NUL character"},
		{`{{slice .city 0 2}}`, "path is not UTF-8"},
	} {
		l, err := ParseLines([]Header{line("good"), line(tt.text)}, config("x"))
		if err == nil {
			_, err = l.Renderer().Render(someRow())
		}
		if te, ok := errors.AsType[*Error](err); !ok || !strings.Contains(te.Error(), tt.want) {
			t.Errorf("%q: error = %v; want %q", tt.text, err, tt.want)
		}
	}
	_, err := ParseLines([]Header{line("{{.nn}}"), line("{{.mm}}")}, config("x"))
	if err == nil || !strings.Contains(err.Error(), "nn") || !strings.Contains(err.Error(), "mm") {
		t.Errorf("two problems are told as %v", err)
	}
}

// Renderers of the same lines see each its own row.
func TestLinesTogether(t *testing.T) {
	l, err := ParseLines([]Header{line("{{row}}/{{.n}}")}, config("x"))
	if err != nil {
		t.Fatal(err)
	}
	var g sync.WaitGroup
	for n := range 8 {
		g.Go(func() {
			r := l.Renderer()
			for i := range 100 {
				row := someRow()
				row.Number, row.Fields["n"] = n, fmt.Sprint(i)
				if got, err := r.Render(row); err != nil || got[0] != fmt.Sprintf("%d/%d", n, i) {
					t.Errorf("row %d, %d: %q, %v", n, i, got, err)
				}
			}
		})
	}
	g.Wait()
}
