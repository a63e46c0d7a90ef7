package template

import (
	"errors"
	"strings"

	"mailshot/template/words"
)

// A Condition is a template whose result for a row is true or false. It is not safe for concurrent
// use.
type Condition struct {
	execution execution
	bound     *bound
}

// ParseCondition parses a condition and checks it as [Parse] does; the problems are *Error joined
// by [errors.Join]. field is what errors call it. Of c only Columns, Now, Mailing and Used are used.
func ParseCondition(field string, src Source, c Config) (*Condition, error) {
	ps := newParser(c)
	p, errs := ps.parse(nil, field, src)
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
	return &Condition{execution: execution{columns: ps.columns}, bound: bind(p)}, nil
}

// Holds reports whether the condition is true for a row. Blank text is false. Text that is neither
// true nor false, in any case of letters, is an *Error.
func (c *Condition) Holds(row Row) (bool, error) {
	c.execution.row = row
	defer func() { c.execution.row = Row{} }()
	s, err := c.execution.execute(c.bound)
	if err != nil {
		return false, err
	}
	holds, err := c.bound.truth(s)
	if err != nil {
		return false, err
	}
	return holds, nil
}

// truth reads the result of a condition. A word such as yes is refused: who writes {{.member}} for
// a column of yes and no must not lose all rows without a word.
func (p *part) truth(s string) (bool, *Error) {
	switch s = strings.TrimSpace(s); {
	case s == "true", strings.EqualFold(s, "true"):
		return true, nil
	case s == "", strings.EqualFold(s, "false"):
		return false, nil
	}
	if p.isStatic {
		return false, p.error(words.Failf("%s is text, the same for every row", p.field).
			WithHint(`a condition stands in braces, and is true or false: {{eq .column "value"}}`))
	}
	return false, p.error(words.Failf("%s gives %s, which is neither true nor false", p.field, words.Quote(s)).
		WithHint(`compare it with what it is to be: {{eq .column "value"}}`))
}
