package branches

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"testing"
	texttemplate "text/template"
)

// Each branch is marked once, and a mark prints nothing, wherever in a page it stands.
func TestMark(t *testing.T) {
	t.Parallel()
	const page = "<p {{if .a}}class=a{{else if .b}}class=b{{else}}class={{.c}}{{end}}>\n{{with .a}}w{{else}}n{{end}}{{range .r}}<b>{{else}}none{{end}}<script>{{if .b}}x{{end}}</script>"
	for _, tt := range []struct {
		row  map[string]any
		want []int
	}{
		{map[string]any{"a": "1", "r": []int{1, 1}}, []int{0, 3, 5, 5}},
		{map[string]any{"b": "1", "c": "x"}, []int{1, 4, 6, 7}},
		{map[string]any{"c": "x"}, []int{2, 4, 6}},
	} {
		var s Set
		var taken []int
		functions := map[string]any{Function: func(n int) string { taken = append(taken, n); return "" }}
		marked := template.Must(template.New("").Funcs(functions).Parse(page))
		s.Mark(marked.Tree.Root, func(pos int) string { return fmt.Sprint("line ", strings.Count(page[:pos], "\n")+1) })
		var got, want strings.Builder
		if err := marked.Execute(&got, tt.row); err != nil {
			t.Fatal(err)
		}
		if err := template.Must(template.New("").Parse(page)).Execute(&want, tt.row); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("with marks it is\n%s; want\n%s", &got, &want)
		}
		var texts []string
		for _, n := range taken {
			b := s.All()[n]
			texts = append(texts, b.Place+" "+b.Text)
		}
		all := []string{
			"line 1 {{if .a}}", "line 1 {{if .b}}", "line 1 {{else}} of {{if .b}}",
			"line 2 {{with .a}}", "line 2 {{else}} of {{with .a}}", "line 2 {{range .r}}", "line 2 {{else}} of {{range .r}}", "line 2 {{if .b}}",
		}
		var wantTexts []string
		for _, n := range tt.want {
			wantTexts = append(wantTexts, all[n])
		}
		if !slices.Equal(texts, wantTexts) || len(s.All()) != len(all) {
			t.Errorf("%v takes\n%q of %d; want\n%q", tt.row, texts, len(s.All()), wantTexts)
		}
	}
	var none *Set
	none.Mark(texttemplate.Must(texttemplate.New("").Parse(page)).Tree.Root, nil)
	if none.All() != nil {
		t.Error("a nil Set has branches")
	}
}
