package template

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
)

// printed makes print and println of their namesakes in fmt, but for what
// would show as Go sees it.
func printed(name string, print func(...any) string) func(...any) (string, error) {
	return func(values ...any) (string, error) {
		if _, err := texts(name, values...); err != nil {
			return "", err
		}
		return print(values...), nil
	}
}

// misprint is what fmt writes in the place of a value that it can't show.
var misprint = regexp.MustCompile(`%!.?\(`)

// printf is that of fmt, but %d and %.2f take a cell that has a number in it,
// and what can't be shown is an error: "%!d(string=12)" is no letter.
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
		return "", failf("printf: the format %s does not fit %s", quote(f), counted(strconv.Itoa(len(all))))
	}
	return out, nil
}

// formatted shows a text as a verb asks for it. Without wrong it shows nothing.
type formatted struct {
	text  string
	wrong *error
}

// Format implements [fmt.Formatter].
func (v formatted) Format(state fmt.State, verb rune) {
	if v.wrong == nil {
		return
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
		*v.wrong = failf("printf: there is no %%%c here", verb).withHint("the verbs are %%s, %%q, %%d and %%.2f")
		return
	}
	fmt.Fprintf(state, fmt.FormatString(state, verb), value)
}
