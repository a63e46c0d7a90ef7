package problem

import (
	"fmt"
	"slices"
	"strings"
)

// Listed is how many problems of one kind a List keeps; it counts the rest.
// Those that have a Cell of one column and one What are one of these together.
const Listed = 20

// A List collects problems. The zero value is empty and ready. It is not safe
// for concurrent use. A *List is an error; use Err to get one or nil.
type List struct {
	kinds []kind // in the order of their first problem
	total int
}

type kind struct {
	name  string
	text  string // that tells all of them; "": each is told
	kept  []*entry
	total int
}

// An entry is a problem that is kept, with those that are told together with it.
type entry struct {
	Problem       // the first
	cells   cells // of all; none where the problem has no Cell
}

// Add keeps p, or only counts it once Listed of its kind are kept.
func (l *List) Add(p Problem) {
	l.total++
	l.kind(p.Kind).add(&p)
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

// SetText tells all problems of a kind in one line, with the place and the hint of the first. An empty
// text changes nothing.
func (l *List) SetText(name, text string) {
	if l.Has(name) {
		l.kind(name).text = text
	}
}

func (k *kind) add(p *Problem) {
	k.total++
	e := k.alike(p.Cell)
	if e == nil {
		if len(k.kept) >= Listed {
			return
		}
		e = &entry{Problem: *p}
		k.kept = append(k.kept, e)
	}
	if p.Cell != nil {
		e.cells.add(p)
	}
}

// alike returns the entry that a cell is told with, or nil.
func (k *kind) alike(c *Cell) *entry {
	if c == nil {
		return nil
	}
	for _, e := range k.kept {
		if e.Cell != nil && e.Cell.Column == c.Column && e.Cell.What == c.What {
			return e
		}
	}
	return nil
}

// together returns the line that tells all problems of a kind, with the hint below it.
func (k *kind) together() string {
	first := k.kept[0].Problem
	first.Row, first.Text = 0, k.text
	s := first.String() + "\n"
	if first.Hint != "" {
		s += "hint: " + first.Hint + "\n"
	}
	return s
}

// untold returns how many problems no entry tells of.
func (k *kind) untold() int {
	n := k.total
	for _, e := range k.kept {
		n -= max(1, e.cells.total)
	}
	return n
}

// String returns the problem, or the cells of its column, in one line.
func (e *entry) String() string {
	p := e.Problem
	if e.cells.total > 1 {
		p.Row, p.Text = 0, e.cells.text()
	}
	return p.String()
}

func (e *entry) hint() string { return e.cells.hint(e.Hint) }

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
	for i := range l.kinds {
		k := &l.kinds[i]
		if k.text != "" {
			b.WriteString(k.together())
			continue
		}
		hint := ""
		for _, e := range k.kept {
			// A hint that repeats is said once, after the last problem it is for.
			if next := e.hint(); next != hint {
				if hint != "" {
					fmt.Fprintf(&b, "hint: %s\n", hint)
				}
				hint = next
			}
			fmt.Fprintln(&b, e)
		}
		if more := k.untold(); more > 0 {
			fmt.Fprintf(&b, "… and %d more of this kind\n", more)
		}
		if hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", hint)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Narrow looks at the other cells of columns whose ways out depend on them. cells calls yield with
// the value of a column in each row until that is false.
func (l *List) Narrow(cells func(column string, yield func(value string) bool) error) error {
	for _, k := range l.kinds {
		for _, e := range k.kept {
			if e.Cell == nil || e.Cell.WaysOf == nil {
				continue
			}
			if err := e.cells.narrow(cells); err != nil {
				return err
			}
		}
	}
	return nil
}
