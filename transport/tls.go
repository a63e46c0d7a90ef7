package transport

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// tlsCacheSize is the number of TLS sessions kept for resumption; one server needs few.
const tlsCacheSize = 64

// maxEarly is how much is kept of what a server sends to a handshake, in case it is no handshake.
const maxEarly = 512

var errInjected = errors.New("octets came in plain text between the reply to STARTTLS and TLS: somebody may be tampering with the connection")

// tlsConfig returns the configuration that all sessions share.
func tlsConfig(base *tls.Config, host string) (*tls.Config, error) {
	if base == nil {
		base = &tls.Config{}
	}
	if base.InsecureSkipVerify {
		return nil, errors.New("certificates must be verified: InsecureSkipVerify is refused")
	}
	c := base.Clone()
	// The name that the user gave is what the certificate must be for, not what the server calls itself (RFC 7817, section 3).
	if c.ServerName == "" {
		c.ServerName = host
	}
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12) // RFC 8996
	if c.ClientSessionCache == nil {
		// Without one crypto/tls resumes nothing (RFC 8446, section 2.2).
		c.ClientSessionCache = tls.NewLRUClientSessionCache(tlsCacheSize)
	}
	c.DynamicRecordSizingDisabled = true // one record, and one system call, a flight
	return c, nil
}

// handshake starts TLS on the wire.
func (s *Session) handshake() *Error {
	s.stage = StageTLS
	conn := tls.Client(s.wire, s.conf.tls)
	s.wire.arm(s.conf.timeouts.TLS)
	s.wire.early = make([]byte, 0, maxEarly)
	err := conn.Handshake()
	s.lap()
	if err != nil {
		return s.handshakeFailed(err)
	}
	s.wire.early = nil
	s.conn = conn
	s.r.Reset(conn)
	state := conn.ConnectionState()
	s.receipt.TLS = &state
	s.tracef("TLS: %s, %s, certificate for %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), s.conf.tls.ServerName)
	return nil
}

// handshakeFailed tells settings that will never fit from a connection that broke.
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

// plainReply reads a refusal out of what came instead of a handshake: a busy server may say 421 without TLS.
func (s *Session) plainReply() (Reply, bool) {
	var seen func([]byte, bool)
	if s.traced() {
		seen = s.traceLine
	}
	reply, err := readReply(bufio.NewReaderSize(bytes.NewReader(s.wire.early), maxReplyLine), seen)
	return reply, err == nil && reply.Code >= 400
}

// tlsReason says more about a refusal than crypto/tls does, nil if there is no more to say.
func tlsReason(err error) error {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &authority) && errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0:
		return errors.New(mistrust(verification.UnverifiedCertificates))
	case strings.Contains(err.Error(), "protocol version"):
		return errors.New("the server speaks no TLS as new as 1.2")
	case isAlert(err) && strings.Contains(err.Error(), "handshake failure"):
		return errors.New("the server and this client have no cipher, or no kind of certificate, in common")
	case isAlert(err) && strings.Contains(err.Error(), "certificate required"):
		return ErrClientCertificate
	}
	return nil
}

// mistrust says why a chain of certificates leads to no authority that is known.
func mistrust(chain []*x509.Certificate) string {
	leaf, last := chain[0], chain[len(chain)-1]
	switch {
	case bytes.Equal(leaf.RawIssuer, leaf.RawSubject):
		return "the server's certificate is self-signed"
	case bytes.Equal(last.RawIssuer, last.RawSubject):
		return fmt.Sprintf("the server's certificate comes from the authority \"%s\", which is not trusted here", escape(last.Subject.String()))
	}
	return fmt.Sprintf("the server's certificate was issued by \"%s\", which is not known here, and the server sends no certificate for it", escape(last.Issuer.String()))
}

// isTLSRefusal reports whether err is a judgement of TLS, ours or the peer's, and not a failure of the connection.
func isTLSRefusal(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		network      net.Error
	)
	switch {
	case errors.As(err, &verification), isAlert(err):
		return true
	case errors.As(err, &network), isClosed(err):
		return false
	}
	return true // no common version, a message out of order …
}

// isAlert reports whether err is an alert by which the peer refuses TLS. crypto/tls wraps all alerts as it does here, and
// tells them apart by text only; an internal error is a server's bad day (RFC 8446, section 6.2).
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() != "tls: internal error"
}

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
	s.caps = Capabilities{} // section 4.2
	return s.handshake()
}
