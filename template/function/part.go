package function

import (
	"errors"
	"reflect"
)

// Package template has the words for the errors of len and slice, which are those of text/template.
var (
	errUnfit     = errors.New("unfit")
	errOutOfList = errors.New("index out of range: beyond the end")
	errBackwards = errors.New("invalid slice index: the end is before the beginning")
)

// length is the function len, which differs from its namesake of text/template in that it takes
// cells.
func length(of any) (int, error) {
	if c := cellOf(of); c != nil {
		return len(c.text), nil
	}
	switch v := reflect.ValueOf(of); v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len(), nil
	}
	return 0, errUnfit
}

// part is the function slice, which differs from its namesake of text/template in that it takes
// cells.
func part(of any, bounds ...any) (any, error) {
	l, isList := of.(list)
	size := len(l)
	var s string
	if !isList {
		if cellOf(of) == nil && reflect.ValueOf(of).Kind() != reflect.String {
			return nil, errUnfit
		}
		s, _ = text("slice", of) // that of a cell, or of a text
		size = len(s)
	}
	from, to, err := span(size, bounds)
	switch {
	case err != nil:
		return nil, err
	case isList:
		return l[from:to], nil
	}
	return made(s[from:to], of), nil
}

// span returns where a part of something of a size begins and ends.
func span(size int, bounds []any) (from, to int, err error) {
	n := []int{0, size}
	if len(bounds) > len(n) {
		return 0, 0, errUnfit
	}
	for i, b := range bounds {
		at, ok := b.(int)
		if !ok {
			return 0, 0, errUnfit
		}
		if at < 0 || at > size {
			return 0, 0, errOutOfList
		}
		n[i] = at
	}
	if n[0] > n[1] {
		return 0, 0, errBackwards
	}
	return n[0], n[1], nil
}
