package transport

import (
	"errors"
	"fmt"
	"time"

	"mailshot/transport/timed"
)

// Sizes of the writes of content. A message of up to maxWrite octets leaves in one.
const (
	maxWrite = 64 << 10
	maxPiece = 16 << 10
)

// content sends the message and reads the reply to it. The last write carries the end of the
// content, the final dot and, where pipelined, QUIT or the commands of the next message: a dot apart
// would wait for a delayed acknowledgement. Content may begin a group of commands, and QUIT or DATA
// may end it (RFC 2920, section 3.1).
func (s *Session) content(dl Delivery) *Error {
	s.stage = StageContent
	if err := s.ready(); err != nil {
		return err
	}
	s.traceMessage(dl.Message)
	if dl.Message.Size() > timed.LocalBuffer {
		s.wire.Narrow()
	}
	// A server that reads an octet now and then makes progress too. Beside the time for each write
	// all of them together have that of a write for each 64 KiB, and two.
	s.wire.Within(s.conf.timeouts.Write * time.Duration(2+dl.Message.Size()/maxWrite))
	atStart, err := s.stream(dl.Message)
	if err != nil {
		return err
	}
	if !atStart { // else the end would add an empty line (RFC 5321, section 4.1.1.4)
		s.out = append(s.out, "\r\n"...)
	}
	s.overlap(dl)
	if err := s.commit(dl.OnCommit); err != nil {
		return err
	}
	s.trace('C', ".")
	s.out = append(s.out, ".\r\n"...)
	end := len(s.out)
	switch {
	case s.leaving && s.pipelining() && !s.d.quitApart.Load():
		s.quitting = s.add("QUIT") == nil
	case s.ahead != nil:
		s.addAhead()
	}
	return s.final(end)
}

// stream writes the message, dot-stuffed, but for its last octets, which it leaves in s.out. It
// reports whether the message ends at a line start. If it fails, the session is broken: nothing
// more is written, and the server must not deliver what it has (RFC 5321, section 4.1.1.10).
func (s *Session) stream(m Message) (atStart bool, err *Error) {
	s.out = s.out[:0]
	atStart = true
	var buf []byte
	if m.files {
		buf = make([]byte, maxPiece)
	}
	problem := m.pieces(buf, func(b []byte, plain bool) error {
		for len(b) > 0 {
			piece := b[:min(len(b), maxPiece)]
			b = b[len(piece):]
			// Only more content makes room: so the last write always has some.
			if len(s.out) > 0 && len(s.out)+len(piece) > maxWrite {
				s.streamed = true
				if err := s.flush(s.conf.timeouts.Write); err != nil {
					return err
				}
				s.out = s.out[:0]
			}
			if plain {
				s.out, atStart = append(s.out, piece...), piece[len(piece)-1] == '\n'
			} else {
				s.out, atStart = stuff(s.out, piece, atStart)
			}
		}
		return nil
	})
	if problem == nil {
		return atStart, nil
	}
	s.broken = true
	if errors.As(problem, &err) {
		return false, err
	}
	e := &Error{Stage: StageContent, Err: problem}
	if errors.Is(problem, ErrContent) {
		e.Class = Permanent
	}
	return false, e
}

// commit passes the commit point, unless the caller or the context objects.
func (s *Session) commit(onCommit func() error) *Error {
	if onCommit != nil {
		if err := onCommit(); err != nil {
			s.broken = true
			return &Error{Stage: StageContent, Err: fmt.Errorf("before the end of the message: %w", err)}
		}
	}
	if err := s.wire.Commit(s.ctx); err != nil {
		s.broken = true
		return &Error{Stage: StageContent, Err: fmt.Errorf("before the end of the message: %w", err)}
	}
	s.lap()
	s.committed = true
	s.stage = StageFinal
	return nil
}

// final writes what is left, of which the first end octets end the message, and reads the reply.
// Without a complete reply of class 2, 4 or 5 the outcome is unknown.
func (s *Session) final(end int) *Error {
	s.wire.Arm(s.conf.timeouts.Write)
	n, err := s.conn.Write(s.out)
	s.wrote = true
	wait := s.conf.timeouts.Final
	var failure *Error
	if err != nil {
		failure = s.failed("writing the end of the message", err)
		wait = explainWait
	}
	s.wire.Within(0)
	s.wire.Arm(wait)
	reply, lost := s.reply()
	switch {
	case failure != nil && lost != nil:
		s.suspectQuit()
		return failure
	case lost != nil:
		s.suspectQuit()
		return lost
	case reply.Code >= 400:
		return s.refused(reply)
	case reply.Code/100 != 2, reply.Code == 221, n < end:
		// Only 2yz takes the message (RFC 5321, section 4.2.1). A 221 here is the reply to QUIT,
		// and a 2yz before the end is written is none to the end.
		s.broken = true
		s.suspectQuit()
		return &Error{Stage: StageFinal, Class: Unknown, Reply: &reply, Err: ErrLostStep}
	}
	s.receipt.Reply = reply
	return nil
}

// suspectQuit has the dialer's next sessions wait for the reply before they say QUIT, if it was
// said behind this message: the server may have minded that, and a row whose outcome is unknown
// costs more than a round trip.
func (s *Session) suspectQuit() {
	if s.quitting && s.ctx.Err() == nil && !s.d.quitApart.Swap(true) {
		s.tracef("from now on QUIT waits for the reply to the message")
	}
}
