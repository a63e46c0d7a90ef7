package function

import (
	"strings"
	"unicode"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// onText returns a template function that calls a function on strings.
func onText(name string, f func(string) string) func(any) (any, error) {
	return func(v any) (any, error) {
		s, err := text(name, v)
		if err != nil {
			return nil, err
		}
		return made(f(s), v), nil
	}
}

// title is the function of this name: it begins each word with a capital. The other letters stay as
// they are, but in a text that is all capitals they become small.
func title(s string) string {
	if s == strings.ToUpper(s) {
		s = strings.ToLower(s)
	}
	inWord := false
	return strings.Map(func(r rune) rune {
		first := !inWord
		inWord = unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
		if first {
			return unicode.ToTitle(r)
		}
		return r
	}, s)
}

// fallback is the function default.
func fallback(instead, v any) (any, error) {
	s, err := text("default", v)
	if err != nil {
		return nil, err
	}
	if !cell.IsBlank(s) {
		return v, nil
	}
	_, err = text("default", instead)
	return instead, err
}

func replace(old, with, in any) (any, error) {
	s, err := texts("replace", old, with, in)
	if err != nil {
		return nil, err
	}
	if s[0] == "" {
		return nil, words.Failf("replace: the text to replace is empty")
	}
	return made(strings.ReplaceAll(s[2], s[0], s[1]), with, in), nil
}
