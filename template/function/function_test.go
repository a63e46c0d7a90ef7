package function

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"mailshot/template/words"
)

var update = flag.Bool("update", false, "write the lists of functions in doc.go and in the manual anew")

// The functions stand in order, each once, and each has its words.
func TestAll(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the functions are %q; want them sorted, and each once", names)
	}
	for _, f := range All() {
		if f.Doc == "" || strings.ContainsAny(f.Doc+f.Args, "\n|`") {
			t.Errorf("%s: %q %q; want words for a line of a table", f.Name, f.Args, f.Doc)
		}
	}
}

// noRow is a row without cells.
type noRow struct{}

func (noRow) Cell(string) (*Cell, error)                   { return nil, nil }
func (noRow) Key() string                                  { return "" }
func (noRow) Number() int                                  { return 0 }
func (noRow) FormatDate(layout string, t time.Time) string { return t.Format(layout) }
func (noRow) CheckLayout(string) *words.Failure            { return nil }

// Every function can be called by a template, and by its name.
func TestBound(t *testing.T) {
	bound := template.New("").Funcs(OfRun(Run{})).Funcs(OfRow(noRow{}))
	for _, name := range Names() {
		if _, err := bound.New(name).Parse("{{" + name + "}}"); err != nil {
			t.Error(err)
		}
	}
	if got := len(OfRun(Run{})) + len(OfRow(noRow{})); got != len(Names()) {
		t.Errorf("%d functions are bound, there are %d", got, len(Names()))
	}
}

// The lists of functions that users read are those of All.
func TestDocumented(t *testing.T) {
	width := 0
	for _, f := range All() {
		width = max(width, len([]rune(use(f))))
	}
	var doc, manual strings.Builder
	for _, f := range All() {
		fmt.Fprintf(&doc, "//\t%-*s  %s\n", width, use(f), f.Doc)
		fmt.Fprintf(&manual, "| `%s` | %s |\n", use(f), f.Doc)
	}
	golden(t, "doc.go", "// # Functions\n//\n", "//\n", doc.String())
	golden(t, "../../cmd/mailshot/manual/templates.md", "| function | |\n|---|---|\n", "\n", manual.String())
}

// use returns a function as it is called.
func use(f Function) string { return strings.TrimSpace(f.Name + " " + f.Args) }

// golden compares want with what a file has between the first before and the next after; with
// -update it writes want there.
func golden(t *testing.T, name, before, after, want string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), before)
	got, tail, found := strings.Cut(rest, "\n"+after)
	if !ok || !found {
		t.Fatalf("%s has no list of functions", name)
	}
	if got+"\n" == want {
		return
	}
	if !*update {
		t.Errorf("%s does not list the functions as they are declared; go test ./template/function -update does", name)
		return
	}
	if err := os.WriteFile(name, []byte(head+before+want+after+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
