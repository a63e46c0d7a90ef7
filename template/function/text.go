package function

import (
	"strings"
	"unicode"

	"mailshot/template/words"
)

// onText returns a template function that calls a function on strings.
func onText(name string, f func(string) string) func(any) (string, error) {
	return func(v any) (string, error) {
		s, err := text(name, v)
		if err != nil {
			return "", err
		}
		return f(s), nil
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
func fallback(instead, v any) (string, error) {
	s, err := text("default", v)
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(s) == "" {
		return text("default", instead)
	}
	return s, nil
}

func replace(old, with, in any) (string, error) {
	s, err := texts("replace", old, with, in)
	if err != nil {
		return "", err
	}
	if s[0] == "" {
		return "", words.Failf("replace: the text to replace is empty")
	}
	if strings.Count(s[2], s[0])*len(s[1]) > maxText {
		return "", tooLong("replace")
	}
	return strings.ReplaceAll(s[2], s[0], s[1]), nil
}
