package recipients

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/template/cell"
)

// A Spool is the private copy of the recipients file that one run works from:
// what was checked is what is sent, whatever happens to the file meanwhile.
// It is written once, then read any number of times, each time from its start.
type Spool struct {
	path string // "" once it has no name
	file *os.File
	w    *bufio.Writer
	size int64 // of what was added, in octets
	buf  []byte
}

// spoolHead is how a spool begins, so that it is told from files that are for somebody.
const spoolHead = "mailshot spool v1\n"

// NewSpool makes the spool at path (0600), in place of a stale one. An empty
// path makes one without a name, which is gone when it is closed.
func NewSpool(path string) (*Spool, error) {
	var f *os.File
	var err error
	if path == "" {
		if f, err = os.CreateTemp("", "mailshot-*"); err != nil {
			return nil, err
		}
		if err := os.Remove(f.Name()); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	} else {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return nil, err
		}
	}
	s := &Spool{path: path, file: f, w: bufio.NewWriterSize(f, 64<<10), size: int64(len(spoolHead))}
	_, err = s.w.WriteString(spoolHead)
	return s, err
}

// Add appends a row and returns its offset. What a spreadsheet keeps behind its cells follows them, each
// with the index of its cell.
func (s *Spool) Add(r *Row) (offset uint64, err error) {
	offset = uint64(s.size)
	b := s.buf[:0]
	b = binary.AppendUvarint(b, uint64(r.Number))
	b = binary.AppendUvarint(b, uint64(r.Line))
	for _, t := range []string{r.Key, r.Address.Local, r.Address.Domain, r.Name, r.bad} {
		b = appendText(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Cells)))
	for _, t := range r.Cells {
		b = appendText(b, t)
	}
	for i, t := range r.Stored {
		if t != "" {
			b = appendText(binary.AppendUvarint(b, uint64(i)), string(t))
		}
	}
	s.buf = b
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(b)))
	if _, err := s.w.Write(head[:n]); err != nil {
		return offset, err
	}
	s.size += int64(n + len(b))
	_, err = s.w.Write(b)
	return offset, err
}

// At returns the row at an offset.
func (s *Spool) At(offset uint64) (*Row, error) {
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	in := SpoolReader{r: bufio.NewReaderSize(io.NewSectionReader(s.file, int64(offset), 1<<62), 512)}
	return in.Next()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// flush ends the writing.
func (s *Spool) flush() error { return s.w.Flush() }

// Close ends the spool and removes it.
func (s *Spool) Close() error {
	err := s.file.Close()
	if s.path != "" {
		if gone := os.Remove(s.path); !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// Tail returns the spool's file and where its rows end. What is kept behind them
// goes with the spool.
func (s *Spool) Tail() (file *os.File, end int64) { return s.file, s.size }

// Rows returns a reader of all that was added, from the start.
func (s *Spool) Rows() *SpoolReader { return s.From(uint64(len(spoolHead)), 64<<10) }

// From returns a reader of what was added from the row at an offset on, which reads about so many octets
// at a time.
func (s *Spool) From(offset uint64, octets int) *SpoolReader {
	rows := io.NewSectionReader(s.file, int64(offset), s.size-int64(offset))
	return &SpoolReader{r: bufio.NewReaderSize(rows, octets), next: offset}
}

// A SpoolReader reads rows in the order in which they were added.
type SpoolReader struct {
	r     *bufio.Reader
	next  uint64 // offset of the next row
	last  uint64 // offset of the last one
	brief bool   // rows are read without their cells
	buf   []byte
}

// Next returns the next row, or io.EOF. The row is the caller's.
func (s *SpoolReader) Next() (*Row, error) {
	b, err := s.record()
	if err != nil {
		return nil, err
	}
	return parseRow(string(b), s.brief)
}

// NextOf returns the next row that is in a set, or io.EOF.
func (s *SpoolReader) NextOf(set *index.Bits) (*Row, error) {
	for {
		b, err := s.record()
		if err != nil {
			return nil, err
		}
		if number, n := binary.Uvarint(b); n <= 0 || set.Has(int(number)) {
			return parseRow(string(b), s.brief)
		}
	}
}

// Offset returns the offset of the row that was read last.
func (s *SpoolReader) Offset() uint64 { return s.last }

// record returns the octets of the next row, which are good until the call after.
func (s *SpoolReader) record() ([]byte, error) {
	n, err := binary.ReadUvarint(s.r)
	if err != nil {
		return nil, err
	}
	if uint64(cap(s.buf)) < n {
		s.buf = make([]byte, n)
	}
	b := s.buf[:n]
	if _, err := io.ReadFull(s.r, b); err != nil {
		return nil, fmt.Errorf("reading the spool: %w", err)
	}
	var head [binary.MaxVarintLen64]byte
	s.last = s.next
	s.next += n + uint64(binary.PutUvarint(head[:], n))
	return b, nil
}

// parseRow cuts a row out of s; its texts share the memory of s.
func parseRow(s string, brief bool) (*Row, error) {
	c := cutter{s: s}
	r := &Row{Number: int(c.number()), Line: int(c.number()), Key: c.text()}
	r.Address = address.Address{Local: c.text(), Domain: c.text()}
	r.Name, r.bad = c.text(), c.text()
	n := c.number()
	if c.short || n > uint64(len(s)) {
		return nil, errors.New("reading the spool: a row is damaged")
	}
	if brief {
		return r, nil
	}
	r.Cells = make([]string, n)
	for i := range r.Cells {
		r.Cells[i] = c.text()
	}
	for c.s != "" && !c.short {
		i, t := c.number(), c.text()
		if i >= n {
			c.short = true
			break
		}
		if r.Stored == nil {
			r.Stored = make([]cell.Stored, n)
		}
		r.Stored[i] = cell.Stored(t)
	}
	if c.short {
		return nil, errors.New("reading the spool: a row is damaged")
	}
	return r, nil
}

type cutter struct {
	s     string
	short bool
}

func (c *cutter) number() uint64 {
	var n uint64
	for i := 0; i < len(c.s) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(c.s[i]&0x7f) << (7 * i)
		if c.s[i] < 0x80 {
			c.s = c.s[i+1:]
			return n
		}
	}
	c.short = true
	return 0
}

func (c *cutter) text() string {
	n := c.number()
	if c.short || n > uint64(len(c.s)) {
		c.short = true
		return ""
	}
	t := c.s[:n]
	c.s = c.s[n:]
	return t
}
