// Package sheet reads the CSV file or the spreadsheet that says who gets a letter, one row at
// a time and in constant memory.
//
// A row that cannot be sent to is returned with its problem, and reading goes
// on: every record of the file is either a Row or, if nothing is in its cells,
// no row at all. Reading only ends early where it is no longer certain where
// rows begin, so that no cell is ever taken for a row.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"mailshot/job/problem"
)

// Options say how a file is to be read. The zero value finds out by itself.
type Options struct {
	File      string   // name of the file in messages
	Email     string   // address column; "" is email, e-mail or mail, in any case
	Name      string   // display name column; "" if there is none
	Key       string   // identity column; "" if rows are known by their address
	Columns   []string // further columns that must be there, capitals counting
	Sheet     string   // of a spreadsheet that has several; "" is the only one that there is to read
	Delimiter string   // one of , ; | tab; "" or auto looks at the file
	Encoding  string   // utf-8, utf-16 or a name of the WHATWG Encoding Standard; "" or auto is UTF-8 or what the BOM says
	Header    int      // the line of the header; 0 is the first with something in it
	// ChooseSheet picks one of several sheets of a spreadsheet by its name, "" none; nil: several are an error.
	ChooseSheet func(names []string) string
	Anyone      bool // rows need no address: Email, Name and Key are not looked for, and rows have none
}

// A Reader reads rows. It is not safe for concurrent use.
type Reader struct {
	opts   Options
	csv    *csv.Reader
	gocsv  *gocsv.Unmarshaller
	window *window
	delim  byte
	lossy  string // the encoding, if decoding puts U+FFFD for what it cannot read

	header  []column // as in the file
	columns []string // those with a name of their own
	alike   []string // the names that several have, each as often as it is there
	email   int      // indices in columns; -1 if there is none
	name    int
	key     int

	separator bool   // the file begins with a line such as sep=;
	raw       []byte // the last record, with its line end; good until the next read
	layout    layout // of the file, until its header is read
	readings  string // how the first text that is not UTF-8 reads in other encodings

	titles     []byte // what stands above the header
	headerLine int

	book *bookRows // the rows of a spreadsheet; nil: the file is CSV

	lines  int // line ends before the next record
	number int // of the last row
	err    error
}

// A record is what gocsv fills. All columns are mapped to its only field, which
// gets their cells one by one: a map of them, which gocsv would make as well,
// takes as long as all the rest. The NUL keeps the name apart from that of any
// column.
type record struct {
	Cells gathered `csv:"\x00cell"`
}

const cellID = "\x00cell"

// gathered are the cells of a record in the order of the file.
type gathered struct{ cells *[]string }

// UnmarshalCSV takes the next cell.
func (g *gathered) UnmarshalCSV(cell string) error {
	if g.cells == nil {
		cells := make([]string, 0, 16)
		g.cells = &cells
	}
	*g.cells = append(*g.cells, cell)
	return nil
}

// NewReader reads the beginning of r: byte order mark, delimiter and header. It
// reads ahead, and does not close r. What is wrong with the header or with o is
// a *problem.List; any other error is that of r. A spreadsheet is a file that r is an io.ReaderAt of.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	rd := &Reader{opts: o}
	switch is, err := rd.openBook(r); {
	case err != nil:
		return nil, err
	case is:
		return rd, nil
	}
	text, err := rd.decode(r)
	if err != nil {
		return nil, err
	}
	if err := rd.begin(text); err != nil {
		return nil, err
	}
	return rd, nil
}

// begin reads the header from text, before which r.lines lines were read.
func (r *Reader) begin(text *bufio.Reader) error {
	if err := r.delimit(text); err != nil {
		return err
	}
	r.window = &window{src: text}
	r.csv = csv.NewReader(r.window)
	r.csv.Comma, r.csv.ReuseRecord = rune(r.delim), true
	var err error
	r.gocsv, err = gocsv.NewUnmarshaller(r.csv, record{})
	raw, line := r.advance()
	if err != nil {
		return r.headerError(err, raw, line)
	}
	r.raw = raw
	return r.resolve(r.gocsv.Headers, line)
}

// Columns returns the names of the columns in the order of the file, trimmed and
// without those that have no name. Names that several columns have stand at the end,
// each as often as it is there: rows have no cells of these.
func (r *Reader) Columns() []string { return slices.Concat(r.columns, r.alike) }

// Next reads the next row. Records without a filled cell are passed over. At
// the end of the file the error is io.EOF; what makes it impossible to go on
// is a *problem.List, or the error of the underlying reader. Every call after
// an error returns it again. The Row is the caller's to keep.
func (r *Reader) Next() (*Row, error) {
	for r.err == nil && r.book != nil {
		if row := r.nextOfBook(); row != nil {
			return row, nil
		}
	}
	for r.err == nil {
		v, err := r.gocsv.Read()
		raw, line := r.advance()
		r.raw = raw
		var row *Row
		switch {
		case err == nil:
			row = r.row(*v.(record).Cells.cells)
		case errors.Is(err, csv.ErrFieldCount):
			row = r.ragged(raw)
		default:
			r.err = r.readError(err, raw, line)
			continue
		}
		if row == nil {
			continue
		}
		r.number++
		row.Number, row.Line = r.number, line
		if p := r.check(row, raw); row.Problem == nil {
			row.Problem = p
		}
		if p := row.Problem; p != nil {
			p.File, p.Line, p.Row = r.opts.File, line, r.number
		}
		return row, nil
	}
	return nil, r.err
}

// row makes a Row of the cells of a record, or nil if all of them are empty.
func (r *Reader) row(cells []string) *Row {
	if allBlank(cells) {
		return nil
	}
	var p *problem.Problem
	named := cells[:0]
	for i, c := range r.header {
		switch {
		case c.name != "":
			named = append(named, cells[i])
		case p == nil && !c.alike && !blank(cells[i]):
			p = unnamed(c)
		}
	}
	return &Row{Cells: named, Doubtful: p != nil, Problem: p}
}

// ragged makes a Row of a record that has more or fewer cells than the header,
// or nil if they are all empty. gocsv does not hand these out, so they are read
// again.
func (r *Reader) ragged(raw []byte) *Row {
	again := csv.NewReader(bytes.NewReader(raw))
	again.Comma = rune(r.delim)
	record, err := again.Read()
	if err == nil && allBlank(record) {
		return nil
	}
	cells := make([]string, 0, len(r.columns))
	for i, c := range r.header {
		switch {
		case c.name == "":
		case i < len(record):
			cells = append(cells, strings.Clone(record[i]))
		default:
			cells = append(cells, "")
		}
	}
	return &Row{Cells: cells, Ragged: true, Doubtful: true, Problem: &problem.Problem{
		Kind: "ragged row",
		Text: fmt.Sprintf("%s, but the header has %s", cellCount(len(record)), cellCount(len(r.header))),
		Hint: raggedHint(record, r.delim, len(r.header)),
	}}
}

// advance returns the record that was just read and the line that it begins on.
// The octets are good until the next read.
func (r *Reader) advance() (raw []byte, line int) {
	raw, before := r.window.take(r.csv.InputOffset())
	line = r.lines + before + 1
	r.lines += before + bytes.Count(raw, []byte("\n"))
	return raw, line
}

// readError says what err, which csv returned, means for the user.
func (r *Reader) readError(err error, raw []byte, line int) error {
	switch bad := new(csv.ParseError); {
	case errors.Is(r.window.err, errTooLong):
		return r.fatal(line, fmt.Sprintf("the record that begins here is longer than %d octets", maxRecord),
			"look for a quotation mark that is not closed")
	case r.window.err != nil && r.window.err != io.EOF:
		return r.readingError(r.window.err)
	case err == io.EOF:
		return io.EOF
	case errors.As(err, &bad):
		return r.quoteError(bad, raw, line)
	}
	return r.readingError(err)
}

// quoteError is for quotation marks that break the rules of RFC 4180, section
// 2. It is fatal: the lines below may be rows, or the text of a cell.
func (r *Reader) quoteError(bad *csv.ParseError, raw []byte, line int) error {
	const hint = `put the whole cell in quotation marks and write each one inside it twice: "5"" pipe"`
	at := line + bad.Line - bad.StartLine
	switch beside := besideQuotes(raw, r.delim); {
	case beside != "" && !endsInQuotes(raw, r.delim):
		return r.fatal(at, beside, "a quotation mark stands right beside the delimiter: "+`"Roe, Ann"`+string(r.delim)+`"Rome"`)
	case errors.Is(bad, csv.ErrBareQuote):
		return r.fatal(at, "a quotation mark stands in a cell that does not begin with one", hint)
	case endsInQuotes(raw, r.delim):
		return r.fatal(line, "a quotation mark is opened in the record that begins here and never closed",
			"close it, or write it twice inside a cell in quotation marks")
	}
	return r.fatal(at, "text follows the quotation mark that closes a cell", hint)
}

// fatal is the error for one thing that is wrong with the file.
func (r *Reader) fatal(line int, text, hint string) error {
	var l problem.List
	l.Add(problem.Problem{File: r.opts.File, Line: line, Kind: "file", Text: text, Hint: hint})
	return l.Err()
}

func (r *Reader) readingError(err error) error {
	if r.opts.File == "" {
		return fmt.Errorf("reading the recipients: %w", err)
	}
	return fmt.Errorf("reading %s: %w", r.opts.File, err)
}

func cellCount(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func blank(cell string) bool { return strings.TrimSpace(cell) == "" }

func allBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return !blank(c) })
}

// peek returns up to n octets of what comes next in b. The end of the file is no error.
func peek(b *bufio.Reader, n int) ([]byte, error) {
	head, err := b.Peek(n)
	if err == io.EOF {
		err = nil
	}
	return head, err
}
