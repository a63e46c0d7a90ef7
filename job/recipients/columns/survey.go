package columns

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"
)

// MaxDistinct is up to how many different cells of a column a Survey counts.
const MaxDistinct = 1000

// A Survey is what stands in the columns of rows. A worker fills one of its own, and those of all
// workers are put together. It is not safe for concurrent use.
type Survey struct {
	seed    maphash.Seed
	columns []surveyed
}

// surveyed is what stands in one column.
type surveyed struct {
	filled            int
	distinct          map[uint64]struct{} // hashes of filled cells, one more than MaxDistinct at most
	shortest, longest extreme
}

// An extreme is the shortest or longest filled cell, the first of those that are as long.
type extreme struct {
	cell   string // "" is none
	length int    // in characters
	row    int
}

// NewSurvey returns an empty Survey of so many columns. Those that are to be put together have the
// same seed.
func NewSurvey(seed maphash.Seed, columns int) *Survey {
	return &Survey{seed: seed, columns: make([]surveyed, columns)}
}

// Add takes in a row. nil takes none.
func (s *Survey) Add(row int, cells []string) {
	if s == nil {
		return
	}
	for i := range min(len(cells), len(s.columns)) {
		if cell := strings.TrimSpace(cells[i]); cell != "" {
			s.columns[i].add(row, cell, s.seed)
		}
	}
}

func (c *surveyed) add(row int, cell string, seed maphash.Seed) {
	c.filled++
	e := extreme{cell, utf8.RuneCountInString(cell), row}
	c.extend(e, e)
	if len(c.distinct) <= MaxDistinct {
		c.count(maphash.String(seed, cell))
	}
}

func (c *surveyed) count(hash uint64) {
	if c.distinct == nil {
		c.distinct = make(map[uint64]struct{})
	}
	c.distinct[hash] = struct{}{}
}

// extend takes in a shortest and a longest cell.
func (c *surveyed) extend(shortest, longest extreme) {
	if beats(shortest, c.shortest, shortest.length < c.shortest.length) {
		c.shortest = shortest.kept()
	}
	if beats(longest, c.longest, longest.length > c.longest.length) {
		c.longest = longest.kept()
	}
}

// beats reports whether one extreme takes the place of another: it is further, or as far and of an
// earlier row.
func beats(e, of extreme, further bool) bool {
	return e.cell != "" && (of.cell == "" || further || e.length == of.length && e.row < of.row)
}

// kept returns a copy that holds no more memory than it needs: a cell shares that of its row.
func (e extreme) kept() extreme {
	e.cell = strings.Clone(Shorten(e.cell, shownCell))
	return e
}

// shownCell is how many characters of a cell are shown.
const shownCell = 40

// Merge takes in the Survey of other rows. nil has none.
func (s *Survey) Merge(of *Survey) {
	if s == nil || of == nil {
		return
	}
	for i := range s.columns {
		c, d := &s.columns[i], &of.columns[i]
		c.filled += d.filled
		c.extend(d.shortest, d.longest)
		for hash := range d.distinct {
			if len(c.distinct) > MaxDistinct {
				break
			}
			c.count(hash)
		}
	}
}

// A Column is what stands in one column of the rows that get a letter.
type Column struct {
	Name     string
	Filled   int    // cells that are not blank
	Distinct int    // of these; MaxDistinct + 1 says that there are more than MaxDistinct
	Shortest string // of the filled cells, the first of those that are as short; the first 40 characters of it
	Longest  string
}

// Of returns what stands in the column with an index.
func (s *Survey) Of(column int, name string) Column {
	c := &s.columns[column]
	return Column{Name: name, Filled: c.filled, Distinct: len(c.distinct), Shortest: c.shortest.cell, Longest: c.longest.cell}
}
