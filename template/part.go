package template

import (
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"mailshot/template/htmltext"
	"mailshot/template/words"
)

// root is what text/template calls every part. Its own messages begin with it, and are told in
// other words, with the name that the user knows.
const root = "the template itself"

// A part is one parsed template: the subject, a header, the text.
type part struct {
	field    string
	src      Source
	include  *include           // what src may call; nil if it is alone
	origin   map[string]int     // of the templates that are from included files: which
	tmpl     *template.Template // never executed itself: a Renderer has a copy
	html     *htmltext.Template // as it is executed; nil if this is no HTML, or isStatic
	isStatic bool               // it has no action, so that every row gets static
	static   string
	pieces   []piece // of a text that has only columns in it; nil for any other
}

// error returns what is wrong with the part as a whole.
func (p *part) error(f *words.Failure) *Error {
	e := &Error{Name: p.src.Name, Field: p.field, Text: f.Text, Hint: f.Hint, Cell: f.Cell}
	if p.src.Line > 0 {
		e.Line = p.src.Line + 1
	}
	return e
}

// of returns the part as it speaks of an included file; 0 is the part itself.
func (p *part) of(source int) *part {
	if source == 0 {
		return p
	}
	return &part{field: p.field, src: p.include.sources[source-1]}
}

// errorAt returns what is wrong at an offset of the part's text, in octets.
func (p *part) errorAt(pos int, f *words.Failure) *Error {
	before := p.src.Text[:min(pos, len(p.src.Text))]
	line := strings.Count(before, "\n") + 1
	return p.errorIn(line, len(before)-strings.LastIndexByte(before, '\n'), f)
}

// errorIn returns what is wrong in a line of the part. Line and column are counted from 1; a column
// of 0 is not known.
func (p *part) errorIn(line, column int, f *words.Failure) *Error {
	e := &Error{Name: p.src.Name, Line: p.src.Line + line, Column: column, Field: p.field, Text: f.Text, Hint: f.Hint, Cell: f.Cell}
	if p.src.Line == 0 && saysPlace(p.src.Name) {
		if strings.Contains(strings.TrimRight(p.src.Text, "\n"), "\n") {
			e.Name = fmt.Sprintf("%s, line %d", e.Name, e.Line)
		}
		e.Line = 0
	}
	return e
}

// saysPlace reports whether a source's name has a place within a file, as "renewal.yaml:14
// (subject)" has.
func saysPlace(name string) bool { return strings.HasSuffix(name, ")") }

// unreadable returns the error of a file that can't be read.
func (p *part) unreadable(path string, err error) *Error {
	why := err
	if pathErr, ok := err.(*fs.PathError); ok { // else the caller has found words for it
		why = pathErr.Err
	}
	e := p.errorAt(0, words.Failf("template %s: %s", words.Quote(path), words.OneLine(why.Error())))
	e.cause = err
	return e
}
