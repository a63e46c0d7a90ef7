package recipients

import (
	"fmt"
	"strconv"
	"strings"

	"mailshot/job/index"
)

// twins are rows that have one key, or one address, with an earlier one. The zero value is that of none.
// They are told together: a key that is not declared makes them of all rows of a family.
type twins struct {
	firsts index.Bits // the first row of each group
	rows   int        // later ones, of all groups
	shown  []twin     // the first few groups
}

// A twin is a group of rows.
type twin struct {
	what string // they share
	rows []int  // the first few
	all  int
}

// shownTwins is how many groups are shown, and how many rows of each.
const shownTwins = 3

// add takes in a row that has what the first row of its group has.
func (t *twins) add(first, row int, what string) {
	t.rows++
	if !t.firsts.Has(first) {
		t.firsts.Add(first)
		if len(t.shown) < shownTwins {
			t.shown = append(t.shown, twin{what, []int{first}, 1})
		}
	}
	for i := range t.shown {
		if g := &t.shown[i]; g.rows[0] == first {
			if g.all++; len(g.rows) < shownTwins {
				g.rows = append(g.rows, row)
			}
		}
	}
}

// words tells all of them, or returns "" where there is one pair, which is told by itself. They are
// the addresses or keys of a file.
func (t *twins) words(one, many string) string {
	switch {
	case t.rows < 2:
		return ""
	case t.firsts.Len() == 1:
		return fmt.Sprintf("the %s %s stands in %d rows: %s", one, t.shown[0].what, t.shown[0].all, t.shown[0].list())
	}
	groups := make([]string, len(t.shown))
	for i := range t.shown {
		groups[i] = fmt.Sprintf("%s (rows %s)", t.shown[i].what, t.shown[i].list())
	}
	s := fmt.Sprintf("%d %s stand in two rows or more: %s", t.firsts.Len(), many, strings.Join(groups, ", "))
	if t.firsts.Len() > len(groups) {
		s += " …"
	}
	return s
}

func (g *twin) list() string {
	rows := make([]string, len(g.rows))
	for i, n := range g.rows {
		rows[i] = strconv.Itoa(n)
	}
	s := strings.Join(rows, ", ")
	if g.all > len(rows) {
		s += " …"
	}
	return s
}
