package template

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"
)

// maxOutput is the most octets that a part may come to: a template that runs
// away must not take the machine with it.
const maxOutput = 32 << 20

// root is what text/template knows every part by. Its own messages begin with
// it, and are told in other words, with the name that the user knows.
const root = "the template itself"

// A part is one parsed template: the subject, a header, the text.
type part struct {
	field    string
	src      Source
	include  *include           // what src may call; nil if it is alone
	origin   map[string]int     // of the templates that are from included files: which
	tmpl     *template.Template // never executed itself: a Renderer has a copy
	html     *htmlTemplate      // as it is executed; nil if this is no HTML, or isStatic
	isStatic bool               // it has no action, so that every row gets static
	static   string
	pieces   []piece // of a text that has only columns in it; nil for any other
}

// parse parses and checks a template that stands alone. With a syntax error
// the part is nil.
func (s *Set) parse(field string, src Source) (*part, []*Error) { return s.parseWith(nil, field, src) }

// parseWith parses and checks a template that may call those of included files.
func (s *Set) parseWith(in *include, field string, src Source) (*part, []*Error) {
	p, err := s.parseAlone(field, src)
	if err != nil {
		return nil, []*Error{err}
	}
	if p.isStatic = onlyText(p.tmpl); p.isStatic {
		p.static = textOf(p.tmpl)
	}
	p.pieces = plainPieces(p.tmpl)
	if errs := p.join(in); len(errs) > 0 {
		return p, errs
	}
	return p, s.check(p)
}

// parseAlone parses a template and checks nothing.
func (s *Set) parseAlone(field string, src Source) (*part, *Error) {
	src.Text = strings.ReplaceAll(strings.TrimPrefix(src.Text, "\ufeff"), "\r\n", "\n")
	p := &part{field: field, src: src}
	if at, ok := invalidUTF8(src.Text); ok {
		f := failf("not text in UTF-8").withHint("save it with the encoding UTF-8")
		return nil, p.errorAt(at, f)
	}
	t, err := template.New(root).Option("missingkey=error").Funcs(s.funcs).Funcs(rowFunctions(new(Renderer))).Parse(src.Text)
	if err != nil {
		return nil, p.explainParse(err, s.columns)
	}
	p.tmpl = t
	return p, nil
}

// onlyText says whether a template has nothing but text, so that it is the
// same for every row.
func onlyText(t *template.Template) bool {
	if t.Tree == nil || t.Tree.Root == nil {
		return true
	}
	for _, n := range t.Tree.Root.Nodes {
		if n.Type() != parse.NodeText {
			return false
		}
	}
	return true
}

func textOf(t *template.Template) string {
	if t.Tree == nil || t.Tree.Root == nil {
		return ""
	}
	return t.Tree.Root.String()
}

// A bound part can be executed by one Renderer, whose row its functions see.
type bound struct {
	*part
	tmpl executor // the Renderer's own copy; nil until it is needed, which for many letters is never
}

// An executor is a template of text/template or of html/template.
type executor interface {
	Execute(w io.Writer, data any) error
}

// bind makes a part one of r's, or nil of nil.
func (r *Renderer) bind(p *part) *bound {
	if p == nil {
		return nil
	}
	return &bound{part: p}
}

// executor gives r its own copy of a part's template.
func (r *Renderer) executor(p *part) executor {
	if p.html != nil {
		return p.html.bind(r)
	}
	t, err := p.tmpl.Clone()
	if err != nil {
		return p.tmpl // text/template's Clone has no error to give
	}
	return t.Funcs(rowFunctions(r))
}

// execute renders a part with the Renderer's row.
func (r *Renderer) execute(b *bound) (string, *Error) {
	if b.isStatic {
		return b.static, nil
	}
	if b.pieces != nil {
		if s, ok := fill(b.pieces, r.row.Fields); ok {
			return s, nil
		}
	}
	if b.tmpl == nil {
		b.tmpl = r.executor(b.part)
	}
	r.out.Reset()
	err := b.tmpl.Execute(&r.out, r.row.Fields)
	switch {
	case errors.Is(err, errTooLong):
		return "", b.error(failf("%s is longer than %d MiB", b.field, maxOutput>>20))
	case err != nil:
		return "", b.explainExec(err, r.set.columns)
	}
	return r.out.String(), nil
}

// errTooLong ends the execution of a template that has written maxOutput.
var errTooLong = errors.New("too long")

// An output takes what a template writes.
type output struct{ bytes.Buffer }

func (o *output) Write(p []byte) (int, error) {
	if o.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return o.Buffer.Write(p)
}

// error is what is wrong with the part as a whole.
func (p *part) error(f *failure) *Error {
	e := &Error{Name: p.src.Name, Field: p.field, Text: f.text, Hint: f.hint}
	if p.src.Line > 0 {
		e.Line = p.src.Line + 1
	}
	return e
}

// of is the part as it speaks of an included file; 0 is the part itself.
func (p *part) of(source int) *part {
	if source == 0 {
		return p
	}
	return &part{field: p.field, src: p.include.sources[source-1]}
}

// errorAt is what is wrong at an offset of the part's text.
func (p *part) errorAt(pos int, f *failure) *Error {
	before := p.src.Text[:min(pos, len(p.src.Text))]
	line := strings.Count(before, "\n") + 1
	return p.errorIn(line, len(before)-strings.LastIndexByte(before, '\n'), f)
}

// errorIn is what is wrong in a line of the part.
func (p *part) errorIn(line, column int, f *failure) *Error {
	e := &Error{Name: p.src.Name, Line: p.src.Line + line, Column: column, Field: p.field, Text: f.text, Hint: f.hint}
	if p.src.Line == 0 && saysPlace(p.src.Name) {
		if strings.Contains(strings.TrimRight(p.src.Text, "\n"), "\n") {
			e.Name = fmt.Sprintf("%s, line %d", e.Name, e.Line)
		}
		e.Line = 0
	}
	return e
}

// saysPlace says whether a source's name has a place within a file, as
// "renewal.yaml:14 (subject)" has.
func saysPlace(name string) bool { return strings.HasSuffix(name, ")") }

// unreadable is a file that can't be read.
func (p *part) unreadable(path string, err error) *Error {
	why := err
	if pathErr, ok := err.(*fs.PathError); ok { // else the caller has found words for it
		why = pathErr.Err
	}
	e := p.errorAt(0, failf("template %s: %s", quote(path), oneLine(why.Error())))
	e.cause = err
	return e
}

// invalidUTF8 finds the first octet that is no UTF-8.
func invalidUTF8(s string) (int, bool) {
	if utf8.ValidString(s) {
		return 0, false
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i, true
			}
		}
	}
	return 0, false
}
