package start

import (
	"hash/maphash"
	"strconv"
	"strings"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// maxKept is how many different cells of a column are kept to find how numbers and dates are written.
const maxKept = 2000

// A survey is what stands in a file.
type survey struct {
	input   *input
	header  int // its line
	delim   string
	rows    int
	columns []column
	seed    maphash.Seed
	ragged  int // rows with more or fewer cells than the header
}

// A column is what stands in one.
type column struct {
	name      string
	at        int
	filled    int
	addresses int
	seen      map[uint64]struct{} // its cells, as long as they differ; nil: they do not, or nobody asks
	hash      uint64              // of all cells, to tell whether two columns are equal
	sample    string              // the first filled cell
	kept      map[string]struct{} // different cells, as far as they have digits
	people    map[uint64]struct{} // the addresses in it
	repeated  int                 // addresses that were in it before
	running   bool                // the cells count the rows: 1, 2, 3 …
	stored    int                 // cells with a number or a date behind what they show
	digits    int                 // filled cells that begin as a number or a date
}

// survey reads the whole file. key is the column by which rows are known, if it was named: whether cells
// differ is only found out of such columns, as it takes memory for each row.
func (in *input) survey(key string) (*survey, error) {
	s := &survey{input: in, seed: maphash.MakeSeed()}
	err := in.read(in.options, func(r *sheet.Reader) {
		s.header, s.delim = r.HeaderLine(), r.Delimiter()
		for i, name := range r.Columns() {
			c := column{name: name, at: i, kept: map[string]struct{}{}, people: map[uint64]struct{}{}, running: true}
			if isKeyName(name) || strings.EqualFold(name, key) {
				c.seen = map[uint64]struct{}{}
			}
			s.columns = append(s.columns, c)
		}
	}, func(row *sheet.Row) bool {
		s.rows++
		if row.Ragged {
			s.ragged++
		}
		if row.Doubtful {
			return true
		}
		for i := range s.columns {
			cell := ""
			if i < len(row.Cells) { // names that several columns have are behind those that rows have
				cell = strings.TrimSpace(row.Cells[i])
			}
			s.columns[i].running = s.columns[i].running && strings.TrimLeft(cell, "0") == strconv.Itoa(s.rows)
			s.columns[i].add(cell, s.seed, i < len(row.Stored) && row.Stored[i] != "")
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	if s.rows == 0 {
		return nil, problem.Fail(problem.BadData, "%s has no rows", in.name).WithHint("a header line and one line for each recipient are needed")
	}
	return s, nil
}

// add takes in a cell. stored says that it keeps a number or a date behind what it shows, which needs no
// way of writing.
func (c *column) add(cell string, seed maphash.Seed, stored bool) {
	h := maphash.String(seed, cell)
	c.hash = c.hash*1099511628211 ^ h
	if cell == "" {
		return
	}
	if c.filled++; c.sample == "" {
		c.sample = strings.Clone(cell)
	}
	if c.seen != nil {
		if _, alike := c.seen[h]; alike {
			c.seen = nil
		} else {
			c.seen[h] = struct{}{}
		}
	}
	if stored {
		c.stored++
	} else if b := cell[0]; b >= '0' && b <= '9' || strings.ContainsAny(cell, "0123456789") && len(cell) < 30 {
		c.digits++
		if len(c.kept) < maxKept {
			c.kept[strings.Clone(cell)] = struct{}{}
		}
	}
	if !strings.Contains(cell, "@") {
		return
	}
	if a, err := address.Parse(cell); err == nil {
		c.addresses++
		person := maphash.String(seed, a.Compare())
		if _, known := c.people[person]; known {
			c.repeated++
		}
		c.people[person] = struct{}{}
	}
}

// differs reports whether the column tells all rows apart.
func (c *column) differs(rows int) bool { return c.seen != nil && c.filled == rows && rows > 0 }

// isAddressed reports whether the column has addresses.
func (c *column) isAddressed() bool { return c.addresses > 0 && 2*c.addresses >= c.filled }

// named returns the column of a name, with its capitals or without, or nil.
func (s *survey) named(name string) *column {
	var found *column
	for i := range s.columns {
		switch c := &s.columns[i]; {
		case c.name == name:
			return c
		case strings.EqualFold(c.name, name):
			found = c
		}
	}
	return found
}

// names returns the names of all columns.
func (s *survey) names() string {
	var all []string
	for _, c := range s.columns {
		all = append(all, c.name)
	}
	return strings.Join(all, ", ")
}
