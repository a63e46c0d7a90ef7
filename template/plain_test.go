package template

import (
	"strings"
	"testing"
)

// Filling in has the result of an execution, and is done wherever it can be.
func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		in    string
		plain bool
	}{
		{"{{.city}}", true},
		{"Dear {{.first_name}},\n\n{{- .city -}} \n{{.empty}}{{.odd}}", true},
		{"{{/* a note */}}{{.city}}", true},
		{"{{.city | upper}}", false},
		{"{{.city}}{{if .n}}x{{end}}", false},
		{"{{$x := .city}}{{$x}}", false},
		{`{{field "city"}}`, false},
		{`{{define "a"}}x{{end}}{{.city}}`, true},
		{`{{.city}}{{template "a"}}{{define "a"}}x{{end}}`, false},
		{"{{(.city)}}", false},
		{`{{"x"}}`, false},
	} {
		s := mustParse(t, config(tt.in))
		p := s.text.part
		if (p.pieces != nil) != tt.plain {
			t.Errorf("%s is plain: %t; want %t", tt.in, p.pieces != nil, tt.plain)
		}
		fast, err := s.Renderer().Render(someRow())
		if err != nil {
			t.Fatal(err)
		}
		p.pieces = nil
		slow, err := s.Renderer().Render(someRow())
		if err != nil || fast.Text != slow.Text {
			t.Errorf("%s gives %q, and %q by execution", tt.in, fast.Text, slow.Text)
		}
	}
}

// What can't be filled in is left to the execution, for its words.
func TestPlainErrors(t *testing.T) {
	s := mustParse(t, config("a\n{{.city}}"))
	row := someRow()
	delete(row.Fields, "city")
	if _, err := s.Renderer().Render(row); err == nil || !strings.HasPrefix(err.Error(), `letter.txt:2: no column "city"`) {
		t.Errorf("without the cell: %v", err)
	}
	row.Fields["city"] = strings.Repeat("x", maxOutput)
	if _, err := s.Renderer().Render(row); err == nil || err.Error() != "letter.txt: text is longer than 32 MiB" {
		t.Errorf("too long: %v", err)
	}
}
