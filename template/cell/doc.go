// Package cell reads the cells of a recipients file: as numbers, as dates, as times of day, and as
// yes or no. It never guesses. What can be read in two ways is refused unless somebody has said how
// the file, or the column, is written.
package cell

// A Fault is why a cell can't be read.
type Fault struct {
	Text string // of this cell: `"1.250" may be 1250 or 1.25`
	What string // of all cells of the column that fail alike: "numbers that can be read in two ways"
	Hint string // what to do; "" if there is nothing to say
	// Forms are the ways of writing by which the cell could be read. One of them can be declared:
	// for all columns by Key, or for this column. There are none where no way would do.
	Forms []string
	Key   string // "numbers" or "dates"
}

// Error returns the text.
func (f *Fault) Error() string { return f.Text }

// A Kind says what the cells of a column are. The zero Kind says nothing.
type Kind uint8

const (
	Any Kind = iota
	Text
	Number
	Date
	YesNo
)

// A Column says how the cells of a column are read. The zero Column has no name: what it reads is
// made of cells of several columns.
type Column struct {
	Name    string
	Kind    Kind
	Numbers NumberForm
	Dates   DateForm
}

// Forms say how the cells of a file are read. The zero Forms read only what can be read in one way.
type Forms struct {
	Numbers NumberForm // of the columns that are not in Columns
	Dates   DateForm   // likewise
	Columns []Column   // those of which more is known; each says all that there is to say of it
}

// Column returns how the cells of a column are read.
func (f *Forms) Column(name string) Column {
	for _, c := range f.Columns {
		if c.Name == name {
			return c
		}
	}
	return Column{Name: name, Numbers: f.Numbers, Dates: f.Dates}
}
