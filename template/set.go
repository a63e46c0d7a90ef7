package template

import (
	"cmp"
	"errors"
	"sync"
)

// A Set has a letter's parsed templates. It is safe for concurrent use.
type Set struct {
	parser
	read    func(path string, fromRow bool) ([]byte, error)
	include *include // nil if there is none

	subject *part
	headers []*part
	text    *body // nil if there is none
	html    *body

	filesMu   sync.Mutex
	files     map[fileKey]*file
	fileCount int // of those that are parsed and good
	fileSize  int // octets in these, all together
}

// A body is the text or the HTML of the letter.
type body struct {
	part *part  // nil if it is made by file
	path string // of the file that part is from; "" if it is inline
	file *part  // the template of the path; nil unless it needs a row
}

// Parse parses the templates and checks them: the syntax, the columns and functions they use, and
// what is wrong with them whatever the row. A file whose path needs no row is read. The problems
// are returned all together, as *Error joined by [errors.Join].
func Parse(c Config) (*Set, error) {
	s := &Set{
		parser: newParser(c),
		read:   c.ReadFile,
		files:  map[fileKey]*file{},
	}
	var problems []error
	seen := map[Error]bool{} // a file that is included is looked at for the text and for the HTML
	note := func(errs []*Error) {
		for _, err := range errs {
			same := *err
			same.Field = ""
			if !seen[same] {
				seen[same] = true
				problems = append(problems, err)
			}
		}
	}
	var errs []*Error
	s.subject, errs = s.parseLine("subject", c.Subject)
	note(errs)
	for _, h := range c.Headers {
		p, errs := s.parseLine(h.Name, h.Value)
		note(errs)
		s.headers = append(s.headers, p)
	}
	in, errs := s.parseInclude(c.Include)
	s.include = in
	note(errs)
	if len(problems) > 0 && s.include == nil && len(c.Include) > 0 {
		return nil, errors.Join(problems...) // a letter without them would have problems that are none
	}
	note(s.parseBodies(c))
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return s, nil
}

// parseBodies parses the letter's text and its HTML, or the paths of the files that hold them.
func (s *Set) parseBodies(c Config) (errs []*Error) {
	if c.Text.Text == "" && c.TextFile.Text == "" && c.HTML.Text == "" && c.HTMLFile.Text == "" {
		name := cmp.Or(c.Text.Name, c.TextFile.Name)
		return []*Error{{Name: name, Field: "text", Text: "the letter has no text"}}
	}
	s.text, errs = s.parseBody("text", c.Text, c.TextFile)
	html, more := s.parseBody("html", c.HTML, c.HTMLFile)
	s.html = html
	return append(errs, more...)
}

// parseBody parses a body. Without a template it returns nil.
func (s *Set) parseBody(field string, text, file Source) (*body, []*Error) {
	switch {
	case text.Text != "" && file.Text != "":
		return nil, []*Error{{Name: text.Name, Field: field, Text: "the " + field + " is given twice, here and as a file"}}
	case file.Text != "":
		return s.parsePath(field, file)
	case text.Text != "":
		p, errs := s.parseText(s.include, field, text)
		return &body{part: p}, errs
	}
	return nil, nil
}

// parsePath parses the path of a body's file, and reads the file if the path is the same for every
// row.
func (s *Set) parsePath(field string, src Source) (*body, []*Error) {
	p, errs := s.parse(nil, field, src)
	if len(errs) > 0 {
		return nil, errs
	}
	if !p.isStatic {
		return &body{file: p}, nil
	}
	path, err := p.path(p.static)
	if err != nil {
		return nil, []*Error{err}
	}
	b := &body{path: path}
	b.part, errs = s.load(p, path, false)
	return b, errs
}
