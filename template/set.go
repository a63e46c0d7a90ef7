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
	ReplyTo Source // none if its Text is empty
	Headers []Header

	// Exactly one of them has a Text: Text is the body itself; TextFile is the path of a file that holds it, and
	// is a template too.
	Text     Source
	TextFile Source

	// Columns are the columns there are, in the order of the file.
	Columns []string

	// ReadFile reads a template file. With fromRow the path was made by a template, so from a row's cells, and it
	// is ReadFile that confines it. A file that was read and parsed without error is kept, and never read again.
	// ReadFile is called by several goroutines at once, but by one for each path.
	ReadFile func(path string, fromRow bool) ([]byte, error)

	Now     time.Time // what the function now gives: the start of the run
	Mailing string    // what the function mailing gives
}

// A Set is a letter's parsed templates. It is safe for concurrent use.
type Set struct {
	columns columns
	funcs   map[string]any // those that know no row
	read    func(path string, fromRow bool) ([]byte, error)

	subject  *part
	replyTo  *part // nil if there is none
	headers  []*part
	text     *part // the body; nil if it is made by textFile
	textPath string
	textFile *part // the template of the body's path; nil unless it needs a row

	filesMu   sync.Mutex
	files     map[string]*file // by path
	fileCount int              // of those that are parsed and good
	fileSize  int              // octets in these, all together
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
		files:   map[string]*file{},
	}
	var problems []error
	keep := func(p *part, errs []*Error) *part {
		for _, err := range errs {
			problems = append(problems, err)
		}
		return p
	}
	s.subject = keep(s.parseLine("subject", c.Subject))
	if c.ReplyTo.Text != "" {
		s.replyTo = keep(s.parseLine("reply_to", c.ReplyTo))
	}
	for _, h := range c.Headers {
		s.headers = append(s.headers, keep(s.parseLine(h.Name, h.Value)))
	}
	for _, err := range s.parseBody(c) {
		problems = append(problems, err)
	}
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

// parseBody parses the letter's text, or the path of the file that holds it.
func (s *Set) parseBody(c Config) []*Error {
	switch {
	case c.Text.Text != "" && c.TextFile.Text != "":
		return []*Error{{Name: c.Text.Name, Field: "text", Text: "the text is given twice, here and as a file"}}
	case c.TextFile.Text != "":
		return s.parsePath(c.TextFile)
	case c.Text.Text != "":
		var errs []*Error
		s.text, errs = s.parseText(c.Text)
		return errs
	}
	name := cmp.Or(c.Text.Name, c.TextFile.Name)
	return []*Error{{Name: name, Field: "text", Text: "the letter has no text"}}
}

// parsePath parses the path of the body's file, and reads it if the path is
// the same for every row.
func (s *Set) parsePath(src Source) []*Error {
	p, errs := s.parse("text", src)
	if len(errs) > 0 {
		return errs
	}
	if !p.isStatic {
		s.textFile = p
		return nil
	}
	path, err := p.path(p.static)
	if err != nil {
		return []*Error{err}
	}
	s.textPath = path
	s.text, errs = s.load(p, path, false)
	return errs
}

// parseText parses a body.
func (s *Set) parseText(src Source) (*part, []*Error) {
	p, errs := s.parse("text", src)
	if p == nil || !p.isStatic {
		return p, errs
	}
	if err := p.body(p.static); err != nil {
		errs = append(errs, err)
	}
	return p, errs
}
