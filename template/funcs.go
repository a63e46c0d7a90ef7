package template

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"
)

// functions are those that know nothing of the row. Each of them takes its
// subject last where it can, so that it can stand after a |.
func functions(now time.Time, mailing string) map[string]any {
	now = now.Round(0) // without the monotonic reading, which would be printed
	return map[string]any{
		"address":  address,
		"contains": contains,
		"date":     date,
		"default":  fallback,
		"eq":       equal,
		"ge":       ordered("ge", func(c int) bool { return c >= 0 }),
		"gt":       ordered("gt", func(c int) bool { return c > 0 }),
		"html":     onText("html", template.HTMLEscapeString),
		"index":    index,
		"join":     join,
		"js":       onText("js", template.JSEscapeString),
		"le":       ordered("le", func(c int) bool { return c <= 0 }),
		"lower":    onText("lower", strings.ToLower),
		"lt":       ordered("lt", func(c int) bool { return c < 0 }),
		"mailing":  func() string { return mailing },
		"money":    money,
		"ne":       unequal,
		"now":      func() time.Time { return now },
		"number":   number,
		"plural":   plural,
		"print":    printed("print", fmt.Sprint),
		"printf":   printf,
		"println":  printed("println", fmt.Sprintln),
		"replace":  replace,
		"split":    split,
		"title":    onText("title", title),
		"trim":     onText("trim", strings.TrimSpace),
		"upper":    onText("upper", strings.ToUpper),
		"urlquery": onText("urlquery", url.QueryEscape),
	}
}

// rowFunctions are those that look at the row that r is making a letter of.
func rowFunctions(r *Renderer) map[string]any {
	return map[string]any{
		"field": func(name any) (string, error) { return r.cell(name) },
		"key":   func() string { return r.row.Key },
		"row":   func() int { return r.row.Number },
	}
}

// functionNames are the functions there are beside those of text/template.
func functionNames() []string {
	all := functions(time.Time{}, "")
	maps.Copy(all, rowFunctions(new(Renderer)))
	return slices.Sorted(maps.Keys(all))
}

func (r *Renderer) cell(name any) (string, error) {
	column, err := text("field", name)
	if err != nil {
		return "", err
	}
	if cell, ok := r.row.Fields[column]; ok {
		return cell, nil
	}
	return "", r.set.columns.missing(column)
}

// index gives the cell of a column, or an item of a list counted from 0. Unlike
// that of text/template it has no value for what is not there.
func index(of, key any) (string, error) {
	switch of := of.(type) {
	case map[string]string:
		name, err := text("index", key)
		if err != nil {
			return "", err
		}
		if cell, ok := of[name]; ok {
			return cell, nil
		}
		return "", columns(slices.Sorted(maps.Keys(of))).missing(name)
	case list:
		i, ok := key.(int)
		if !ok {
			return "", failf("index: a list needs a number, counted from 0")
		}
		if i < 0 || i >= len(of) {
			return "", failf("index: no item %d in a list of %d, counted from 0", i, len(of))
		}
		return of[i], nil
	}
	return "", failf("index is for the row and for lists").withHint(`{{index . "column"}}, {{index (split "," .column) 0}}`)
}

// A list is what split makes. Printed as a whole it reads "a, b".
type list []string

func (l list) String() string { return strings.Join(l, ", ") }

// text is a value as it would be printed. A list, the row and what is nothing
// have no place where text is needed.
func text(function string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case time.Time:
		return v.Format(time.RFC3339), nil
	case list:
		return "", failf("%s: a list, where text is needed", function).withHint(`{{join ", " …}} makes text of a list`)
	case map[string]string:
		return "", failf("%s: the whole row, where text is needed", function)
	case nil:
		return "", failf("%s: nothing, where text is needed", function)
	}
	switch r := reflect.ValueOf(v); r.Kind() { // of a method of time.Time: its Year, its Month
	case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprint(v), nil
	}
	return "", failf("%s: a value that is no text", function)
}

func texts(function string, values ...any) ([]string, error) {
	all := make([]string, len(values))
	for i, v := range values {
		s, err := text(function, v)
		if err != nil {
			return nil, err
		}
		all[i] = s
	}
	return all, nil
}

// onText makes a template function of a function on strings.
func onText(name string, f func(string) string) func(any) (string, error) {
	return func(v any) (string, error) {
		s, err := text(name, v)
		if err != nil {
			return "", err
		}
		return f(s), nil
	}
}

// title begins each word with a capital. The other letters stay as they are,
// but in a text that is all capitals they become small.
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
		return "", failf("replace: the text to replace is empty")
	}
	return strings.ReplaceAll(s[2], s[0], s[1]), nil
}

func contains(part, in any) (bool, error) {
	p, err := text("contains", part)
	if err != nil {
		return false, err
	}
	if l, ok := in.(list); ok {
		return slices.Contains(l, p), nil
	}
	s, err := text("contains", in)
	return strings.Contains(s, p), err
}

func split(sep, in any) (list, error) {
	s, err := texts("split", sep, in)
	if err != nil {
		return nil, err
	}
	if s[0] == "" {
		return nil, failf("split: the text to split at is empty")
	}
	var l list
	for item := range strings.SplitSeq(s[1], s[0]) {
		if item = strings.TrimSpace(item); item != "" {
			l = append(l, item)
		}
	}
	return l, nil
}

func join(sep any, values ...any) (string, error) {
	between, err := text("join", sep)
	if err != nil {
		return "", err
	}
	var items []string
	for _, v := range values {
		if l, ok := v.(list); ok {
			items = append(items, l...)
			continue
		}
		s, err := text("join", v)
		if err != nil {
			return "", err
		}
		if s = strings.TrimSpace(s); s != "" {
			items = append(items, s)
		}
	}
	return strings.Join(items, between), nil
}
