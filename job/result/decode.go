package result

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"mailshot/job/result/celltext"
)

// ReadOptions are for Read and NewHistory. With the zero value, edited records are
// errors.
type ReadOptions struct {
	Name string // of the log, for errors

	// AcceptEdited accepts a record whose sum is wrong, if its cells are
	// otherwise those of a record.
	AcceptEdited bool
}

// A decoder reads a log line by line.
//
// Lines as AppendLine writes them are split here, in a third of the time that
// encoding/csv takes; all others by encoding/csv.
type decoder struct {
	opts     ReadOptions
	lines    lineReader
	csv      *csv.Reader
	current  oneLine // the input of csv
	found    layout  // of the header
	cells    cells   // of the line, in the layout of the header
	standard cells   // of the line, in the layout of AppendLine
	scratch  []byte
	number   int
	until    int   // number of the last line to read; 0: that of the file
	wanted   uint8 // a bit for each status whose records are returned; 0: all
	fixed    bool  // the header is in the layout of AppendLine
	blanks   int   // empty lines before the last record or error

	disarmed map[int]bool // of a journal: the numbers of the intents that were taken back; nil: there can be none
	over     bool         // the last error was one of reading
}

func newDecoder(r io.Reader, o ReadOptions) *decoder {
	d := &decoder{opts: o, lines: lineReader{r: bufio.NewReaderSize(r, 1<<16)}, scratch: make([]byte, 0, 1024)}
	d.csv = csv.NewReader(&d.current)
	d.csv.FieldsPerRecord = -1
	d.csv.ReuseRecord = true
	return d
}

// fail returns err as one about the current line.
func (d *decoder) fail(err error) error {
	return &Error{Name: d.opts.Name, Line: d.lines.number, Err: err}
}

// header reads the first line.
func (d *decoder) header() error {
	line, err := d.lines.next()
	switch {
	case err == io.EOF:
		d.lines.number = 1
		return d.fail(fmt.Errorf("%w: %w", ErrHeader, ErrEmpty))
	case err == errLong:
		return d.fail(ErrHeader)
	case err != nil:
		return d.fail(fmt.Errorf("can't be read: %w", err))
	}
	if d.found, err = sniff(string(line)); err != nil {
		return d.fail(err)
	}
	return nil
}

// next returns the next record; io.EOF at the end.
func (d *decoder) next() (Entry, error) {
	for d.blanks = 0; ; {
		if d.until > 0 && d.lines.number >= d.until {
			return Entry{}, io.EOF
		}
		line, err := d.lines.next()
		switch {
		case err == io.EOF:
			return Entry{}, err
		case err == errLong:
			return Entry{}, d.fail(fmt.Errorf("%w: %w", ErrBroken, err))
		case err != nil:
			d.over = true
			return Entry{}, d.fail(fmt.Errorf("can't be read: %w", err))
		}
		if d.skips(line) {
			d.number++
			continue
		}
		if d.disarmed != nil && bytes.HasPrefix(line, []byte(disarmPrefix)) {
			number, ok := parseDisarm(string(line))
			if !ok {
				return Entry{}, d.fail(fmt.Errorf("%w: it takes no intent back", ErrBroken))
			}
			d.disarmed[number] = true
			continue
		}
		e, blank, err := d.entry(line)
		if err != nil {
			return Entry{}, d.fail(err)
		}
		if blank {
			d.blanks++
			continue
		}
		d.number++
		if d.wanted != 0 && d.wanted&statusCode(e.Status).bit() == 0 {
			continue
		}
		e.Line, e.Number = d.lines.number, d.number
		return e, nil
	}
}

// entry decodes a line in the layout of AppendLine or in that of the header: after
// another program has rewritten the file, records are appended in the former all
// the same. It ignores a zero that ends the line, which a power cut may leave in
// place of a line end.
func (d *decoder) entry(line []byte) (e Entry, blank bool, err error) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) > 1 {
		line = bytes.TrimSuffix(line, []byte{0})
	}
	if d.standard.cut(string(line)) {
		if sum := sumOf(&d.standard, d.scratch); sumHolds(d.standard[colSum], sum) {
			e, err = entry(&d.standard, sum)
			return e, false, err
		}
	}
	n, err := d.split(line, &d.found, &d.cells)
	if err == nil && n == 0 {
		return Entry{}, true, nil
	}
	sum := sumOf(&d.cells, d.scratch)
	if err == nil && sumHolds(d.cells[colSum], sum) {
		e, err = entry(&d.cells, sum)
		return e, false, err
	}
	if err := d.reject(n, sum, err); err != nil {
		return Entry{}, false, err
	}
	e, err = entry(&d.cells, sum)
	return e, false, err
}

// entry returns the record that the cells hold.
func entry(c *cells, sum uint32) (Entry, error) {
	r, err := c.record()
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return Entry{Record: r, sum: sum}, nil
}

// reject returns what is wrong with a line of n cells whose sum does not match, or
// nil if it is accepted all the same.
func (d *decoder) reject(n int, sum uint32, err error) error {
	if err == nil && !isSum(d.cells[colSum]) {
		_, err = d.cells.record()
	}
	if err == nil && d.cells.torn() {
		err = errors.New("it holds control characters")
	}
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrBroken, err)
	case n != d.found.width:
		return fmt.Errorf("%w: it has %d cells, not %d", ErrBroken, n, d.found.width)
	case d.lines.open && !isSum(d.cells[colSum]):
		return fmt.Errorf("%w: it is cut off", ErrBroken)
	case d.opts.AcceptEdited:
		return nil
	}
	return fmt.Errorf("%w: its sum is %q, that of its cells %s", ErrEdited, d.cells[colSum], sumText(sum))
}

// split sets the cells of a line in a layout, and returns how many the line has; 0
// if all of them are empty. Empty cells beyond the header are not counted, and
// missing ones are empty: the sum shows whether something was lost.
func (d *decoder) split(line []byte, l *layout, c *cells) (n int, err error) {
	*c = cells{}
	d.current.rest = line
	d.csv.Comma = l.comma
	all, err := d.csv.Read()
	if err == io.EOF {
		return 0, nil
	}
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			err = pe.Err // the position is of our pieces
		}
		return 0, err
	}
	n = len(all)
	for n > l.width && all[n-1] == "" {
		n--
	}
	blank := true
	for _, cell := range all[:n] {
		blank = blank && cell == ""
	}
	if blank {
		return 0, nil
	}
	for col, at := range l.at {
		if at < n {
			c[col] = celltext.Unguard(all[at])
		}
	}
	return n, nil
}

// torn reports whether a cell has characters that no program writes there, such as
// the zeros that a power cut leaves.
func (c *cells) torn() bool {
	for _, cell := range c {
		for i := range len(cell) {
			if cell[i] < ' ' && cell[i] != '\t' || cell[i] == 0x7f {
				return true
			}
		}
	}
	return false
}
