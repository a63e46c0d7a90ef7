package transport

import (
	"bytes"
	"fmt"
	"time"
)

// trace reports one line, if somebody listens.
func (s *Session) trace(dir byte, text string) {
	if !s.traced() {
		return
	}
	e := Event{Time: time.Now(), Session: s.id, Label: s.label, Dir: dir, Text: escape(text)}
	for _, hear := range []func(Event){s.d.Trace, s.hear} {
		if hear != nil {
			hear(e)
		}
	}
}

// traced reports whether somebody listens.
func (s *Session) traced() bool { return s.d.Trace != nil || s.hear != nil }

// tracef reports a remark.
func (s *Session) tracef(format string, args ...any) {
	if s.traced() {
		s.trace('*', fmt.Sprintf(format, args...))
	}
}

// traceLine reports a line from the server. Within AUTH one that is no reply is not shown: it may be part of a secret.
func (s *Session) traceLine(line []byte, good bool) {
	switch {
	case good && len(line) > 4:
		s.trace('S', string(line[:4])+s.struck(string(line[4:])))
	case good || s.stage != StageAuth:
		s.trace('S', s.struck(string(line)))
	default:
		s.trace('S', fmt.Sprintf("<%d octets that are no reply>", len(line)))
	}
}

// traceMessage reports the header of a message and its size.
func (s *Session) traceMessage(m Message) {
	if !s.traced() {
		return
	}
	if len(m.segments) > 0 {
		for line := range bytes.SplitSeq(m.header(), []byte("\r\n")) {
			s.trace('C', string(line))
		}
	}
	s.trace('C', fmt.Sprintf("<message of %d octets>", m.size))
}

// struck returns what the server sent without the secrets.
func (s *Session) struck(line string) string { return s.secrets.strike(line, s.stage == StageAuth) }
