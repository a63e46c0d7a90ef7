package problem

import "errors"

// A hinted is an error with the next step that the user can take.
type hinted struct {
	err  error
	hint string
}

// WithHint returns err with a next step, which hintOf finds.
func WithHint(err error, hint string) error { return hinted{err, hint} }

func (h hinted) Error() string { return h.err.Error() }
func (h hinted) Unwrap() error { return h.err }

// HintOf returns the next step of the first error in the chain of err that
// withHint made, or "".
func HintOf(err error) string {
	if h, ok := errors.AsType[hinted](err); ok {
		return h.hint
	}
	return ""
}

// Split returns the errors that errors.Join put together; of nil none, and of
// any other error that one.
func Split(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}
