package template

// A Row is what a letter is made from.
type Row struct {
	Number int               // data record, from 1; the function row gives it
	Line   int               // line in the recipients file, from 1
	Key    string            // the function key gives it
	Fields map[string]string // cell by column
}

// A Field is a rendered header field.
type Field struct{ Name, Value string }

// A Letter is a rendered row. Subject, ReplyTo and the values of Headers are
// valid UTF-8 without control characters or line breaks, and without white
// space around them; Subject and those of Headers are not empty, for a header
// whose value comes out empty is left out.
type Letter struct {
	Subject string
	ReplyTo string // "" means none
	Headers []Field
	Text    string // valid UTF-8; lines end as they do in the templates and the cells
	Path    string // of the file that the text is from, as the job names it; "" if it is inline
}

// A Renderer makes letters, one at a time: it is not safe for concurrent use.
type Renderer struct {
	set *Set
	row Row // of the letter in the making: what field, row and key look at
	out output

	subject  *bound
	replyTo  *bound
	headers  []*bound
	text     *bound
	textFile *bound
	files    map[string]*bound // by path
}

// Renderer returns a new Renderer. A worker makes one and keeps it, as making
// it costs more than a letter does.
func (s *Set) Renderer() *Renderer {
	r := &Renderer{set: s, files: map[string]*bound{}}
	r.subject = r.bind(s.subject)
	r.replyTo = r.bind(s.replyTo)
	for _, h := range s.headers {
		r.headers = append(r.headers, r.bind(h))
	}
	r.text = r.bind(s.text)
	r.textFile = r.bind(s.textFile)
	return r
}

// Render makes the letter of a row. Its error is an *Error.
func (r *Renderer) Render(row Row) (Letter, error) {
	r.row = row
	defer func() { r.row = Row{} }()
	l, err := r.letter()
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

func (r *Renderer) letter() (l Letter, err *Error) {
	if l.Subject, err = r.line(r.subject); err != nil {
		return l, err
	}
	if r.replyTo != nil {
		if l.ReplyTo, err = r.line(r.replyTo); err != nil {
			return l, err
		}
	}
	for _, h := range r.headers {
		value, err := r.line(h)
		if err != nil {
			return l, err
		}
		if value != "" {
			l.Headers = append(l.Headers, Field{Name: h.field, Value: value})
		}
	}
	l.Path = r.set.textPath
	text := r.text
	if text == nil {
		if text, l.Path, err = r.file(); err != nil {
			return l, err
		}
	}
	l.Text, err = r.body(text)
	return l, err
}

// line renders a part that becomes one line.
func (r *Renderer) line(b *bound) (string, *Error) {
	s, err := r.execute(b)
	if err != nil {
		return "", err
	}
	return b.line(s)
}

// body renders a part that becomes text.
func (r *Renderer) body(b *bound) (string, *Error) {
	s, err := r.execute(b)
	if err != nil {
		return "", err
	}
	return s, b.body(s)
}

// file finds the body of a row whose cells say which file it is.
func (r *Renderer) file() (*bound, string, *Error) {
	s, err := r.execute(r.textFile)
	if err != nil {
		return nil, "", err
	}
	path, err := r.textFile.path(s)
	if err != nil {
		return nil, "", err
	}
	if b := r.files[path]; b != nil {
		return b, path, nil
	}
	p, errs := r.set.load(r.textFile.part, path, true)
	if len(errs) > 0 {
		return nil, "", errs[0]
	}
	// A bound part is dear, and made again at little cost: a job of many
	// files must not keep all of them for every worker.
	const most = 32
	if len(r.files) >= most {
		clear(r.files)
	}
	r.files[path] = r.bind(p)
	return r.files[path], path, nil
}
