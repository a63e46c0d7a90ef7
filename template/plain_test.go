package template

import (
	"bytes"
	"strings"
	"testing"
	"text/template"
)

// FuzzPlain holds that a plain template gives what text/template does, and the
// same error.
func FuzzPlain(f *testing.F) {
	f.Add("Dear {{.name}},\n\nyour number is {{ .code -}} \n.", "Ann")
	f.Add("{{.name}}{{/* no action */}}{{.code}}", "")
	f.Add("{{.missing}} {{.name}}", "x")
	f.Add("{{if .name}}{{.code}}{{end}}", "x")
	f.Add("{{.name | upper}}", "x")
	f.Add("{{(.name)}} {{.a.b}} {{$x := .name}}", "x")
	f.Fuzz(func(t *testing.T, text, cell string) {
		tmpl, err := template.New(root).Option("missingkey=error").Parse(text)
		if err != nil {
			return
		}
		pieces, ok := plainOf(tmpl)
		if !ok {
			return
		}
		data := map[string]string{"name": cell, "code": cell + "{{.name}}"}
		var want, got bytes.Buffer
		wantErr := tmpl.Execute(&want, data)
		gotErr := (&plain{pieces, tmpl}).Execute(&got, data)
		if errorText(gotErr) != errorText(wantErr) || wantErr == nil && got.String() != want.String() {
			t.Errorf("plain gives %q, %v; text/template gives %q, %v", got.String(), gotErr, want.String(), wantErr)
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestPlainOf(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"Dear {{.name}},", true},
		{"{{- .name -}} {{/* a note */}}", true},
		{"{{.name.first}}", false},
		{"{{.name | len}}", false},
		{"{{print .name}}", false},
		{"{{$n := .name}}", false},
		{"{{if .name}}x{{end}}", false},
		{"{{(.name)}}", false},
	} {
		tmpl := template.Must(template.New(root).Parse(tt.text))
		if _, got := plainOf(tmpl); got != tt.want {
			t.Errorf("%s is plain: %v, want %v", tt.text, got, tt.want)
		}
	}
}

// A plain template can't run away either.
func TestPlainTooLong(t *testing.T) {
	tmpl := template.Must(template.New(root).Parse(strings.Repeat("{{.name}}", 9)))
	pieces, _ := plainOf(tmpl)
	var out output
	if err := (&plain{pieces, tmpl}).Execute(&out, map[string]string{"name": strings.Repeat("x", 4<<20)}); err != errTooLong {
		t.Errorf("the error is %v, want %v", err, errTooLong)
	}
}
