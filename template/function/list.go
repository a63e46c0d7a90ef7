package function

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mailshot/template/words"
)

// A list is what split returns: of texts, or of cells of the column that was split. Printed as a
// whole it reads "a, b".
type list []any

// String returns the items with commas between them.
func (l list) String() string { return strings.Join(l.texts(), ", ") }

func (l list) texts() []string {
	all := make([]string, len(l))
	for i, v := range l {
		all[i] = fmt.Sprint(v)
	}
	return all
}

func split(sep, in any) (list, error) {
	s, err := texts("split", sep, in)
	if err != nil {
		return nil, err
	}
	if s[0] == "" {
		return nil, words.Failf("split: the text to split at is empty")
	}
	var l list
	for item := range strings.SplitSeq(s[1], s[0]) {
		if item = strings.TrimSpace(item); item != "" {
			l = append(l, made(item, in))
		}
	}
	return l, nil
}

func join(sep any, values ...any) (any, error) {
	between, err := text("join", sep)
	if err != nil {
		return nil, err
	}
	var items []string
	var of []any
	for _, v := range values {
		if l, ok := v.(list); ok {
			items, of = append(items, l.texts()...), append(of, l...)
			continue
		}
		s, err := text("join", v)
		if err != nil {
			return nil, err
		}
		of = append(of, v)
		if s = strings.TrimSpace(s); s != "" {
			items = append(items, s)
		}
	}
	return made(strings.Join(items, between), of...), nil
}

func contains(part, in any) (bool, error) {
	p, err := text("contains", part)
	if err != nil {
		return false, err
	}
	if l, ok := in.(list); ok {
		return slices.Contains(l.texts(), p), nil
	}
	s, err := text("contains", in)
	return strings.Contains(s, p), err
}

// index is the function of this name: it returns the cell of a column, or an item of a list counted
// from 0. Unlike that of text/template it has no value for what is not there.
func index(of, key any) (any, error) {
	switch of := of.(type) {
	case map[string]*Cell:
		name, err := text("index", key)
		if err != nil {
			return nil, err
		}
		if cell, ok := of[name]; ok {
			return cell, nil
		}
		return nil, words.Columns(slices.Sorted(maps.Keys(of))).Missing(name)
	case list:
		i, ok := key.(int)
		if !ok {
			return nil, words.Failf("index: a list needs a number, counted from 0")
		}
		if i < 0 || i >= len(of) {
			return nil, words.Failf("index: no item %d in a list of %d, counted from 0", i, len(of))
		}
		return of[i], nil
	}
	return nil, words.Failf("index is for the row and for lists").WithHint(`{{index . "column"}}, {{index (split "," .column) 0}}`)
}
