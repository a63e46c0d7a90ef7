package template

import (
	"errors"
)

// Lines are templates that become one line of text each, beside those of the letter: the path of an
// attachment, its name. They are safe for concurrent use.
type Lines struct {
	parser
	parts []*part
}

// ParseLines parses the templates and checks them as [Parse] does; the problems are *Error joined
// by [errors.Join]. A Header's Name is what errors call it. Of c only Columns, Now, Mailing and Used are
// used.
func ParseLines(lines []Header, c Config) (*Lines, error) {
	l := &Lines{parser: newParser(c)}
	var problems []error
	for _, h := range lines {
		p, errs := l.parseLine(h.Name, h.Value)
		for _, err := range errs {
			problems = append(problems, err)
		}
		l.parts = append(l.parts, p)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return l, nil
}

// A LinesRenderer renders the lines, for one row at a time. It is not safe for concurrent use.
type LinesRenderer struct {
	execution execution
	bound     []*bound
	lines     []string
}

// Renderer returns a new LinesRenderer. A worker makes one and keeps it.
func (l *Lines) Renderer() *LinesRenderer {
	r := &LinesRenderer{execution: execution{columns: l.columns, forms: l.forms}}
	for _, p := range l.parts {
		r.bound = append(r.bound, bind(p))
	}
	return r
}

// Render returns the lines of a row, in the order of [ParseLines]: valid UTF-8 without control
// characters or line breaks, and without white space around it; "" is possible. They are good until
// the next call. The error is an *Error.
func (r *LinesRenderer) Render(row Row) ([]string, error) {
	r.execution.begin(row)
	defer r.execution.end()
	r.lines = r.lines[:0]
	for _, b := range r.bound {
		s, err := r.execution.line(b)
		if err != nil {
			return nil, err
		}
		r.lines = append(r.lines, s)
	}
	return r.lines, nil
}
