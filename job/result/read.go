package result

import (
	"io"
	"iter"
)

// Read yields the records of a log in the order of the file, and has one line at a
// time in memory. It accepts a byte order mark, CRLF, semicolons or tabs for
// commas, other quoting, another order of columns, further columns, empty cells at
// the end of lines, and a last line without line end; it accepts lines as
// AppendLine writes them whatever the header says. It skips empty lines.
//
// Every error is an *Error. After one about a record, a caller may continue with
// the records behind it; one about the header or from r is the last.
func Read(r io.Reader, o ReadOptions) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		d := newDecoder(r, o)
		if err := d.header(); err != nil {
			yield(Entry{}, err)
			return
		}
		for {
			e, err := d.next()
			if err == io.EOF {
				return
			}
			if !yield(e, err) || d.over {
				return
			}
		}
	}
}
