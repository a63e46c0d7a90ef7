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

// A Letter is a rendered row. Subject and the values of Headers are valid UTF-8
// without control characters or line breaks, and without white space around
// them, and are not empty, for a header whose value comes out empty is left out.
type Letter struct {
	Subject  string
	Headers  []Field
	Text     string // valid UTF-8; lines end as they do in the templates and the cells; "" if there is only HTML
	Path     string // of the file that the text is from, as the job names it; "" if it is inline
	HTML     string // as Text; "" if there is only text
	HTMLPath string
}

// A Renderer makes letters, one at a time: it is not safe for concurrent use.
type Renderer struct {
	set *Set
	row Row // of the letter in the making: what field, row and key look at
	out output

	subject *bound
	headers []*bound
	fields  []Field // of the letter
	text    *boundBody
	html    *boundBody
	files   map[fileKey]*bound
}

// A boundBody is a body as one Renderer makes it.
type boundBody struct {
	*body
	part *bound
	file *bound
}

// Renderer returns a new Renderer. A worker makes one and keeps it, as the first
// letter of each costs many times what the others do.
func (s *Set) Renderer() *Renderer {
	r := &Renderer{set: s, files: map[fileKey]*bound{}}
	r.subject = r.bind(s.subject)
	for _, h := range s.headers {
		r.headers = append(r.headers, r.bind(h))
	}
	r.text = r.bindBody(s.text)
	r.html = r.bindBody(s.html)
	return r
}

func (r *Renderer) bindBody(b *body) *boundBody {
	if b == nil {
		return nil
	}
	return &boundBody{body: b, part: r.bind(b.part), file: r.bind(b.file)}
}

// Render makes the letter of a row, whose Headers are good until the next one.
// Its error is an *Error.
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
	r.fields = r.fields[:0]
	for _, h := range r.headers {
		value, err := r.line(h)
		if err != nil {
			return l, err
		}
		if value != "" {
			r.fields = append(r.fields, Field{Name: h.field, Value: value})
		}
	}
	l.Headers = r.fields
	if r.text != nil {
		if l.Text, l.Path, err = r.body(r.text); err != nil {
			return l, err
		}
	}
	if r.html != nil {
		if l.HTML, l.HTMLPath, err = r.body(r.html); err != nil {
			return l, err
		}
	}
	return l, nil
}

// line renders a part that becomes one line.
func (r *Renderer) line(b *bound) (string, *Error) {
	s, err := r.execute(b)
	if err != nil {
		return "", err
	}
	return b.line(s)
}

// body renders a body, and gives the path of its file too.
func (r *Renderer) body(b *boundBody) (text, path string, err *Error) {
	part, path := b.part, b.path
	if part == nil {
		if part, path, err = r.file(b.file); err != nil {
			return "", "", err
		}
	}
	if text, err = r.execute(part); err != nil {
		return "", "", err
	}
	if part.html != nil {
		if err := r.unsafe(part, text); err != nil {
			return "", "", err
		}
	}
	return text, path, part.body(text)
}

// file finds the body of a row whose cells say which file it is.
func (r *Renderer) file(asked *bound) (*bound, string, *Error) {
	s, err := r.execute(asked)
	if err != nil {
		return nil, "", err
	}
	path, err := asked.path(s)
	if err != nil {
		return nil, "", err
	}
	key := fileKey{path, asked.field}
	if b := r.files[key]; b != nil {
		return b, path, nil
	}
	p, errs := r.set.load(asked.part, path, true)
	if len(errs) > 0 {
		return nil, "", errs[0]
	}
	// A bound part is dear, and made again at little cost: a job of many
	// files must not keep all of them for every worker.
	const most = 32
	if len(r.files) >= most {
		clear(r.files)
	}
	r.files[key] = r.bind(p)
	return r.files[key], path, nil
}
