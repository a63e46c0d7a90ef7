package function

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"

	"mailshot/template/words"
)

// printed returns the function print or println, which is its namesake of package fmt. It refuses
// what would be printed in Go's notation.
func printed(name string, print func(...any) string) func(...any) (string, error) {
	return func(values ...any) (string, error) {
		if _, err := texts(name, values...); err != nil {
			return "", err
		}
		return print(values...), nil
	}
}

// misprint matches what fmt writes in the place of a value that it can't print.
var misprint = regexp.MustCompile(`%!.?\(`)

// printf is the function of this name. It differs from that of fmt in two ways: %d and %.2f take a
// cell that has a number in it, and what can't be printed is an error, for "%!d(string=12)" has no
// place in a letter.
func printf(format any, values ...any) (string, error) {
	f, err := text("printf", format)
	if err != nil {
		return "", err
	}
	all, err := texts("printf", values...)
	if err != nil {
		return "", err
	}
	var wrong error
	shown, blank := make([]any, len(all)), make([]any, len(all))
	for i, s := range all {
		shown[i], blank[i] = formatted{s, &wrong}, formatted{}
	}
	out := fmt.Sprintf(f, shown...)
	if wrong != nil {
		return "", wrong
	}
	if misprint.MatchString(fmt.Sprintf(f, blank...)) {
		return "", words.Failf("printf: the format %s does not fit %s", words.Quote(f), words.Counted(strconv.Itoa(len(all))))
	}
	return out, nil
}

// maxWidth is the largest width or precision: wider is no line of any letter.
const maxWidth = 1000

// formatted is a text that fmt prints as its verb asks for it; wrong is set if it can't. With a nil
// wrong it prints nothing.
type formatted struct {
	text  string
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
		n, ok := new(big.Int).SetString(v.text, 10)
		if !ok {
			*v.wrong = notANumber("printf", v.text)
			return
		}
		value = n
	case 'e', 'f', 'g', 'E', 'F', 'G':
		d, ok := parseDecimal(v.text)
		if !ok {
			*v.wrong = notANumber("printf", v.text)
			return
		}
		value = d.float()
	default:
		*v.wrong = words.Failf("printf: there is no %%%c here", verb).WithHint("the verbs are %%s, %%q, %%d and %%.2f")
		return
	}
	fmt.Fprintf(state, fmt.FormatString(state, verb), value)
}
