package letter

import (
	"errors"
	"fmt"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/template"
)

// A language is that of each row's letter. It is safe for concurrent use.
type language struct {
	all   *template.Language // of all letters; nil: English, or each row's own
	lines *template.Lines    // makes the tag of each row's; nil: it is all
}

// newLanguage finds the language of a job, or parses its template.
func newLanguage(j *jobfile.Job, c template.Config) (l language, err error) {
	t := j.Message.Language
	switch {
	case t.Value == "":
	case strings.Contains(t.Value, "{{"):
		l.lines, err = template.ParseLines([]template.Header{templateLine(j, "language", t)}, c)
	default:
		l.all, err = template.LanguageOf(t.Value)
		if te, ok := errors.AsType[*template.Error](err); ok {
			te.Name = fmt.Sprintf("%s:%d", j.Path, t.Line)
		}
	}
	return l, err
}

// A LanguageFinder finds the languages of rows, one at a time. It is not safe for concurrent use.
type LanguageFinder struct {
	all   *template.Language
	lines *template.LinesRenderer
	known map[string]*template.Language
}

// Languages returns a new LanguageFinder.
func (l *Letters) Languages() *LanguageFinder {
	f := &LanguageFinder{all: l.language.all}
	if l.language.lines != nil {
		f.lines, f.known = l.language.lines.Renderer(), make(map[string]*template.Language)
	}
	return f
}

// maxKnown is how many tags a finder keeps.
const maxKnown = 100

// Of returns the language of a row.
func (f *LanguageFinder) Of(r template.Row) (*template.Language, error) {
	if f.lines == nil {
		return f.all, nil
	}
	lines, err := f.lines.Render(r)
	if err != nil {
		return nil, err
	}
	tag := lines[0]
	if known := f.known[tag]; known != nil {
		return known, nil
	}
	l, err := template.LanguageOf(tag)
	if err == nil && len(f.known) < maxKnown {
		f.known[tag] = l
	}
	return l, err
}
