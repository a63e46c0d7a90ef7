package template

import (
	"slices"
	"strings"
	"testing"

	"mailshot/template/lazyregexp"
)

// conditions matches what shows or hides a part for Outlook.
var conditions = lazyregexp.New(`(?i)<!(?:--)?\[(?:if|endif)`)

// tags is shape without the texts, of which an escaped cell may make one of spaces alone.
func tags(t *testing.T, page string) string { return strings.ReplaceAll(shape(t, page), "<text>", "") }

// fragments are what FuzzHTMLTemplate makes templates of: one for each octet.
var fragments = []string{
	"x", " ", ">", "<", "-", "!", "--", "/", "=", `"`, "'", "\n", "&#",
	"{{.city}}", "{{.city}}", "{{.city}}", "{{if .n}}", "{{else}}", "{{end}}", "{{with .city}}", "{{range split \"x\" .city}}", "{{break}}",
	`{{define "d"}}`, `{{template "d" .}}`, "{{$x := .city}}{{$x}}",
	"<!--", "-->", "--!>", "<!-->", "<!-- -->", "<!--->", "<!---->", "<!-", "<!", "<?xml ", "?>", "</", "<![CDATA[", "]]>", "<!DOCTYPE html>",
	"<!--[if mso]>", "<!--[if !mso]>", "<![endif]-->", "<!--<![endif]-->", "<!-- <![endif]-->", "<![if !mso]>", "<![endif]>",
	"<p>", "</p>", "<p ", "<p title=", `<p title="`, "<b title='", "<a href=", `<a href="`, "style=", `style="`, "<br/>", `<img alt="">`,
	"<style>", "</style>", "<style ", "/*", "*/", "//", "url(", ")", "{", "}", "p{color:", "<title>", "</title>", "<textarea>", "</textarea>", "</sty", "le>",
}

// Whatever the template, no cell adds a tag, an attribute or a comment, or ends one, and none shows
// or hides a part for Outlook.
func FuzzHTMLTemplate(f *testing.F) {
	seed := func(cell string, want ...string) {
		var recipe []byte
		for _, w := range want {
			for i, fragment := range fragments {
				if fragment == w {
					recipe = append(recipe, byte(i))
					break
				}
			}
		}
		f.Add(recipe, cell)
	}
	seed("--", "<!--[if mso]>", "<p title=", "{{.city}}", ">", "x", "<![endif]-->")
	seed("-->", "<!--[if mso]>", "{{.city}}", "<![endif]-->", "<!--[if !mso]>", "<!-- -->", "{{.city}}", "<!--<![endif]-->")
	seed("[if mso]", "<!--", "{{.city}}", ">", "x", "-->")
	seed("b", "<", "{{.city}}", " ", "x")
	seed("*/}", "<style>", "/*", "{{.city}}", "*/", "p{color:", "{{.city}}", "}", "</style>")
	seed("a b=c", "<!--[if mso]>", `<p title="`, "-->", "<p title=", "{{.city}}", ">", `"`, ">", "<![endif]-->")
	seed("a b=c", "{{if .n}}", "<!--", "{{end}}", "<p ", "{{.city}}", ">", "-->")
	seed("x", "<title>", "</sty", "{{.city}}", "le>", "</title>", "<![CDATA[", "x", "]]>", "{{.city}}")
	f.Fuzz(tryTemplate)
}

// tryTemplate holds what FuzzHTMLTemplate does for one template and cell.
func tryTemplate(t *testing.T, recipe []byte, cell string) {
	if len(recipe) > 30 || slices.ContainsFunc(strings.Split(cell, "x"), func(s string) bool { return s != "" && strings.TrimSpace(s) == "" }) {
		return // a blank may be no text at all
	}
	var b strings.Builder
	for _, i := range recipe {
		b.WriteString(fragments[int(i)%len(fragments)])
	}
	c := htmlConfig(b.String())
	s, err := Parse(c)
	if err != nil {
		return // a template that is refused
	}
	r := s.Renderer()
	render := func(cell string) (string, bool) {
		row := someRow()
		row.Fields["city"] = cell
		l, err := r.Render(row)
		return l.HTML, err == nil
	}
	// The harmless cell is as long as the other, and range cuts it alike.
	harmless, ok := render(strings.Map(func(r rune) rune {
		if r == 'x' {
			return r
		}
		return 'y'
	}, cell))
	page, ok2 := render(cell)
	if !ok || !ok2 {
		return // a bad row
	}
	if strings.Contains(strings.NewReplacer("body", "", "style", "").Replace(tags(t, harmless)), "y") {
		return // html/template lets a cell of letters name an attribute
	}
	if got, want := tags(t, page), tags(t, harmless); got != want {
		t.Errorf("the cell %q changes the page of\n%s\nto\n%s\nfrom\n%s\n%s\nwant\n%s", cell, b.String(), page, harmless, got, want)
	}
	if got, want := len(conditions().FindAllString(page, -1)), len(conditions().FindAllString(harmless, -1)); got != want {
		t.Errorf("the cell %q makes %d conditions of %d in\n%s", cell, got, want, page)
	}
}
