package template

import (
	"cmp"
	"errors"
	"sync"
	"time"
)

// A Source is the text of one template.
type Source struct {
	Name string // how errors name it: "letter.txt", "renewal.yaml:14 (subject)"
	Text string
	// Line is added to the template's line numbers, for a text that is a part of the file Name and begins below
	// its line Line. Zero means that the text stands for itself, and its line numbers are its own. If then Name
	// ends in ")", as in "renewal.yaml:14 (subject)", it says the place: a text of one line gets no line number,
	// a longer one gets it in words.
	Line int
}

// A Header is a header field of the letter. Its name is fixed, its value a template.
type Header struct {
	Name  string
	Value Source
}

// A Config is what the user wrote, and what templates may know beside the row.
type Config struct {
	Subject Source
	Headers []Header

	// The letter is a text, HTML, or both. Each has a Text in one of its two Sources at most: Text and HTML are the
	// body itself; TextFile and HTMLFile are the path of a file that holds it, and are templates too.
	Text     Source
	TextFile Source
	HTML     Source
	HTMLFile Source

	// Include are further template files, for the text and for the HTML. What they define can be called by name, and
	// so can a file that has text of its own: by its name without directories. A {{define}} of the letter takes the
	// place of a {{block}} in them.
	Include []Source

	// Columns are the columns there are, in the order of the file.
	Columns []string

	// ReadFile reads a template file. With fromRow the path was made by a template, so from a row's cells, and it
	// is ReadFile that confines it. A file that was read and parsed without error is kept, and never read again.
	// ReadFile is called by several goroutines at once, but by one for each path and kind of body.
	ReadFile func(path string, fromRow bool) ([]byte, error)

	Now     time.Time // what the function now gives: the start of the run
	Mailing string    // what the function mailing gives
}

// A Set is a letter's parsed templates. It is safe for concurrent use.
type Set struct {
	columns columns
	funcs   map[string]any // those that know no row
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

// Parse parses the templates and checks them: the syntax, the columns and
// functions they use, and what is wrong with them whatever the row. A file
// whose path needs no row is read. The problems are given all together, as
// *Error joined by [errors.Join].
func Parse(c Config) (*Set, error) {
	s := &Set{
		columns: c.Columns,
		funcs:   functions(c.Now, c.Mailing),
		read:    c.ReadFile,
		files:   map[fileKey]*file{},
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
	note(s.parseInclude(c.Include))
	if len(problems) > 0 && s.include == nil && len(c.Include) > 0 {
		return nil, errors.Join(problems...) // a letter without them would have problems that are none
	}
	note(s.parseBodies(c))
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return s, nil
}

// parseLine parses a part that becomes one line of the message's header.
func (s *Set) parseLine(field string, src Source) (*part, []*Error) {
	p, errs := s.parse(field, src)
	if p == nil || !p.isStatic {
		return p, errs
	}
	if _, err := p.line(p.static); err != nil {
		errs = append(errs, err)
	}
	return p, errs
}

// parseBodies parses the letter's text and its HTML, or the paths of the files
// that hold them.
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

// parseBody parses a body; without a template there is none.
func (s *Set) parseBody(field string, text, file Source) (*body, []*Error) {
	switch {
	case text.Text != "" && file.Text != "":
		return nil, []*Error{{Name: text.Name, Field: field, Text: "the " + field + " is given twice, here and as a file"}}
	case file.Text != "":
		return s.parsePath(field, file)
	case text.Text != "":
		p, errs := s.parseText(field, text)
		return &body{part: p}, errs
	}
	return nil, nil
}

// parsePath parses the path of a body's file, and reads it if the path is the
// same for every row.
func (s *Set) parsePath(field string, src Source) (*body, []*Error) {
	p, errs := s.parse(field, src)
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

// parseText parses a body.
func (s *Set) parseText(field string, src Source) (*part, []*Error) {
	p, errs := s.parseWith(s.include, field, src)
	if p == nil {
		return nil, errs
	}
	if p.isStatic {
		if err := p.body(p.static); err != nil {
			errs = append(errs, err)
		}
	} else if field == "html" && len(errs) == 0 {
		errs = p.makeHTML(s)
	}
	return p, errs
}
