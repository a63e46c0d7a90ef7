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

// traceReply reports the lines that came for one reply. h may be nil. Within AUTH a line that is no
// reply is not shown: it may be part of a secret.
func (s *Session) traceReply(h *heardLines) {
	if h == nil {
		return
	}
	codes, texts := make([]string, len(h.lines)), make([]string, len(h.lines))
	for i, line := range h.lines {
		if texts[i] = line; h.good[i] && len(line) > 4 {
			codes[i], texts[i] = line[:4], line[4:]
		}
	}
	for i, text := range s.struckLines(texts) {
		if s.stage == StageAuth && !h.good[i] {
			s.trace('S', fmt.Sprintf("<%d octets that are no reply>", len(h.lines[i])))
			continue
		}
		s.trace('S', codes[i]+text)
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
