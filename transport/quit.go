package transport

import (
	"bufio"
	"errors"
	"fmt"
	"net"

	"mailshot/transport/reply"
	"mailshot/transport/trial"
)

// hangUp ends the session: QUIT if the session is in step, the reply to it, and the connection. It
// never takes longer than Timeouts.Quit and a moment, and it never changes the outcome. It may be
// called again.
func (s *Session) hangUp() {
	if s.closed || s.wire == nil {
		return
	}
	s.closed = true
	s.stop()
	s.tried(trial.Unsettled)
	s.stage = StageQuit
	if s.broken || s.ahead != nil { // a message that nobody comes for must get no end
		s.broken = true
		s.wire.Close()
	} else {
		s.receipt.Quit = s.cleaned(s.quit())
		s.shut()
	}
	s.lap()
	s.tracef("closed")
	s.giveBack()
}

// quit says QUIT, if that is not yet said, and waits for the 221 (RFC 5321, section 4.1.1.10).
func (s *Session) quit() error {
	s.wire.Arm(s.conf.timeouts.Quit)
	if !s.quitting {
		if s.r.Buffered() > 0 {
			s.broken = true
			return ErrLostStep
		}
		s.out = s.out[:0]
		if err := s.add("QUIT"); err != nil {
			return err
		}
		if err := s.flush(s.conf.timeouts.Quit); err != nil {
			return err
		}
	}
	reply, err := s.reply()
	if err != nil {
		return err
	}
	if s.probe != nil {
		s.probe.Quit = reply
	}
	if reply.Code != 221 {
		return fmt.Errorf("reply to QUIT: %v", reply)
	}
	// The server closes first, if it does so soon: the side that closes first holds the port in
	// TIME_WAIT.
	s.wire.Arm(closeWait)
	if _, err := s.r.ReadByte(); err == nil {
		return errors.New("the server sent more after its reply to QUIT")
	}
	return nil
}

// shut closes the connection, with a close_notify if there is TLS and it can be written at once
// (RFC 8446, section 6.1).
func (s *Session) shut() {
	if s.broken {
		s.wire.Close()
		return
	}
	s.wire.Arm(closeWait)
	s.conn.Close()
}

// borrow gets the session's buffers from its dialer.
func (s *Session) borrow() {
	if r, ok := s.d.readers.Get().(*bufio.Reader); ok {
		r.Reset(s.wire)
		s.r = r
	} else {
		s.r = bufio.NewReaderSize(s.wire, reply.MaxLine)
	}
	buf, ok := s.d.writers.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
	s.buf, s.out = buf, (*buf)[:0]
}

// giveBack returns them.
func (s *Session) giveBack() {
	s.r.Reset(net.Conn(nil))
	s.d.readers.Put(s.r)
	*s.buf = s.out[:0]
	s.d.writers.Put(s.buf)
	s.r, s.out = nil, nil
}

// tried ends the trial of the server, if this session has it.
func (s *Session) tried(v trial.Verdict) {
	if !s.tries {
		return
	}
	s.tries = false
	s.d.overlaps.End(v)
	if v == trial.Badly {
		s.tracef("from now on no command leaves with the message before")
	}
}
