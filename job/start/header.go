package start

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

const (
	maxHeader = 30 // the line up to which a header is looked for
	glanced   = 50 // rows that are looked at to find it
)

// A glance is how the beginning of a file looks with some line as its header.
type glance struct {
	header    int // its line
	delimiter string
	columns   []string
	addressed bool     // a column has addresses, or is named as one where there are no rows
	data      bool     // the line is no header: it has an address
	fits      bool     // the first row is no header, by the name that it would give the address column
	unsure    bool     // it may be one
	row       []string // the first row
	line      int      // that it is on
}

// findHeader finds the line of the header and the delimiter, and puts them into the options where the
// reader would not find them by itself. email is the address column if it was named.
func (in *input) findHeader(email string, q *questions) error {
	best, first, err := in.headerIn(in.options, email)
	if err != nil {
		return err
	}
	if best == nil && in.options.Delimiter == "" && !isBook(in.path) {
		if best, err = in.delimited(email); err != nil {
			return err
		}
	}
	if best == nil {
		return in.headless(first, email)
	}
	line := best.header
	if best.unsure && in.options.Header == 0 {
		if line, err = in.askHeader(best, q); err != nil {
			return err
		}
	}
	if line != first.header && in.options.Header == 0 {
		in.options.Header = line
	}
	return nil
}

// askHeader asks which of two lines is the header: the first row of the first has no address.
func (in *input) askHeader(g *glance, q *questions) (int, error) {
	choices := []Choice{
		{strconv.Itoa(g.header), strings.Join(g.columns, ", ")},
		{strconv.Itoa(g.line), strings.Join(g.row, ", ")},
	}
	answer, err := q.choice(fmt.Sprintf("which line of %s names the columns?", in.name), choices, "--header")
	if err == nil && answer == "" {
		err = q.missing()
	}
	line, _ := strconv.Atoi(answer) // it is one of the choices
	return line, err
}

// delimited finds the only other delimiter by which a column has addresses.
func (in *input) delimited(email string) (*glance, error) {
	var found []*glance
	var names []string
	for _, delimiter := range []string{",", ";", "tab", "|"} {
		o := in.options
		o.Delimiter = delimiter
		g, _, err := in.headerIn(o, email)
		if err == nil && g != nil && len(g.columns) > 1 {
			found, names = append(found, g), append(names, fmt.Sprintf("--delimiter %q", delimiter))
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		in.options.Delimiter = found[0].delimiter
		return found[0], nil
	}
	return nil, problem.Fail(problem.BadData, "%s can be read with several delimiters", in.name).WithHint("say which: %s", strings.Join(names, " or "))
}

// headless says what is wrong with a file in which no header was found.
func (in *input) headless(first *glance, email string) error {
	switch {
	case first.data:
		return problem.Fail(problem.BadData, "%s:%d: this line has an address, and no line above it names the columns", in.name, first.header).
			WithHint("write one above it, with a name for each column, such as %s", exampleHeader(first))
	case email != "":
		return problem.Fail(problem.BadData, "%s has no column %q, which --email names", in.name, email).WithHint("the columns are %s", strings.Join(first.columns, ", "))
	}
	return problem.Fail(problem.BadData, "%s has no column with addresses in half of its cells or more", in.name).
		WithHint("the columns are %s; name the one with the addresses with --email", strings.Join(first.columns, ", "))
}

// exampleHeader returns a header for a line that has none.
func exampleHeader(g *glance) string {
	names := make([]string, len(g.columns))
	for i, cell := range g.columns {
		names[i] = fmt.Sprintf("column%d", i+1)
		if _, err := address.Parse(cell); err == nil {
			names[i] = "email"
		}
	}
	delimiter := g.delimiter
	if delimiter == "tab" {
		delimiter = ","
	}
	return strings.Join(names, delimiter)
}

// headerIn returns the look of the file with the line as header that fits best, nil if none does, and with
// the first line that may be one. The error is of the first.
func (in *input) headerIn(o sheet.Options, email string) (best, first *glance, err error) {
	given := o.Header > 0
	for line := max(o.Header, 1); line <= maxHeader || given; line++ {
		o.Header = line
		g, err := in.glance(o, email)
		switch {
		case err != nil && first == nil && (given || line == 1 && !isHeaderError(err)):
			return nil, nil, err
		case err != nil && line == maxHeader && first == nil:
			return nil, nil, err
		case err != nil:
			continue
		}
		if first == nil {
			first = g
		}
		if g.addressed && (best == nil || len(g.columns) > len(best.columns) || !best.fits) {
			best = g
		}
		if given || g.data || best != nil && best.fits && len(best.columns) > 1 && best == first {
			break
		}
		line = max(line, g.header)
	}
	if first == nil {
		return nil, nil, problem.Fail(problem.BadData, "%s has no line that could name the columns", in.name)
	}
	return best, first, nil
}

// isHeaderError reports whether the next line may still be a header.
func isHeaderError(err error) bool {
	l, ok := errors.AsType[*problem.List](err)
	return ok && (l.Has("header") || l.Has("line ends"))
}

// glance looks at the file with a line as its header.
func (in *input) glance(o sheet.Options, email string) (*glance, error) {
	g := &glance{}
	var rows [][]string
	err := in.read(o, func(r *sheet.Reader) {
		g.header, g.delimiter, g.columns = r.HeaderLine(), r.Delimiter(), r.Columns()
	}, func(row *sheet.Row) bool {
		if !row.Doubtful {
			if rows = append(rows, slices.Clone(row.Cells)); len(rows) == 1 {
				g.row, g.line = rows[0], row.Line
			}
		}
		return len(rows) < glanced
	})
	if err != nil && g.columns == nil {
		return nil, err
	}
	for _, c := range g.columns {
		if _, err := address.Parse(c); err == nil {
			g.data = true
		}
	}
	if g.data {
		return g, nil
	}
	for i, name := range g.columns {
		if email != "" && !strings.EqualFold(name, email) {
			continue
		}
		g.rate(rows, i, isMailName(name) || email != "")
	}
	return g, nil
}

// rate notes whether a column has addresses. named says that its name is that of such a column.
func (g *glance) rate(rows [][]string, column int, named bool) {
	filled, addresses := 0, 0
	fits, unsure := true, false
	for n, cells := range rows {
		if column >= len(cells) || strings.TrimSpace(cells[column]) == "" {
			continue
		}
		filled++
		if _, err := address.Parse(cells[column]); err == nil {
			addresses++
		} else if n == 0 {
			fits, unsure = !isMailName(cells[column]), !named
		}
	}
	if addresses > 0 && 2*addresses >= filled || named && filled == 0 {
		g.addressed = true
		g.fits, g.unsure = g.fits || fits, g.unsure || fits && unsure
	}
}
