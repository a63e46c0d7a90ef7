package problem

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Cell is a cell that is wrong as others of its column may be. A List tells all cells of one
// Column and What together, in the place of the first.
type Cell struct {
	Column string   // "" if no cell is at fault: the rows are wrong alike whatever stands in them
	Value  string   // what stands there
	What   string   // what is wrong with it, in words that are the same for each of these cells
	Place  string   // of the template that reads it, as in "letter.txt:3"; that of the first is told. "": none
	Ways   []string // lines that the user can write, each of them a way out; told after the Hint
	// WaysOf returns those of the Ways that fit another cell of the column, which may be right. Where
	// it is set, the first of the Ways that fits all of its cells is the way out: see List.Narrow.
	WaysOf func(value string) []string
}

// shownCells is how many cells of a column are shown.
const shownCells = 3

// cells are the cells of one column that are wrong alike.
type cells struct {
	Cell           // the first
	ways  []string // those that are ways out for all of them
	shown []string // the first few, with their rows
	total int
}

func (c *cells) add(p *Problem) {
	if c.total == 0 {
		c.Cell, c.ways = *p.Cell, p.Cell.Ways
	}
	c.ways = common(c.ways, p.Cell.Ways)
	c.total++
	switch {
	case len(c.shown) >= shownCells:
	case p.Cell.Column == "":
		c.shown = append(c.shown, strconv.Itoa(p.Row))
	default:
		c.shown = append(c.shown, fmt.Sprintf("%s (row %d)", ShortQuote(p.Cell.Value), p.Row))
	}
}

// common returns the ways of a that b has too.
func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(way string) bool { return !slices.Contains(b, way) })
}

// narrow keeps the first of the ways that fits all cells of the column.
func (c *cells) narrow(each func(column string, yield func(value string) bool) error) error {
	err := each(c.Column, func(value string) bool {
		if strings.TrimSpace(value) != "" {
			c.ways = common(c.ways, c.WaysOf(value))
		}
		return len(c.ways) > 1
	})
	c.ways = c.ways[:min(1, len(c.ways))]
	return err
}

// text returns what is wrong with several cells.
func (c *cells) text() string {
	what := c.What
	if c.Place != "" {
		what = c.Place + ": " + what
	}
	s := fmt.Sprintf("column %q, %d rows: %s: %s", c.Column, c.total, what, strings.Join(c.shown, ", "))
	if c.Column == "" {
		s = fmt.Sprintf("%d rows: %s: rows %s", c.total, what, strings.Join(c.shown, ", "))
	}
	if c.total > len(c.shown) {
		s += " …"
	}
	return s
}

// hint adds the ways out to a hint.
func (c *cells) hint(hint string) string {
	switch {
	case len(c.ways) > 0:
		return withWays(hint, c.ways)
	case len(c.Ways) > 0:
		return withWays(hint, c.Ways) + "; but no such line fits all of these rows"
	}
	return hint
}

func withWays(hint string, ways []string) string {
	return strings.TrimSpace(hint + " " + strings.Join(ways, ", or "))
}

// ShortQuote returns a cell in quotation marks, on one line, and no more than 60 characters of it.
func ShortQuote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
