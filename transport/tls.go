package transport

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"

	"mailshot/transport/reply"
)

// maxEarly is how much is kept of what a server sends to a handshake, in case it is no handshake.
const maxEarly = 512

var errInjected = errors.New("octets came in plain text between the reply to STARTTLS and TLS: somebody may be tampering with the connection")

// startTLS runs the STARTTLS command and the handshake (RFC 3207).
func (s *Session) startTLS() *Error {
	s.stage = StageStartTLS
	if !s.caps.StartTLS {
		return s.misfit(ErrNoStartTLS)
	}
	reply, err := s.command("STARTTLS") // nothing may follow it in its flight (RFC 3207, section 4)
	if err != nil {
		return err
	}
	if reply.Code != 220 { // RFC 3207, section 4; there is no going on in plain text
		return s.refused(reply)
	}
	// What was sent in plain text must never be taken for replies under TLS (RFC 3207, section 6).
	if s.r.Buffered() > 0 {
		s.broken = true
		return s.misfit(errInjected)
	}
	s.caps, s.offered = Capabilities{}, nil // section 4.2
	return s.handshake()
}

// handshake starts TLS on the wire.
func (s *Session) handshake() *Error {
	s.stage = StageTLS
	conn := tls.Client(s.wire, s.conf.tls)
	s.wire.Arm(s.conf.timeouts.TLS)
	s.wire.Early = make([]byte, 0, maxEarly)
	err := conn.Handshake()
	s.lap()
	if err != nil {
		return s.handshakeFailed(err)
	}
	s.wire.Early = nil
	s.conn = conn
	s.r.Reset(conn)
	state := conn.ConnectionState()
	s.receipt.TLS = &state
	s.tracef("TLS: %s, %s, certificate for %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), s.conf.tls.ServerName)
	return nil
}

// handshakeFailed returns the error for a handshake that failed: it tells settings that will never
// fit from a connection that broke.
func (s *Session) handshakeFailed(err error) *Error {
	e := s.failed("TLS handshake", err)
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &header):
		if reply, ok := s.plainReply(); ok {
			e.Reply, e.Err = &reply, errors.New("said in plain text where TLS should begin")
			e.Class = refusal(s.stage, reply).Class
			break
		}
		e.Class, e.Scope = Permanent, ScopeJob
		if s.d.TLSMode == ImplicitTLS {
			e.Err = fmt.Errorf("%w; it may want STARTTLS, usually on port 587: %w", ErrPlainText, err)
		}
	case s.ctx.Err() == nil && isTLSRefusal(err):
		e.Class, e.Scope = Permanent, ScopeJob
		if reason := tlsReason(err); reason != nil {
			e.Err = fmt.Errorf("TLS handshake: %w: %w", reason, err)
		}
	}
	return e
}

// plainReply reads a refusal out of what came instead of a handshake: a busy server may say 421
// without TLS.
func (s *Session) plainReply() (Reply, bool) {
	heard, seen := s.hearing()
	reply, err := reply.Read(bufio.NewReaderSize(bytes.NewReader(s.wire.Early), reply.MaxLine), seen)
	s.traceReply(heard)
	reply.Lines = s.struckLines(reply.Lines)
	return reply, err == nil && reply.Code >= 400
}
