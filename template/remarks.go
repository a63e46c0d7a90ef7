package template

import (
	"cmp"
	"slices"

	"mailshot/template/remark"
	"mailshot/template/words"
)

// maxRemarks is how many remarks are told.
const maxRemarks = 20

// Remarks returns what the author of the letter may have forgotten, each with its place, as in
// "letter.txt:3: …": placeholders of other programs, HTML that goes as text, and the like. A file
// whose path is made from a row is looked at once a letter was made of it.
func (s *Set) Remarks() []string {
	all := remarks{parser: &s.parser}
	for _, p := range append([]*part{s.subject}, s.headers...) {
		all.add(p, false)
	}
	for _, p := range s.bodies() {
		all.add(p, p.field == "html")
	}
	if s.include != nil {
		for _, src := range s.include.sources {
			all.add(&part{src: src}, true) // it may be for the HTML, and as text is no letter alone
		}
	}
	return all.told
}

// Remarks returns what the author of the lines may have forgotten; see [Set.Remarks].
func (l *Lines) Remarks() []string {
	all := remarks{parser: &l.parser}
	for _, p := range l.parts {
		all.add(p, false)
	}
	return all.told
}

// Remarks returns what the author of the lists may have forgotten; see [Set.Remarks].
func (l *Lists) Remarks() []string {
	all := remarks{parser: &l.parser}
	for _, parts := range l.parts {
		for _, p := range parts {
			all.add(p, false)
		}
	}
	return all.told
}

// Remarks returns what the author of the calendar may have forgotten; see [Set.Remarks].
func (l *Calendar) Remarks() []string {
	all := remarks{parser: &l.parser}
	all.add(l.part, false)
	return all.told
}

// remarks are those of several templates, each once.
type remarks struct {
	parser *parser
	told   []string
}

func (r *remarks) add(p *part, isHTML bool) {
	for _, m := range remark.Of(p.src.Text, isHTML, r.parser.columns) {
		r.tell(p.errorAt(m.At, words.Failf("%s", m.Text)).Error())
	}
	if p.tmpl == nil {
		return
	}
	p.quoted(r.parser.columns, r.tell)
	if r.parser.unnamed {
		r.tell(p.unnamed())
	}
}

func (r *remarks) tell(text string) {
	if text != "" && len(r.told) < maxRemarks && !slices.Contains(r.told, text) {
		r.told = append(r.told, text)
	}
}

// bodies returns the templates of the text and of the HTML, those of the rows in the order of their
// paths.
func (s *Set) bodies() (all []*part) {
	for _, b := range []*body{s.text, s.html} {
		if b != nil && b.part != nil {
			all = append(all, b.part)
		}
	}
	s.filesMu.Lock()
	defer s.filesMu.Unlock()
	for _, f := range s.files {
		if f.part != nil && !slices.Contains(all, f.part) {
			all = append(all, f.part)
		}
	}
	slices.SortStableFunc(all, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.src.Name, b.src.Name), cmp.Compare(b.field, a.field))
	})
	return all
}
