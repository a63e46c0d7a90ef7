package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"mailshot/transport/reply"
)

// refused returns the error for a reply that is not the one that the command needs.
func (s *Session) refused(reply Reply) *Error {
	if reply.Code >= 400 {
		// After a 421 the server closes: no more commands (RFC 5321, section 3.8).
		s.broken = s.broken || reply.Code == 421
		return refusal(s.stage, reply)
	}
	s.broken = true
	return &Error{Stage: s.stage, Class: s.doubt(), Scope: s.stage.scope(), Reply: &reply, Err: ErrLostStep}
}

// misfit returns the error for settings that this server can't serve.
func (s *Session) misfit(err error) *Error {
	return &Error{Stage: s.stage, Class: Permanent, Scope: ScopeJob, Err: err}
}

// failed returns the error for a connection that failed, or that the context ended.
func (s *Session) failed(doing string, err error) *Error {
	s.broken = true
	e := &Error{Stage: s.stage, Class: s.doubt(), Scope: s.stage.scope()}
	switch {
	case s.ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded):
		e.Err = fmt.Errorf("%s: %w", doing, context.Cause(s.ctx))
	case errors.Is(err, os.ErrDeadlineExceeded) && s.wire.Late():
		e.Err = fmt.Errorf("%s: the server takes the message too slowly: %w", doing, err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		e.Err = fmt.Errorf("%s: no progress within %v%s%s: %w", doing, s.wire.Allowed(), s.said(err), s.silenceHint(), err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Err = fmt.Errorf("%s: the server closed the connection%s: %w", doing, s.said(err), err)
	default:
		e.Err = fmt.Errorf("%s%s: %w", doing, s.said(err), err)
	}
	// With TLS 1.3 the server judges our certificate after our side of the handshake.
	if s.receipt.TLS != nil && s.stage <= StageEhlo && isAlert(err) {
		e.Class, e.Scope = Permanent, ScopeJob
		if reason := tlsReason(err); reason != nil {
			e.Err = fmt.Errorf("%s: %w: %w", doing, reason, err)
		}
	}
	return e
}

// said returns the beginning of a reply that was cut off: it may be the only word about the reason.
func (s *Session) said(err error) string {
	var cut *reply.CutError
	if !errors.As(err, &cut) || s.stage == StageAuth {
		return ""
	}
	return fmt.Sprintf(" in the middle of its reply \"%s\"", escape(reply.Short(s.struck(cut.Said))))
}

// silenceHint returns what a silent server may be waiting for.
func (s *Session) silenceHint() string {
	if s.stage == StageGreeting && s.d.TLSMode != ImplicitTLS {
		return " (a server that wants implicit TLS, usually on port 465, stays silent like this)"
	}
	return ""
}

// doubt returns the class of a failure without a reply.
func (s *Session) doubt() Class {
	if s.committed {
		return Unknown
	}
	return Temporary
}
