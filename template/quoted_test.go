package template

import (
	"strings"
	"testing"
)

// The name of a column that stands as a text in the place of its cell is remarked on.
func TestRemarksQuoted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"Dear\n{{\"city\"}}", `letter.txt:2: "city" is a text here, the same for every row, and "city" is a column; is {{.city}} meant?`},
		{"{{`First name`}}", "letter.txt:1: `First name` is a text here, the same for every row, and \"First name\" is a column; is {{field \"First name\"}} meant?"},
		{`{{if "city"}}x{{end}}`, `"city" is a text`}, {`{{with "city"}}x{{end}}`, `"city" is a text`}, {`{{if eq "lang" "de"}}x{{end}}`, `"lang" is a text`}, {`{{if gt "n" 5}}x{{end}}`, `"n" is a text`},
		{`{{define "a"}}{{"city"}}{{end}}{{template "a"}}`, `"city" is a text`},
		{`{{field "city"}}{{"city" | field}}{{index . "city"}}{{if eq .lang "city"}}{{end}}{{"town"}}{{$c := "city"}}{{field $c}}{{if eq "a" "b"}}{{end}}{{print "city"}}`, ""},
	} {
		s, err := Parse(config(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if got := strings.Join(s.Remarks(), "\n"); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q; want %q", tt.in, got, tt.want)
		}
	}
}
