package columns

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"
)

// MaxDistinct is up to how many different cells of a column a Survey counts.
const MaxDistinct = 1000

// A Survey is what stands in some columns of rows. A worker fills one of its own, and those of all
// workers are put together. It is not safe for concurrent use.
type Survey struct {
	seed    maphash.Seed
	columns []surveyed
}

// surveyed is what stands in one column.
type surveyed struct {
	at                int // index of the column
	filled            int
	distinct          hashes // of filled cells
	shortest, longest extreme
}

// An extreme is the shortest or longest filled cell, the first of those that are as long.
type extreme struct {
	cell   string // "" is none
	length int    // in characters
	row    int
}

// NewSurvey returns an empty Survey of the columns with these indices. Those that are to be put
// together have the same seed.
func NewSurvey(seed maphash.Seed, columns []int) *Survey {
	s := &Survey{seed: seed, columns: make([]surveyed, len(columns))}
	for i, at := range columns {
		s.columns[i].at = at
	}
	return s
}

// Add takes in a row; rows come in their order. nil takes none.
func (s *Survey) Add(row int, cells []string) {
	if s == nil {
		return
	}
	for i := range s.columns {
		c := &s.columns[i]
		if c.at >= len(cells) {
			continue
		}
		if cell := strings.TrimSpace(cells[c.at]); cell != "" {
			c.add(row, cell)
			if !c.distinct.full() {
				c.distinct.add(maphash.String(s.seed, cell))
			}
		}
	}
}

func (c *surveyed) add(row int, cell string) {
	c.filled++
	length := utf8.RuneCountInString(cell)
	if c.shortest.cell == "" || length < c.shortest.length {
		c.shortest = extreme{cell, length, row}.kept()
	}
	if length > c.longest.length {
		c.longest = extreme{cell, length, row}.kept()
	}
}

// kept returns a copy that holds no more memory than it needs: a cell shares that of its row.
func (e extreme) kept() extreme {
	e.cell = strings.Clone(Shorten(e.cell, shownCell))
	return e
}

// shownCell is how many characters of a cell are shown.
const shownCell = 40

// Merge takes in the Survey of other rows, of the same columns. nil has none.
func (s *Survey) Merge(of *Survey) {
	if s == nil || of == nil {
		return
	}
	for i := range s.columns {
		c, d := &s.columns[i], &of.columns[i]
		c.filled += d.filled
		if d.shortest.beats(c.shortest, d.shortest.length < c.shortest.length) {
			c.shortest = d.shortest
		}
		if d.longest.beats(c.longest, d.longest.length > c.longest.length) {
			c.longest = d.longest
		}
		c.distinct.merge(&d.distinct)
	}
}

// beats reports whether e takes the place of another extreme: it is further, or as far and of an
// earlier row.
func (e extreme) beats(other extreme, further bool) bool {
	return e.cell != "" && (other.cell == "" || further || e.length == other.length && e.row < other.row)
}

// A Column is what stands in one column of the rows that get a letter.
type Column struct {
	Name     string
	Filled   int    // cells that are not blank
	Distinct int    // of these; MaxDistinct + 1 says that there are more than MaxDistinct
	Shortest string // of the filled cells, the first of those that are as short; the first 40 characters of it
	Longest  string
}

// Of returns what stands in the column with an index, which is one of the Survey's.
func (s *Survey) Of(at int, name string) Column {
	for i := range s.columns {
		if c := &s.columns[i]; c.at == at {
			return Column{Name: name, Filled: c.filled, Distinct: c.distinct.n, Shortest: c.shortest.cell, Longest: c.longest.cell}
		}
	}
	return Column{Name: name}
}
