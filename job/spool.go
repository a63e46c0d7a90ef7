package job

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"mailshot/job/address"
)

// A spool is the private copy of the recipients file that one run works from:
// what was checked is what is sent, whatever happens to the file meanwhile.
// It is written once, then read any number of times, each time from its start.
type spool struct {
	path string // "" once it has no name
	file *os.File
	w    *bufio.Writer
	size int64 // of what was added, in octets
	buf  []byte
}

// newSpool makes the spool at path (0600), in place of a stale one. An empty
// path gives one without a name, which is gone when it is closed.
func newSpool(path string) (*spool, error) {
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
	return &spool{path: path, file: f, w: bufio.NewWriterSize(f, 64<<10)}, nil
}

// add appends a row and gives its place.
func (s *spool) add(r *row) (place uint64, err error) {
	place = uint64(s.size)
	b := s.buf[:0]
	b = binary.AppendUvarint(b, uint64(r.number))
	b = binary.AppendUvarint(b, uint64(r.line))
	for _, t := range []string{r.key, r.address.Local, r.address.Domain, r.name, r.bad} {
		b = appendText(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(r.cells)))
	for _, t := range r.cells {
		b = appendText(b, t)
	}
	s.buf = b
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(b)))
	if _, err := s.w.Write(head[:n]); err != nil {
		return place, err
	}
	s.size += int64(n + len(b))
	_, err = s.w.Write(b)
	return place, err
}

// at gives the row at a place.
func (s *spool) at(place uint64) (*row, error) {
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	in := spoolReader{r: bufio.NewReaderSize(io.NewSectionReader(s.file, int64(place), 1<<62), 512)}
	return in.next()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// flush ends the writing.
func (s *spool) flush() error { return s.w.Flush() }

// close ends the spool and removes it.
func (s *spool) close() error {
	err := s.file.Close()
	if s.path != "" {
		if gone := os.Remove(s.path); !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// rows reads all that was added, from the start. Each reader has a place of its
// own.
func (s *spool) rows() *spoolReader {
	return &spoolReader{r: bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.size), 64<<10)}
}

type spoolReader struct {
	r     *bufio.Reader
	place uint64 // of the next row
	at    uint64 // of the last one
	brief bool   // rows are given without their cells
	buf   []byte
}

// next gives the next row, or io.EOF. The row is the caller's.
func (s *spoolReader) next() (*row, error) {
	b, err := s.record()
	if err != nil {
		return nil, err
	}
	return parseRow(string(b), s.brief)
}

// nextOf gives the next row that is in a set, or io.EOF.
func (s *spoolReader) nextOf(set *bits) (*row, error) {
	for {
		b, err := s.record()
		if err != nil {
			return nil, err
		}
		if number, n := binary.Uvarint(b); n <= 0 || set.has(int(number)) {
			return parseRow(string(b), s.brief)
		}
	}
}

// record gives the octets of the next row, which are good until the call after.
func (s *spoolReader) record() ([]byte, error) {
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
	s.at = s.place
	s.place += n + uint64(binary.PutUvarint(head[:], n))
	return b, nil
}

// parseRow cuts a row out of s; its texts share the memory of s.
func parseRow(s string, brief bool) (*row, error) {
	c := cutter{s: s}
	r := &row{number: int(c.number()), line: int(c.number()), key: c.text()}
	r.address = address.Address{Local: c.text(), Domain: c.text()}
	r.name, r.bad = c.text(), c.text()
	n := c.number()
	if c.short || n > uint64(len(s)) {
		return nil, errors.New("reading the spool: a row is damaged")
	}
	if brief {
		return r, nil
	}
	r.cells = make([]string, n)
	for i := range r.cells {
		r.cells[i] = c.text()
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
