package result

import (
	"errors"
	"fmt"
	"io"
	"iter"
)

// What is wrong with a line, for errors.Is. The texts go on after "line 12".
var (
	ErrHeader   = errors.New("is not the header of a results log")
	ErrEmpty    = errors.New("the file is empty") // with ErrHeader
	ErrBroken   = errors.New("is no whole record")
	ErrEdited   = errors.New("was changed by another program")
	ErrRepeated = errors.New("repeats a record")
	ErrJournal  = errors.New("is not the first line of a journal")
	ErrNoLog    = errors.New("is of a log that is not there")
	ErrLost     = errors.New("is the last of a log that was longer")
)

// An Error is about one line of a log.
type Error struct {
	Name string // the log, as the user would name it; may be empty
	Line int    // from 1
	Err  error  // wraps ErrHeader, ErrBroken, ErrEdited or ErrRepeated, or is of the reading itself
}

// Error gives "renewal.results.csv: line 12 was changed by another program: …".
func (e *Error) Error() string {
	s := fmt.Sprintf("line %d %v", e.Line, e.Err)
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

// Unwrap gives what is wrong with the line.
func (e *Error) Unwrap() error { return e.Err }

// ReadOptions are for Read. The zero value refuses what was edited.
type ReadOptions struct {
	Name string // of the log, for errors

	// AcceptEdited takes a record whose sum is wrong, if its cells are a
	// record all the same. It never takes a line that is none.
	AcceptEdited bool
}

// An Entry is a record where it stands in its log.
type Entry struct {
	Record
	Line   int // of the log, from 1; Record.Line is that of the recipients file
	Number int // among the records of the log, from 1

	Pending bool // an intent of the journal, of which the log has no record

	sum uint32 // of its cells, whatever the log says
}

// Read gives the records of a log in the order of the file, holding one line at
// a time. It reads through a byte order mark, CRLF, semicolons or tabs for
// commas, other quoting, another order of columns, further columns, empty
// cells at the end of lines and a last line without line end; lines as
// AppendLine writes them are read whatever the header says. Empty lines are
// no records.
//
// Every error is an *Error. After one about a record, a caller that goes on
// gets the records behind it; one about the header or the reading itself is
// the last.
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
