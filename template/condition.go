package template

import (
	"errors"
	"strings"
)

// A Condition is a template that says of a row whether something holds: what it
// makes of the row is true or false. It is not safe for concurrent use.
type Condition struct {
	renderer *Renderer
	bound    *bound
}

// ParseCondition parses a condition and checks it as [Parse] does; the problems
// are *Error joined by [errors.Join]. field is what errors call it. Of c only
// Columns, Now and Mailing are looked at.
func ParseCondition(field string, src Source, c Config) (*Condition, error) {
	s := &Set{columns: c.Columns, funcs: functions(c.Now, c.Mailing)}
	p, errs := s.parse(field, src)
	if p != nil && p.isStatic {
		if _, err := p.truth(p.static); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		problems := make([]error, len(errs))
		for i, err := range errs {
			problems[i] = err
		}
		return nil, errors.Join(problems...)
	}
	r := &Renderer{set: s}
	return &Condition{renderer: r, bound: r.bind(p)}, nil
}

// Holds says whether the condition gives true for a row. Blank text is false.
// What is neither true nor false, in any case of letters, is an *Error.
func (c *Condition) Holds(row Row) (bool, error) {
	c.renderer.row = row
	defer func() { c.renderer.row = Row{} }()
	s, err := c.renderer.execute(c.bound)
	if err != nil {
		return false, err
	}
	holds, err := c.bound.truth(s)
	if err != nil {
		return false, err
	}
	return holds, nil
}

// truth reads what a condition gave. A word such as yes is refused: who writes
// {{.member}} for a column of yes and no must not lose all rows without a word.
func (p *part) truth(s string) (bool, *Error) {
	switch s = strings.TrimSpace(s); {
	case s == "true", strings.EqualFold(s, "true"):
		return true, nil
	case s == "", strings.EqualFold(s, "false"):
		return false, nil
	}
	if p.isStatic {
		return false, p.error(failf("%s is text, the same for every row", p.field).
			withHint(`a condition stands in braces, and is true or false: {{eq .column "value"}}`))
	}
	return false, p.error(failf("%s gives %s, which is neither true nor false", p.field, quote(s)).
		withHint(`compare it with what it is to be: {{eq .column "value"}}`))
}
