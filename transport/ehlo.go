package transport

import (
	"slices"
	"time"
)

// ehlo says EHLO, or HELO where that will do, and reads the capabilities.
func (s *Session) ehlo() *Error {
	name := s.d.helloName(s.wire.LocalAddr())
	s.stage = StageEhlo
	before := s.receipt.Timing[StageEhlo]
	reply, err := s.command("EHLO " + name)
	if err != nil {
		return err
	}
	if reply.Code == 250 { // RFC 5321, section 4.1.1.1; a 220 is a greeting that came twice
		s.heardCapabilities(reply)
		s.greeted(name, before)
		return nil
	}
	// Only these four mean that EHLO is not known (RFC 5321, section 4.1.1.1).
	if !slices.Contains([]int{500, 501, 502, 504}, reply.Code) {
		return s.refused(reply)
	}
	if s.d.TLSMode != Plaintext || s.d.Auth != nil {
		e := s.refused(reply)
		e.Scope = ScopeJob
		e.Err = ErrNoExtensions
		return e
	}
	if reply, err = s.command("HELO " + name); err != nil {
		return err
	}
	if reply.Code != 250 {
		return s.refused(reply)
	}
	s.caps = Capabilities{Hostname: hostname(reply)}
	s.greeted(name, before)
	return nil
}

// heardCapabilities sets what the server said to EHLO. What decides is read from the reply as it
// came: a password may be the name of an extension.
func (s *Session) heardCapabilities(shown Reply) {
	s.caps = parseCapabilities(Reply{Lines: s.raw})
	s.offered = s.caps.Auth
	c := parseCapabilities(shown)
	s.caps.Hostname, s.caps.Keywords, s.caps.Auth = c.Hostname, c.Keywords, c.Auth
}

// greeted notes that the server took the name. before is the time that went into this stage
// earlier.
func (s *Session) greeted(name string, before time.Duration) {
	if s.probe != nil {
		s.probe.Hellos = append(s.probe.Hellos, Hello{name, s.caps, s.receipt.Timing[StageEhlo] - before})
	}
}
