package job

import (
	"errors"
	"fmt"
)

// A Kind says which sort of end an error is; the program makes its exit
// status of it. The order of the kinds is the order of precedence.
type Kind uint8

const (
	Internal    Kind = iota // a fault of this program
	Usage                   // options that do not go together
	BadJob                  // the job file, or the log of another job
	NoInput                 // a file that is not there
	BadData                 // recipients, templates, an edited log
	Held                    // another run holds the mailing
	Exists                  // the log exists, or log, lock or spool can't be made
	CantWrite               // the log can't be written
	Interrupted             // a signal
	Declined                // the question was answered with no
	AuthRefused             // the server refused the credentials
	Unreachable             // no session can be had, TLS is refused, or the run gave up
)

// An Error ends a run, a check or a look at the status. It is what the user
// is told.
type Error struct {
	Kind Kind
	Err  error
	Hint string // the next step; optional
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// ErrInterrupted is what a prompt gives when the user does not want to answer.
var ErrInterrupted = errors.New("interrupted")

// fail makes an *Error of a kind with a text.
func fail(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Err: fmt.Errorf(format, args...)}
}

// hint adds the next step and returns e.
func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}
