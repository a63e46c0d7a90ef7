package result

import (
	"errors"
	"fmt"
)

// What is wrong with a line, for errors.Is. The texts continue "line 12".
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

// ErrTaken is the error for a log or journal that another program changed,
// replaced or removed after it was read or while it was written.
var ErrTaken = errors.New("another program took it")

// An Error is an error about one line of a log or journal.
type Error struct {
	Name string // of the file, as the user would name it; may be empty
	Line int    // from 1
	Err  error  // wraps one of the errors above, or is an error of reading the file
}

// Error returns, for example,
// "renewal.results.csv: line 12 was changed by another program: …".
func (e *Error) Error() string {
	s := fmt.Sprintf("line %d %v", e.Line, e.Err)
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

// Unwrap returns what is wrong with the line.
func (e *Error) Unwrap() error { return e.Err }
