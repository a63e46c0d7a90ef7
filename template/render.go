package template

// A Renderer makes letters, one at a time. It is not safe for concurrent use.
type Renderer struct {
	execution
	set *Set

	subject *bound
	headers []*bound
	fields  []Field // of the letter
	text    *boundBody
	html    *boundBody
	files   map[fileKey]*bound
}

// A boundBody is a body for one Renderer to execute.
type boundBody struct {
	*body
	part *bound
	file *bound
}

// Renderer returns a new Renderer. A worker makes one and keeps it, as its first letter costs many
// times what the others do.
func (s *Set) Renderer() *Renderer {
	r := &Renderer{execution: execution{columns: s.columns, forms: s.forms}, set: s, files: map[fileKey]*bound{}}
	r.subject = bind(s.subject)
	for _, h := range s.headers {
		r.headers = append(r.headers, bind(h))
	}
	r.text = bindBody(s.text)
	r.html = bindBody(s.html)
	return r
}

func bindBody(b *body) *boundBody {
	if b == nil {
		return nil
	}
	return &boundBody{body: b, part: bind(b.part), file: bind(b.file)}
}

// Render returns the letter of a row. Its Headers are good until the next call. The error is an
// *Error.
func (r *Renderer) Render(row Row) (Letter, error) {
	r.begin(row)
	defer r.end()
	l, err := r.letter()
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

// Branches returns the numbers in Config.Branches of the branches that the last row took; one may be
// there several times. They are good until the next call of Render.
func (r *Renderer) Branches() []int { return r.taken }

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

// body renders a body, and returns the path of its file too.
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
		if err := r.refused(part, text); err != nil {
			return "", "", err
		}
	}
	return text, path, part.body(text)
}

// file returns the body of a row whose cells say which file it is.
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
	// A bound part is dear, and made again at little cost: a job of many files must not keep all of
	// them for every worker.
	const most = 32
	if len(r.files) >= most {
		clear(r.files)
	}
	r.files[key] = bind(p)
	return r.files[key], path, nil
}
