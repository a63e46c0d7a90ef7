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
	var all []string
	add := func(p *part, isHTML bool) {
		for _, r := range remark.Of(p.src.Text, isHTML, s.columns) {
			if text := p.errorAt(r.At, words.Failf("%s", r.Text)).Error(); len(all) < maxRemarks && !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	for _, p := range append([]*part{s.subject}, s.headers...) {
		add(p, false)
	}
	for _, p := range s.bodies() {
		add(p, p.field == "html")
	}
	if s.include != nil {
		for _, src := range s.include.sources {
			add(&part{src: src}, true) // it may be for the HTML, and as text is no letter alone
		}
	}
	return all
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
