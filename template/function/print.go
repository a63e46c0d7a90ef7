package function

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// printed returns the function print or println, which is its namesake of package fmt. It refuses
// what would be printed in Go's notation.
func printed(name string, print func(...any) string) func(...any) (any, error) {
	return func(values ...any) (any, error) {
		all, err := texts(name, values...)
		if err != nil {
			return nil, err
		}
		shown := slices.Clone(values)
		for i, v := range values {
			if cellOf(v) != nil {
				shown[i] = all[i]
			}
		}
		return made(print(shown...), values...), nil
	}
}

// misprint matches what fmt writes in the place of a value that it can't print.
var misprint = lazyregexp.New(`%!.?\(`)

// printf is the function of this name. It differs from that of fmt in two ways: %d and %.2f take a
// cell that has a number in it, and what can't be printed is an error, for "%!d(string=12)" has no
// place in a letter.
func printf(format any, values ...any) (any, error) {
	f, err := text("printf", format)
	if err != nil {
		return nil, err
	}
	all, err := texts("printf", values...)
	if err != nil {
		return nil, err
	}
	var wrong error
	shown, blank := make([]any, len(all)), make([]any, len(all))
	for i, s := range all {
		shown[i], blank[i] = formatted{s, values[i], &wrong}, formatted{}
	}
	out := fmt.Sprintf(f, shown...)
	if wrong != nil {
		return nil, wrong
	}
	if misprint().MatchString(fmt.Sprintf(f, blank...)) {
		return nil, words.Failf("printf: the format %s does not fit %s", words.Quote(f), words.Counted(strconv.Itoa(len(all))))
	}
	return made(out, values...), nil
}

// maxWidth is the largest width or precision: wider is no line of any letter.
const maxWidth = 1000

// formatted is a text that fmt prints as its verb asks for it; wrong is set if it can't. With a nil
// wrong it prints nothing.
type formatted struct {
	text  string
	value any // that has the text
	wrong *error
}

// Format implements [fmt.Formatter].
func (v formatted) Format(state fmt.State, verb rune) {
	if v.wrong == nil {
		return
	}
	if *v.wrong != nil {
		return
	}
	for _, of := range []func() (int, bool){state.Width, state.Precision} {
		if n, ok := of(); ok && n > maxWidth {
			*v.wrong = words.Failf("printf: a width of more than %d", maxWidth)
			return
		}
	}
	var value any
	switch verb {
	case 's', 'v', 'q':
		value = v.text
	case 'd':
		n, ok := new(big.Int).SetString(v.digits(), 10)
		if !ok {
			*v.wrong = v.noInteger()
			return
		}
		value = n
	case 'e', 'f', 'g', 'E', 'F', 'G':
		d, err := numberIn(v.text, v.value)
		if err != nil {
			*v.wrong = failed("printf", v.value, err)
			return
		}
		value = d.Float()
	default:
		*v.wrong = words.Failf("printf: there is no %%%c here", verb).WithHint("the verbs are %%s, %%q, %%d and %%.2f")
		return
	}
	fmt.Fprintf(state, fmt.FormatString(state, verb), value)
}

// digits returns the text, or the number that a spreadsheet keeps behind it.
func (v formatted) digits() string {
	if c := cellOf(v.value); c != nil {
		if d, ok := c.stored.Number(); ok {
			return d.String()
		}
	}
	return v.text
}

// noInteger says that the text is no whole number.
func (v formatted) noInteger() error {
	if _, err := numberIn(v.text, v.value); err != nil {
		return failed("printf", v.value, err)
	}
	f := words.Failf("printf: %s is no whole number", words.Quote(v.text)).WithHint("%%.0f rounds a number")
	return notRead(v.value, "cells that are no whole numbers", f)
}
