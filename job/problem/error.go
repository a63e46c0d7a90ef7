package problem

import (
	"context"
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
	Limited                 // a limit of the server or a quota ended the run: rerun later
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

// Fail makes an *Error of a kind with a text.
func Fail(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Err: fmt.Errorf(format, args...)}
}

// WithHint adds the next step and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// InterruptedBy returns the Error for a context that is done.
func InterruptedBy(ctx context.Context) *Error {
	return &Error{Kind: Interrupted, Err: context.Cause(ctx)}
}

// InternalError returns an Error of kind Internal, as for a spool that can't be read,
// or nil if err is nil.
func InternalError(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: Internal, Err: err}
}
