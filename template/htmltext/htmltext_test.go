package htmltext

import (
	"errors"
	"strings"
	"testing"
	"text/template"
)

func parsed(t *testing.T, text string) *template.Template {
	t.Helper()
	from, err := template.New("page").Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return from
}

func TestMake(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"text", "<p>{{.a}}</p>", "<p>&lt;b&gt;</p>"},
		{"attribute", `<p title={{.a}}>`, `<p title=&lt;b&gt;>`},
		{"another template", `{{define "x"}}<i>{{.}}</i>{{end}}<p>{{template "x" .a}}</p>`, "<p><i>&lt;b&gt;</i></p>"},
		{"comment", "<!-- kept -->{{.a}}", "<!-- kept -->&lt;b&gt;"},
		{"condition", "<!--[if mso]>{{.a}}<![endif]-->", "<!--[if mso]>&lt;b&gt;<![endif]-->"},
		{"link", `<a href="{{.link}}">`, `<a href="#ZgotmplZ">`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from := parsed(t, tt.text)
			before := from.Root.String()
			made, err := Make(from)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			row := map[string]string{"a": "<b>", "link": "javascript:x"}
			if err := made.Bind(nil).Execute(&out, row); err != nil || out.String() != tt.want {
				t.Errorf("%s gives %q, %v; want %q", tt.text, out.String(), err, tt.want)
			}
			if got := Refused(out.String()); got != (tt.name == "link") {
				t.Errorf("Refused(%q) = %t", out.String(), got)
			}
			if after := from.Root.String(); after != before {
				t.Errorf("Make has changed the template to %s", after)
			}
		})
	}
}

// What is wrong with the HTML whatever the row is found without one.
func TestMakeErrors(t *testing.T) {
	_, err := Make(parsed(t, `<p title="{{.a}}>`))
	var he *Error
	if !errors.As(err, &he) || he.Name != "page" || !strings.HasPrefix(he.Error(), "the HTML ends inside a tag") || he.Failure.Hint == "" {
		t.Errorf("Make: %#v", err)
	}
}

func TestOwn(t *testing.T) {
	if got := Own(".a | _html_template_htmlescaper"); got != ".a" {
		t.Errorf("Own = %q; want .a", got)
	}
}
