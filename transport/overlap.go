package transport

import "mailshot/transport/trial"

// overlap has the next message ready whose commands leave with the content of dl, if there is one.
func (s *Session) overlap(dl Delivery) {
	if dl.Next == nil || s.leaving || s.d.NoOverlap || !s.pipelining() || len(dl.Envelope.To) != 1 || !s.hasRoom() {
		return
	}
	may, all, tries := s.d.overlaps.Begin()
	if !may {
		return
	}
	s.tries = tries
	next := dl.Next()
	// What can't be sent fails when it is its turn. With several recipients DATA waits for them.
	if next == nil || len(next.Envelope.To) != 1 || next.Envelope.check() != nil || s.fits(*next) != nil {
		s.tried(trial.Unsettled)
		return
	}
	ahead := *next // whatever becomes of what the caller has
	next.itself = &ahead
	s.ahead, s.flight = &ahead, s.groups(ahead, false)[0]
	if !all {
		s.flight = s.flight[:1]
	}
	if next.OnMail != nil {
		next.OnMail()
	}
}

// answered reads the replies to the commands of dl that left with the content before, and sends what
// did not leave.
func (s *Session) answered(dl Delivery, flight []step) *Error {
	s.unclean = true
	s.wire.Arm(s.patience(flight))
	err := s.outcome(flight)
	switch {
	case err == nil:
		s.tried(trial.Well)
	case s.tries && err.Lost && !s.broken: // the server minds where they came, and says so
		s.tried(trial.Badly)
		dl.OnMail = nil
		return s.envelope(dl, true)
	}
	if err != nil || len(flight) > 1 {
		return err
	}
	return s.group(s.groups(dl, false)[0][1:], func() {})
}

// addAhead appends the next message's commands to the flight.
func (s *Session) addAhead() {
	label, hear, end := s.label, s.hear, len(s.out)
	s.label, s.hear = s.ahead.Label, s.ahead.Trace
	for _, st := range s.flight {
		if s.add(st.line) != nil { // as parts are checked before, no line is refused
			s.out, s.spent = s.out[:end], true
			break
		}
	}
	s.begun++
	s.label, s.hear = label, hear
}

// hasRoom reports whether the server's limit lets one more transaction begin (RFC 9422, section
// 4.1).
func (s *Session) hasRoom() bool { return s.caps.MailMax == 0 || s.begun < s.caps.MailMax }
