package glob

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		path string
		want Pattern
	}{
		{"letter.txt", Pattern{Glob: "letter.txt", Static: true}},
		{"a[1]*?.txt", Pattern{Glob: `a\[1\]\*\?.txt`, Static: true}},
		{"{{.a}}", Pattern{Glob: "*", Wild: true}},
		{"{{.a}}{{.b}}", Pattern{Glob: "*", Wild: true}},
		{"{{.a}}-{{.b}}", Pattern{Glob: "*-*", Wild: true}},
		{"l/{{.a}}.txt", Pattern{Glob: "l/*.txt", Wild: true, Static: true}},
		{"l/ {{- .a -}} .txt", Pattern{Glob: "l/*.txt", Wild: true, Static: true}},
		{"l/{{/* it's }} a note */}}x", Pattern{Glob: "l/*x", Wild: true, Static: true}},
		{"l/{{`}}`}}x", Pattern{Glob: "l/*x", Wild: true, Static: true}},
		{`l/{{"\"}}"}}x`, Pattern{Glob: "l/*x", Wild: true, Static: true}},
		{"{{if .a}}a{{else if .b}}b{{else}}{{with .c}}c{{end}}{{end}}.txt", Pattern{Glob: "*.txt", Wild: true, Static: true}},
		{"{{if .a}}abc{{end}}", Pattern{Glob: "*", Wild: true}},
		{"{{.ending}}x{{.if}}y", Pattern{Glob: "*x*y", Wild: true, Static: true}},
		{"a{{.open", Pattern{Glob: "a*", Wild: true, Static: true}},
	} {
		if got := Of(tt.path); got != tt.want {
			t.Errorf("Of(%q) = %+v; want %+v", tt.path, got, tt.want)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("l/{{if .a}}de{{else}}en{{end}}[x].txt")
	f.Fuzz(func(t *testing.T, path string) {
		g := Of(path)
		if _, err := filepath.Match(g.Glob, "x"); err != nil {
			t.Errorf("Of(%q) = %q: %v", path, g.Glob, err)
		}
		if !strings.Contains(path, "{{") {
			if ok, err := filepath.Match(g.Glob, path); !ok || err != nil {
				t.Errorf("Of(%q) = %q, which does not match it: %v", path, g.Glob, err)
			}
		}
	})
}
