package template

import (
	"errors"
	"strings"
	"testing"
)

// What is written in another template language is told in the words of ours.
func TestForeign(t *testing.T) {
	for _, tt := range []struct{ text, want, hint string }{
		{"{{if .name}}a{{elif .city}}b{{end}}", `no function "elif"`, "{{else if .other}}"},
		{"{{if .name}}a{{elseif .city}}b{{end}}", `no function "elseif"`, "{{else if .other}}"},
		{"{{if .name}}a{{end if}}", "a word behind end", "the word is end"},
		{"{{ .name\u00a0}}", "a character that can't be seen, U+00A0", "plain spaces"},
		{"{{if .name}}a{{endif}}", `no function "endif"`, "the word is end"},
		{"{{unless .name}}a{{end}}", `no function "unless"`, "{{if not .column}}"},
		{`{{if .name == "Ann"}}a{{end}}`, `unexpected "="`, `{{if eq .column "text"}}`},
		{`{{if .name = "Ann"}}a{{end}}`, `unexpected "="`, `{{if eq .column "text"}}`},
		{`{{if .name != "Ann"}}a{{end}}`, `unexpected "!"`, `{{if ne .column "text"}}`},
		{`{{if .name > 5}}a{{end}}`, `unexpected ">"`, "{{if gt .column 5}}"},
		{`{{if .name && .city}}a{{end}}`, `unexpected "&"`, "{{if and .column .other}}"},
		{`{{if .name || .city}}a{{end}}`, `unexpected "|"`, "{{if or .column .other}}"},
		{"Dear\n{{{name}}}", `"{{{name}}}" has three braces`, "{{.name}}"},
		{"{{{ .Name }}}", "has three braces", "{{.name}}"},
		{"{{{First name}}}", "has three braces", `{{field "First name"}}`},
		{`{\rtf1\ansi{{\fonttbl}{\f0 Arial;}} Dear}`, "this is RTF", "plain text"},
		{"{{ {name} }}", `unexpected "{"`, ""},
	} {
		_, err := Parse(Config{Subject: Source{Name: "s", Text: "x"}, Text: Source{Name: "letter.txt", Text: tt.text}, Columns: []string{"name", "city", "First name"}})
		te, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(te.Text, tt.want) || !strings.Contains(te.Hint, tt.hint) || tt.hint == "" && te.Hint != "" {
			t.Errorf("%s: %v\nhint: %s\nwant %q, %q", tt.text, err, hintOf(te), tt.want, tt.hint)
		}
	}
}

func hintOf(e *Error) string {
	if e == nil {
		return ""
	}
	return e.Hint
}

// A column that is called like a word of another language is a column.
func TestForeignColumn(t *testing.T) {
	_, err := Parse(Config{Subject: Source{Name: "s", Text: "x"}, Text: Source{Name: "letter.txt", Text: "{{each}}"}, Columns: []string{"each"}})
	if te, ok := errors.AsType[*Error](err); !ok || te.Hint != "a column begins with a dot: {{.each}}" {
		t.Errorf("{{each}}, a column: %v", err)
	}
}
