package reasons

import (
	"cmp"
	"slices"

	"mailshot/job/advice"
	"mailshot/job/result"
)

// A Meaning is rows that failed for the same reason, in whatever words servers said it.
type Meaning struct {
	Class       result.Class
	Explanation advice.Explanation // its Known says whether the reply is known
	Reply       Reply              // of most of the rows
	Count       int
	Names       []Name // the first
}

// Meanings puts groups together that mean the same, and returns the greatest first.
func Meanings(groups []Group) []Meaning {
	type key struct {
		class    result.Class
		sentence string
	}
	var all []Meaning
	at := make(map[key]int)
	for i := range groups {
		g := &groups[i]
		x, known := g.Explain()
		m := Meaning{g.Class, x, g.Reply, g.Count, first(slices.Clone(g.Names))}
		k := key{g.Class, x.Sentence}
		if same, ok := at[k]; ok && known {
			all[same].absorb(&m)
			continue
		}
		if known {
			at[k] = len(all)
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b Meaning) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

func (m *Meaning) absorb(o *Meaning) {
	m.Count += o.Count
	m.Names = first(append(m.Names, o.Names...))
}

// first returns the first rows of some, in their order.
func first(names []Name) []Name {
	slices.SortFunc(names, func(a, b Name) int { return cmp.Compare(a.Row, b.Row) })
	return names[:min(len(names), MaxNames)]
}
