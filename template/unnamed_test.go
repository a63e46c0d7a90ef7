package template

import (
	"strings"
	"testing"
)

// A letter that shows the name of a mailing without one is remarked on, wherever it does.
func TestRemarksMailing(t *testing.T) {
	t.Parallel()
	const what = "the letter shows {{mailing}}, and no --mailing names one"
	for _, tt := range []struct{ in, place string }{
		{"Dear all,\nof {{mailing}}, {{mailing}}", "letter.txt:2: "}, {`{{upper mailing}}`, "letter.txt:1: "}, {`{{mailing | upper}}`, "letter.txt:1: "}, {`{{print "a" (upper mailing)}}`, "letter.txt:1: "},
		{"\n{{if .city}}\n{{range split \";\" .tags}}{{mailing}}{{end}}{{end}}", "letter.txt:3: "}, {`{{template "foot" .}}`, "foot.txt:2: "}, {`{{define "a"}}{{mailing}}{{end}}{{template "a"}}`, "letter.txt:1: "},
		{"{{if mailing}}of {{mailing}}{{end}}", ""}, {"{{with mailing}}of {{.}}{{end}}", ""}, {`{{if eq mailing "x"}}a{{end}}{{mailing}}`, ""}, {`{{default "x" mailing}}`, ""}, {`{{or mailing "x"}}`, ""},
		{"mailing {{.city}}", ""}, {`{{define "a"}}{{mailing}}{{end}}x`, ""}, {"x", ""},
	} {
		for _, name := range []string{"", "2026-12"} {
			c := config(tt.in)
			c.Mailing = name
			c.Include = []Source{{Name: "foot.txt", Text: "{{define \"foot\"}}\n{{mailing}}{{end}}"}}
			got, want := strings.Join(mustParse(t, c).Remarks(), "\n"), ""
			if tt.place != "" && name == "" {
				want = tt.place + what
			}
			if got != want {
				t.Errorf("%s, mailing %q: %q; want %q", tt.in, name, got, want)
			}
		}
	}
	c := config("x")
	c.Mailing, c.Subject.Text = "", "Dues {{mailing}}"
	if got := strings.Join(mustParse(t, c).Remarks(), "\n"); !strings.HasSuffix(got, what) {
		t.Errorf("of a subject: %q", got)
	}
	c.Subject.Text, c.HTML = "x", Source{Name: "letter.html", Text: "<p>\n{{mailing}}</p>"}
	if got := strings.Join(mustParse(t, c).Remarks(), "\n"); got != "letter.html:2: "+what {
		t.Errorf("of HTML: %q", got)
	}
	lines, err := ParseLines([]Header{{Name: "path", Value: Source{Name: "job.yaml:3 (path)", Text: "{{mailing}}.pdf"}}}, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lines.Remarks(), "\n"); got != "job.yaml:3 (path): "+what {
		t.Errorf("of a path: %q", got)
	}
}
