package problem

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	for _, tt := range []struct {
		name string
		add  []Problem
		want []string
	}{
		{"one", []Problem{{File: "a", Line: 1, Text: "x"}}, []string{"a:1: x"}},
		{"hint", []Problem{{Text: "x", Hint: "do"}}, []string{"x", "hint: do"}},
		{"the same hint once", []Problem{{Text: "x", Hint: "do"}, {Text: "y", Hint: "do"}}, []string{"x", "y", "hint: do"}},
		{"another hint", []Problem{{Text: "x", Hint: "do"}, {Text: "y", Hint: "see"}}, []string{"x", "hint: do", "y", "hint: see"}},
		{"a hint and none", []Problem{{Text: "x", Hint: "do"}, {Text: "y"}}, []string{"x", "hint: do", "y"}},
		{"none and a hint", []Problem{{Text: "x"}, {Text: "y", Hint: "do"}}, []string{"x", "y", "hint: do"}},
		{"the same hint again", []Problem{{Text: "x", Hint: "do"}, {Text: "y"}, {Text: "z", Hint: "do"}},
			[]string{"x", "hint: do", "y", "z", "hint: do"}},
		{"kinds together, by their first", []Problem{{Kind: "k", Text: "x"}, {Text: "y"}, {Kind: "k", Text: "z"}, {Text: "u"}},
			[]string{"x", "z", "y", "u"}},
		{"a hint of each kind", []Problem{{Kind: "k", Text: "x", Hint: "do"}, {Kind: "l", Text: "y", Hint: "do"}},
			[]string{"x", "hint: do", "y", "hint: do"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l List
			for _, p := range tt.add {
				l.Add(p)
			}
			if got := strings.Split(l.Error(), "\n"); !slices.Equal(got, tt.want) {
				t.Errorf("Error of %+v\n%q\nwant\n%q", tt.add, got, tt.want)
			}
			if l.Len() != len(tt.add) {
				t.Errorf("Len = %d; want %d", l.Len(), len(tt.add))
			}
			if err := l.Err(); err != error(&l) {
				t.Errorf("Err = %v; want the list", err)
			}
		})
	}
}

// Each kind is cut by itself, and its rest is counted.
func TestListKeepsSoMany(t *testing.T) {
	for _, tt := range []struct {
		many int
		last []string
	}{
		{Listed - 1, []string{"text 18", "hint: do"}},
		{Listed, []string{"text 19", "hint: do"}},
		{Listed + 1, []string{"text 19", "… and 1 more of this kind", "hint: do"}},
		{3 * Listed, []string{"text 19", "… and 40 more of this kind", "hint: do"}},
	} {
		t.Run(fmt.Sprint(tt.many), func(t *testing.T) {
			var l List
			for i := range tt.many {
				l.Add(Problem{Kind: "many", Text: fmt.Sprint("text ", i), Hint: "do"})
			}
			l.Add(Problem{Kind: "other", Text: "another"})
			want := append([]string{}, tt.last...)
			got := strings.Split(l.Error(), "\n")
			if tail := got[max(0, len(got)-len(want)-1):]; !slices.Equal(tail, append(want, "another")) {
				t.Errorf("%d problems end in %q; want %q and another", tt.many, tail, want)
			}
			if got := strings.Count(l.Error(), "text "); got != min(tt.many, Listed) {
				t.Errorf("%d problems: %d are listed; want %d", tt.many, got, min(tt.many, Listed))
			}
			if l.Len() != tt.many+1 {
				t.Errorf("Len = %d; want %d", l.Len(), tt.many+1)
			}
		})
	}
}

func TestEmptyList(t *testing.T) {
	var l List
	if err := l.Err(); err != nil {
		t.Errorf("Err of an empty list = %#v; want nil", err)
	}
	if l.Len() != 0 || l.Error() != "" {
		t.Errorf("an empty list has %d problems, %q", l.Len(), l.Error())
	}
	l.Add(Problem{Text: "x"})
	if got, ok := errors.AsType[*List](fmt.Errorf("checking: %w", l.Err())); !ok || got != &l {
		t.Errorf("errors.AsType finds %v, %t; want the list", got, ok)
	}
}
