package template

import (
	"errors"
	"strings"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// A Condition is a template whose result for a row is true or false. It is not safe for concurrent
// use.
type Condition struct {
	execution execution
	bound     *bound
}

// ParseCondition parses a condition and checks it as [Parse] does; the problems are *Error joined
// by [errors.Join]. field is what errors call it. Of c only Columns, Forms, Now, Mailing and Used
// are used.
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
	return &Condition{execution: execution{columns: ps.columns, forms: ps.forms}, bound: bind(p)}, nil
}

// Holds reports whether the condition is true for a row. Text that is neither true nor false, and
// says neither yes nor no as the function yes reads it, is an *Error.
func (c *Condition) Holds(row Row) (bool, error) {
	c.execution.begin(row)
	defer c.execution.end()
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

// truth reads the result of a condition. What is neither yes nor no is refused: who writes {{.member}}
// must not lose rows without a word.
func (p *part) truth(s string) (bool, *Error) {
	holds, ok := cell.ReadYesNo(s)
	switch {
	case p.isStatic && !isBool(s):
		return false, p.error(words.Failf("%s is text, the same for every row", p.field).
			WithHint(`a condition stands in braces, and is true or false: {{eq .column "value"}}`))
	case ok:
		return holds, nil
	}
	f := words.Failf("%s gives %s, which is neither true nor false", p.field, words.Quote(strings.TrimSpace(s))).
		WithHint(`compare it with what it is to be: {{eq .column "value"}}`)
	if column, ok := p.onlyColumn(); ok {
		f.Cell = &words.Cell{Column: column, Value: s, What: "cells that are neither yes nor no"}
	}
	return false, p.error(f)
}

func isBool(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

// onlyColumn returns the column of a template that is nothing but {{.column}}.
func (p *part) onlyColumn() (string, bool) {
	if len(p.pieces) != 2 || !cell.IsBlank(p.pieces[0].text+p.pieces[1].text) {
		return "", false
	}
	return p.pieces[0].column, true
}
