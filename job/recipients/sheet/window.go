package sheet

import (
	"bytes"
	"errors"
	"io"
)

// maxRecord is the most octets that one record may have, as UTF-8. A quotation
// mark that is never closed would otherwise take the rest of the file into
// memory.
const maxRecord = 1 << 20

var errTooLong = errors.New("record too long")

// A window keeps what was read through it until it is taken, so that a record
// can be looked at as it stands in the file.
type window struct {
	src   io.Reader
	buf   []byte
	off   int   // what is before it in buf was taken
	start int64 // position of buf[off] in src
	lines int   // line ends that were dropped since the last take
	err   error // the first of src, or errTooLong
}

// Read reads from src.
func (w *window) Read(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.off > 0 {
		w.buf = append(w.buf[:0], w.buf[w.off:]...)
		w.off = 0
	}
	if len(w.buf) > maxRecord {
		w.drop()
	}
	if len(w.buf) > maxRecord {
		w.err = errTooLong
		return 0, w.err
	}
	n, err := w.src.Read(p)
	w.buf = append(w.buf, p[:n]...)
	w.err = err
	return n, err
}

// drop forgets the empty lines at the beginning, but for their number: they
// belong to no record.
func (w *window) drop() {
	n := emptyLines(w.buf)
	w.lines += bytes.Count(w.buf[:n], []byte("\n"))
	w.start += int64(n)
	w.buf = append(w.buf[:0], w.buf[n:]...)
}

// take returns the octets up to the position end in src, without the empty lines
// before them, and the number of line ends in these. The octets are good until
// the next Read.
func (w *window) take(end int64) (record []byte, before int) {
	n := max(0, int(end-w.start))
	b := w.buf[w.off : w.off+n]
	w.off += n
	w.start += int64(n)
	empty := emptyLines(b)
	before = w.lines + bytes.Count(b[:empty], []byte("\n"))
	w.lines = 0
	return b[empty:], before
}

// emptyLines returns the length of the line ends that b begins with.
func emptyLines(b []byte) int {
	n := 0
	for {
		switch {
		case bytes.HasPrefix(b[n:], []byte("\n")):
			n++
		case bytes.HasPrefix(b[n:], []byte("\r\n")):
			n += 2
		default:
			return n
		}
	}
}
