package preflight

import (
	"encoding/binary"
	"fmt"
	"strings"

	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// equals tell which rows have files of the same content, in some 24 octets a file.
// Only files of a size that another one has are read for it. They are made by one
// goroutine; the zero value knows none.
type equals struct {
	first    index.Index // by size: the offset of the first row with such a file
	several  index.Index // the sizes that more than one file has
	contents index.Index // by content: the offset of the first row with such a file
	pairs    []string    // in words, the first; at most problem.Listed
	n        int         // of pairs
}

// A twin is a row with a file that another row's is equal to.
type twin struct {
	row  *recipients.Row
	file attachment.File
}

// add takes in a file of a row that is sent, and returns the earlier row with an
// equal one; nil is none.
func (o *owners) addContent(offset uint64, row *recipients.Row, f *attachment.File) (*twin, error) {
	e := &o.equals
	size := sizeKey(f.Size)
	if !e.hasSeveral(size, f.Size) {
		first, err := o.firstOfSize(size, f.Size)
		if err != nil {
			return nil, err
		}
		if first == nil {
			return nil, e.first.Add(size, offset)
		}
		if err := e.several.Add(size, severalValue(f.Size)); err != nil {
			return nil, err
		}
		if err := o.addFirst(first, f.Size); err != nil {
			return nil, err
		}
	}
	content, err := f.Content()
	if err != nil {
		return nil, nil // it was changed meanwhile, and will be refused
	}
	t, err := o.findContent(content, f.Size)
	if err != nil || t != nil {
		if t != nil && t.row.Number == row.Number {
			t = nil
		}
		return t, err
	}
	return nil, e.contents.Add(content, offset)
}

// twinOf returns a row that is sent and has a file equal to that of another row.
func (o *owners) twinOf(f *attachment.File) (*twin, error) {
	size := sizeKey(f.Size)
	if !o.equals.hasSeveral(size, f.Size) {
		first, err := o.firstOfSize(size, f.Size)
		if err != nil || first == nil {
			return nil, err
		}
		if err := o.equals.several.Add(size, severalValue(f.Size)); err != nil {
			return nil, err
		}
		if err := o.addFirst(first, f.Size); err != nil {
			return nil, err
		}
	}
	content, err := f.Content()
	if err != nil {
		return nil, nil // it is not sent now
	}
	return o.findContent(content, f.Size)
}

func sizeKey(size int64) string { return string(binary.LittleEndian.AppendUint64(nil, uint64(size))) }

// severalValue returns what stands for a size in an index.
func severalValue(size int64) uint64 { return uint64(size) & index.MaxValue }

func (e *equals) hasSeveral(key string, size int64) bool {
	_, ok := e.several.Find(key, func(v uint64) bool { return v == severalValue(size) })
	return ok
}

// A placedRow is a row and its offset in the spool.
type placedRow struct {
	row    *recipients.Row
	offset uint64
}

// firstOfSize returns the first row with a file of the size; nil is none.
func (o *owners) firstOfSize(key string, size int64) (found *placedRow, err error) {
	_, _ = o.equals.first.Find(key, func(offset uint64) bool {
		r, e := o.spool.At(offset)
		if e != nil {
			err = e
			return true
		}
		for _, f := range o.filesOf(r) {
			if f.Unique && f.Size == size {
				found = &placedRow{r, offset}
			}
		}
		return found != nil
	})
	return found, err
}

// addFirst takes in the content of the first file of its size.
func (o *owners) addFirst(first *placedRow, size int64) error {
	for _, f := range o.filesOf(first.row) {
		if !f.Unique || f.Size != size {
			continue
		}
		if content, err := f.Content(); err == nil {
			return o.equals.contents.Add(content, first.offset)
		}
	}
	return nil
}

// findContent returns the row with a file of the content; nil is none.
func (o *owners) findContent(content string, size int64) (found *twin, err error) {
	_, _ = o.equals.contents.Find(content, func(offset uint64) bool {
		r, e := o.spool.At(offset)
		if e != nil {
			err = e
			return true
		}
		for _, f := range o.filesOf(r) {
			if !f.Unique || f.Size != size {
				continue
			}
			if c, e := f.Content(); e == nil && c == content {
				found = &twin{r, f}
			}
		}
		return found != nil
	})
	return found, err
}

// note keeps a pair of rows with equal files for the warning.
func (e *equals) note(earlier, later int, a, b string) {
	if e.n++; len(e.pairs) < problem.Listed {
		e.pairs = append(e.pairs, fmt.Sprintf("%d and %d (%s, %s)", earlier, later, a, b))
	}
}

// words returns the warning, or "" if there is none.
func (e *equals) words() string {
	if e.n == 0 {
		return ""
	}
	more := ""
	if n := e.n - len(e.pairs); n > 0 {
		more = fmt.Sprintf(", and %d more pairs", n)
	}
	return fmt.Sprintf("these rows have files of their own with the same content: %s%s", strings.Join(e.pairs, ", "), more)
}

func (e *equals) free() {
	e.first.Free()
	e.several.Free()
	e.contents.Free()
}
