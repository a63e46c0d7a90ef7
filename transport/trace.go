package transport

import (
	"bytes"
	"fmt"
	"time"
)

// An Event is one line of a session's transcript. Secrets are not in it: they are written to the connection beside the
// text that stands for them here. A message is shown as its header and a count of octets.
type Event struct {
	Time    time.Time
	Session uint64 // counts the sessions of a Dialer from 1
	Label   string // Delivery.Label
	Dir     byte   // 'C' the client, 'S' the server, '*' a remark
	Text    string // one line, control characters escaped
}

// trace reports one line, if somebody listens.
func (s *Session) trace(dir byte, text string) {
	if s.d.Trace == nil {
		return
	}
	s.d.Trace(Event{Time: time.Now(), Session: s.id, Label: s.label, Dir: dir, Text: escape(text)})
}

// tracef reports a remark.
func (s *Session) tracef(format string, args ...any) {
	if s.d.Trace != nil {
		s.trace('*', fmt.Sprintf(format, args...))
	}
}

// traceReply reports a reply line by line.
func (s *Session) traceReply(r Reply) {
	if s.d.Trace == nil {
		return
	}
	for i, line := range r.Lines {
		sep := "-"
		if i == len(r.Lines)-1 {
			sep = " "
		}
		s.trace('S', fmt.Sprint(r.Code)+sep+line)
	}
}

// traceMessage reports the header of a message and its size.
func (s *Session) traceMessage(m Message) {
	if s.d.Trace == nil {
		return
	}
	if len(m.segments) > 0 {
		header, _, _ := bytes.Cut(m.segments[0].Data, []byte("\r\n\r\n"))
		if len(header) > maxReply {
			header = header[:maxReply]
		}
		for line := range bytes.SplitSeq(header, []byte("\r\n")) {
			s.trace('C', string(line))
		}
	}
	s.trace('C', fmt.Sprintf("<message of %d octets>", m.size))
}
