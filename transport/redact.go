package transport

import (
	"bytes"
	"strings"

	"mailshot/transport/redact"
)

// redacted stands in the trace for what is not shown.
const redacted = redact.Mark

// struckLines returns the text of one reply without the secrets. What is given is left as it is.
func (s *Session) struckLines(lines []string) []string {
	if s.d.Auth == nil {
		return lines
	}
	s.sent.Open = s.stage == StageAuth
	return s.d.secrets.Lines(lines, &s.sent)
}

// struck returns what the server sent without the secrets.
func (s *Session) struck(text string) string {
	return strings.Join(s.struckLines(strings.Split(text, "\n")), "\n")
}

// ended returns the outcome of a session as it may be told, and notes it in the trace.
func (s *Session) ended(e *Error) *Error {
	if e == nil {
		return nil
	}
	e.Err = s.cleaned(e.Err)
	s.tracef("%v", e)
	return e
}

// cleaned returns an error that may quote the server, such as a name in its certificate, without
// the secrets. nil stays nil.
func (s *Session) cleaned(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if struck := s.struck(text); struck != text {
		return &cleanError{struck, err}
	}
	return err
}

// A cleanError is an error in whose text secrets were struck out. What it wraps is there to be told
// apart, not to be shown.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }

// heardLines are the lines that came for one reply. The trace shows them when all are known, since
// a secret may go over several.
type heardLines struct {
	lines []string
	good  []bool // the line can be part of a reply
}

// hearing returns lines and what adds to them, nil if nobody listens.
func (s *Session) hearing() (*heardLines, func(line []byte, good bool)) {
	if !s.traced() {
		return nil, nil
	}
	h := &heardLines{}
	return h, func(line []byte, good bool) {
		h.lines = append(h.lines, string(bytes.TrimRight(line, "\r\n")))
		h.good = append(h.good, good)
	}
}
