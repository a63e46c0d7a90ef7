package function

import (
	"fmt"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// The names of the functions that package template puts around what is asked: around what stands
// behind if, and, or and not, and around what stands behind with. They are not for users.
const (
	Ask    = "_ask"    // KEYWORD VALUE
	Filled = "_filled" // VALUE
)

// Asking returns the functions Ask and Filled.
func Asking() map[string]any { return map[string]any{Ask: ask, Filled: filled} }

// filled is the function Filled: its result is true for text/template where a cell is filled.
func filled(v any) any {
	if c := cellOf(v); c != nil {
		if cell.IsBlank(c.text) {
			return deny(c)
		}
		return c
	}
	return v
}

// ask is the function Ask: its result is true for text/template where a cell says yes. A cell of
// which nobody has said what it is must not say no, for as a text it is true.
func ask(keyword string, v any) (any, error) {
	c := cellOf(v)
	if c == nil {
		if s, ok := v.(string); ok && !cell.IsBlank(s) && saysNo(s) {
			return nil, words.Failf("%s: %s says no, and is taken for yes, as any text is", keyword, words.Quote(s)).
				WithHint("{{if yes …}} asks what a text says")
		}
		return v, nil
	}
	is, err := c.isTrue(keyword)
	if err != nil {
		return nil, err
	}
	if !is {
		return deny(c), nil
	}
	return c, nil
}

// isTrue reports whether a cell is true.
func (c *Cell) isTrue(keyword string) (bool, error) {
	if cell.IsBlank(c.text) {
		return false, nil
	}
	switch c.column.Kind {
	case cell.YesNo:
		return readYesNo(keyword, c)
	case cell.Number:
		d, err := readNumber(keyword, c)
		return !d.IsZero(), err
	case cell.Text, cell.Date:
		return true, nil
	}
	if c.saysNo() {
		f := words.Failf("%s: %s says no, and is taken for yes, as any text is", keyword, words.Quote(c.text))
		if c.column.Name == "" {
			return false, f.WithHint("{{if yes …}} asks what a text says")
		}
		name := c.column.Name
		f = f.WithCell(words.Cell{
			Column: name, Value: c.text, What: fmt.Sprintf("cells that say no, and that `%s` takes for yes, as any text", keyword),
			Ways: waysToAsk(keyword, name, c.text), WaysOf: func(text string) []string { return waysToAsk(keyword, name, text) },
		})
		if keyword == "or" {
			return false, f.WithHint("a text in the place of empty cells is `default \"…\" %s`; else say what is asked:", words.Operand(name))
		}
		return false, f.WithHint("say what is asked:")
	}
	return true, nil
}

// saysNo reports whether somebody who reads a text takes it for a no: a word that says so, or a
// zero.
func saysNo(s string) bool {
	is, ok := cell.ReadYesNo(s)
	return ok && !is || isZero(s)
}

// saysNo reports whether a cell says no, or is zero.
func (c *Cell) saysNo() bool {
	if d, ok := c.stored.Number(); ok {
		return d.IsZero()
	}
	return saysNo(c.text)
}

func isZero(s string) bool {
	d, err := cell.ReadConstant(s)
	return err == nil && d.IsZero()
}

// waysToAsk returns the ways to ask a column, the likelier first, that fit one of its cells.
func waysToAsk(keyword, column, text string) (ways []string) {
	of := words.Operand(column)
	if _, ok := cell.ReadYesNo(text); ok {
		ways = append(ways, asking(keyword, "yes "+of))
	}
	if _, err := cell.ReadConstant(text); err == nil {
		ways = append(ways, asking(keyword, fmt.Sprintf("gt (default 0 %s) 0", of)))
	}
	return append(ways, asking(keyword, fmt.Sprintf(`ne %s ""`, of))+", by which any filled cell says yes")
}

// asking returns how a condition stands in a template.
func asking(keyword, condition string) string {
	if keyword == "if" {
		return "`{{if " + condition + "}}`"
	}
	return "`" + keyword + " (" + condition + ")`"
}

// yes is the function of this name: it reports whether a value says yes.
func yes(v any) (bool, error) { return readYesNo("yes", v) }

// readYesNo reads a value as a yes or a no.
func readYesNo(function string, v any) (bool, error) {
	s, err := text(function, v)
	if err != nil {
		return false, err
	}
	is, ok := cell.ReadYesNo(s)
	if !ok {
		f := words.Failf("%s: %s is neither yes nor no", function, words.Quote(s)).
			WithHint("yes, y, true, 1, x, ja … are yes; no, n, false, 0, -, nein, n/a … and blank are no")
		return false, notRead(v, "cells that are neither yes nor no", f)
	}
	return is, nil
}
