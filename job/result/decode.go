package result

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// A decoder reads a log line by line.
//
// Lines as AppendLine writes them are cut by hand, which takes a third of the
// time that encoding/csv does; all others are for encoding/csv.
type decoder struct {
	opts    ReadOptions
	lines   lineReader
	csv     *csv.Reader
	current oneLine // what csv reads
	found   layout  // of the header
	cells   cells   // of the line, as found
	ours    cells   // of the line, if it is as AppendLine writes it
	scratch []byte
	number  int
	until   int   // the last line that is read; 0: that of the file
	wanted  uint8 // a bit for each status whose records are given; 0: all
	fixed   bool  // the header has the columns as AppendLine writes them
	blanks  int   // empty lines before the last record
	over    bool  // the last error was the end of reading
}

func newDecoder(r io.Reader, o ReadOptions) *decoder {
	d := &decoder{opts: o, lines: lineReader{r: bufio.NewReaderSize(r, 1<<16)}, scratch: make([]byte, 0, 1024)}
	d.csv = csv.NewReader(&d.current)
	d.csv.FieldsPerRecord = -1
	d.csv.ReuseRecord = true
	return d
}

// fail makes err one of the current line.
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

// next reads up to the next record or error, io.EOF at the end.
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
		if d.passesOver(line) {
			d.number++
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

// entry decodes a line, as AppendLine writes it, whatever the header says, since
// records may have been appended after another program wrote the file anew; or
// in the header's layout.
//
// A power cut may leave a zero of a line end that was to be appended.
func (d *decoder) entry(line []byte) (e Entry, blank bool, err error) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) > 1 {
		line = bytes.TrimSuffix(line, []byte{0})
	}
	if d.ours.cut(string(line)) {
		if sum := sumOf(&d.ours, d.scratch); sumHolds(d.ours[colSum], sum) {
			e, err = entry(&d.ours, sum)
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
	if err := d.excuse(n, sum, err); err != nil {
		return Entry{}, false, err
	}
	e, err = entry(&d.cells, sum)
	return e, false, err
}

// entry is the record that cells hold.
func entry(c *cells, sum uint32) (Entry, error) {
	r, err := c.record()
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return Entry{Record: r, sum: sum}, nil
}

// excuse says what is wrong with a line of n cells whose sum does not hold, or
// nil if it is to be read all the same.
func (d *decoder) excuse(n int, sum uint32, err error) error {
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

// split sets the cells of a line in a layout, and gives how many the line has;
// none if all of them are empty. Empty cells beyond the header do not count, and
// those that are not there are empty: the sum tells whether something is
// missing.
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
			c[col] = unguard(all[at])
		}
	}
	return n, nil
}

// torn tells whether a cell has characters that no program puts there, as the
// zeros that a power cut leaves.
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
