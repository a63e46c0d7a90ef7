// Package htmltext makes HTML of templates that text/template has parsed. Each value is escaped for
// the place where it stands, so that no cell adds a tag, an attribute or a script; this is what
// html/template does. It would do more to what the author wrote: leave out comments, Outlook's
// conditions with them, and make text of <?xml …?> and <![if …]>. So it is given no more than it
// needs, and all else leaves as it came.
//
//	htmltext.go  what package template calls
//	keep.go      goes through the templates and keeps from html/template what it need not see
//	text.go      does so with one text; scan.go and css.go know where in the HTML that is
//	marks.go     puts back what was kept
//	rules.go     what html/template says, in plain words
package htmltext

import (
	"errors"
	"html/template"
	"io"
	"strings"
	texttemplate "text/template"
	"text/template/parse"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A Template makes HTML. It is never executed itself, but copies of it are; see [Template.Bind]. It
// is safe for concurrent use.
type Template struct {
	tmpl  *template.Template
	marks marks
}

// An Error says what is wrong with the HTML of a template, whatever the row.
type Error struct {
	Failure *words.Failure
	Node    parse.Node // the place; nil if it is not known
	Line    int        // of the template, from 1; 0 if it is not known
	Name    string     // of the template of the set that it is in
}

// Error returns the text without the hint.
func (e *Error) Error() string { return e.Failure.Text }

// Make makes a Template of a parsed one and of those that it may call. The functions are those with
// which it was parsed; here they have to work, or give an error, without a row. The trees of from
// stay as they are. The error is an *Error where the template is at fault.
func Make(from *texttemplate.Template, functions ...map[string]any) (*Template, error) {
	t := template.New(from.Name()).Option("missingkey=error")
	for _, f := range functions {
		t.Funcs(f)
	}
	m, err := keep(from, t)
	if err != nil {
		return nil, err
	}
	made := &Template{t.Lookup(from.Name()), m}
	return made, made.escape(from.Name())
}

// escape finds what is wrong with the HTML. html/template looks at it when a template is executed
// for the first time, so that the first row would meet what is wrong for every row.
func (t *Template) escape(name string) error {
	bound, err := t.tmpl.Clone()
	if err != nil {
		return err
	}
	e, ok := errors.AsType[*template.Error](bound.Execute(nowhere{}, map[string]string{}))
	if !ok {
		return nil // what a row is needed for
	}
	description := t.marks.restored(e.Description)
	f, known := words.Explain(rules(), description)
	if !known {
		f = words.Failf("the HTML can't be made sense of: %s", words.OneLine(strings.ReplaceAll(description, name, "it")))
	}
	return &Error{Failure: f, Node: e.Node, Line: e.Line, Name: e.Name}
}

// nowhere takes nothing: it ends an execution with the first text.
type nowhere struct{}

func (nowhere) Write([]byte) (int, error) { return 0, errors.New("nothing is to be written") }

// A Bound is a Template for one execution at a time.
type Bound struct {
	tmpl  *template.Template
	marks marks
}

// Bind returns a copy whose functions are these.
func (t *Template) Bind(functions map[string]any) *Bound {
	bound, err := t.tmpl.Clone()
	if err != nil {
		return &Bound{t.tmpl, t.marks} // only one that was executed can't be cloned
	}
	return &Bound{bound.Funcs(functions), t.marks}
}

// Execute writes the HTML that the template makes of data. It is not safe for concurrent use.
func (b *Bound) Execute(w io.Writer, data any) error {
	return b.tmpl.Execute(&restorer{b.marks, w}, data)
}

// Refused reports whether html/template refused a value of a page: a value that may not stand where
// it does, such as a link that begins with javascript:.
func Refused(page string) bool {
	return strings.Contains(page, "ZgotmplZ") // it writes this in the place of the value
}

// Misplaced says that html/template refused what stands in a place of the HTML: "the cell of …".
func Misplaced(what string) *words.Failure {
	return words.Failf("%s is not safe where it stands in the HTML", what).
		WithHint(`a link begins with https://, http:// or mailto:, in the cell or before it: href="https://club.example/{{.page}}"; a cell can't name a tag or an attribute, and hardly be a style`)
}

// Own returns an action as its author wrote it: without what html/template added to it.
func Own(action string) string { return added().ReplaceAllString(action, "") }

var added = lazyregexp.New(` ?\| ?_html_template_\w+`)
