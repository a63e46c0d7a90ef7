package problem

import (
	"fmt"
	"slices"
	"strings"
)

// Listed is how many problems of one kind a List keeps; it counts the rest.
const Listed = 20

// A List collects problems. The zero value is empty and ready. It is not safe
// for concurrent use. A *List is an error; use Err to get one or nil.
type List struct {
	kinds []kind // in the order of their first problem
	total int
}

type kind struct {
	name  string
	kept  []Problem
	total int
}

// Add keeps p, or only counts it once Listed of its kind are kept.
func (l *List) Add(p Problem) {
	l.total++
	k := l.kind(p.Kind)
	k.total++
	if len(k.kept) < Listed {
		k.kept = append(k.kept, p)
	}
}

func (l *List) kind(name string) *kind {
	for i := range l.kinds {
		if l.kinds[i].name == name {
			return &l.kinds[i]
		}
	}
	l.kinds = append(l.kinds, kind{name: name})
	return &l.kinds[len(l.kinds)-1]
}

// Has reports whether a problem of a kind was added.
func (l *List) Has(name string) bool {
	return slices.ContainsFunc(l.kinds, func(k kind) bool { return k.name == name })
}

// SetHint gives the problems of a kind that are kept one hint, which is known only
// when all were found.
func (l *List) SetHint(name, hint string) {
	k := l.kind(name)
	for i := range k.kept {
		k.kept[i].Hint = hint
	}
}

// Len returns the number of problems added, kept or not.
func (l *List) Len() int { return l.total }

// Err is l, or nil if nothing was added.
func (l *List) Err() error {
	if l.total == 0 {
		return nil
	}
	return l
}

// Error returns a line for each kept problem, its hint below it, and after each
// kind a line with the number of problems that were left out.
func (l *List) Error() string {
	var b strings.Builder
	for _, k := range l.kinds {
		hint := ""
		for _, p := range k.kept {
			// A hint that repeats is said once, after the last problem it is for.
			if hint != "" && p.Hint != hint {
				fmt.Fprintf(&b, "hint: %s\n", hint)
			}
			hint = p.Hint
			fmt.Fprintln(&b, p)
		}
		if more := k.total - len(k.kept); more > 0 {
			fmt.Fprintf(&b, "… and %d more of this kind\n", more)
		}
		if hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", hint)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
