package transport

import (
	"strconv"
	"strings"
)

// A Stage is a step of a session, in the order in which they happen.
type Stage uint8

// The stages of a session.
const (
	StageDial     Stage = iota // resolving and connecting
	StageTLS                   // the TLS handshake, implicit or after STARTTLS
	StageGreeting              // waiting for the server's 220
	StageEhlo                  // EHLO or HELO
	StageStartTLS              // the STARTTLS command
	StageAuth                  // AUTH and its steps
	StageMail                  // MAIL FROM
	StageRcpt                  // RCPT TO
	StageData                  // DATA, until 354
	StageContent               // the message, up to the commit point
	StageFinal                 // from the commit point to the reply to the message
	StageQuit                  // QUIT and closing; never part of an Error

	numStages
)

// String returns the stage's name as it is recorded: "dial", "tls", "greeting" ….
func (s Stage) String() string {
	names := [numStages]string{"dial", "tls", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content", "final", "quit"}
	if s < numStages {
		return names[s]
	}
	return "stage(" + strconv.Itoa(int(s)) + ")"
}

// scope returns whose failure a session that ends in this stage is, where no rule says otherwise.
func (s Stage) scope() Scope {
	if s < StageMail {
		return ScopeHost
	}
	return ScopeRow
}

// A Class says whether the message was delivered, and whether trying again makes sense.
type Class uint8

// The classes of failure.
const (
	// Temporary means that the server certainly does not have the message, and that a later attempt
	// may succeed.
	Temporary Class = iota
	// Permanent means that the server certainly does not have the message, and that the same
	// attempt will fail again.
	Permanent
	// Unknown means that the server may have the message: the end of it may have been written, and
	// no reply was read.
	Unknown
)

// String returns "temporary", "permanent" or "unknown".
func (c Class) String() string {
	switch c {
	case Temporary:
		return "temporary"
	case Permanent:
		return "permanent"
	case Unknown:
		return "unknown"
	}
	return "class(" + strconv.Itoa(int(c)) + ")"
}

// A Scope says what a failure is about.
type Scope uint8

// The scopes of failure.
const (
	// ScopeRow is this message, or its recipients.
	ScopeRow Scope = iota
	// ScopeHost is the server or the way to it, at this moment; nothing was said about any message.
	ScopeHost
	// ScopeJob is the settings: certificate, password, required extension. Every session would fail
	// so.
	ScopeJob
)

// String returns "row", "host" or "job".
func (s Scope) String() string {
	switch s {
	case ScopeRow:
		return "row"
	case ScopeHost:
		return "host"
	case ScopeJob:
		return "job"
	}
	return "scope(" + strconv.Itoa(int(s)) + ")"
}

// An Error is why a session did not deliver its message. All errors of [Dialer.Deliver],
// [Dialer.Open] and [Session.Deliver] are *Error.
type Error struct {
	Stage Stage
	Class Class
	Scope Scope
	Reply *Reply // the reply that refused, nil if there was none
	Err   error  // the cause where it is not, or not only, the reply; it never holds a secret

	// Lost says that the session ended, or fell out of step, between messages: it had decided about
	// one before, and the server was heard neither to take nor to refuse this one, of which no
	// content has left. So it is a failure neither of the row nor of the host, and the message can
	// go to another session as if it had not been tried. Class is Temporary, Scope is ScopeHost.
	Lost bool

	// Recipient is the index in Envelope.To of the one that was refused, where the stage is
	// StageRcpt and there is a reply.
	Recipient int

	// Mechanism is what AUTH was tried with, and Offered what the server offers, where the stage is
	// StageAuth and a mechanism was chosen.
	Mechanism string
	Offered   []string
}

// Error returns one line: stage, reply, cause and class, as in "rcpt: 550 5.1.1 no such user
// (permanent)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Stage.String())
	if e.Reply != nil {
		b.WriteString(": ")
		b.WriteString(e.Reply.String())
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	b.WriteString(" (")
	b.WriteString(e.Class.String())
	b.WriteByte(')')
	return b.String()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// refusal returns the error for a 4yz or 5yz reply at a stage, by RFC 5321, section 4.2.1 and the
// rules for single codes.
func refusal(stage Stage, r Reply) *Error {
	e := &Error{Stage: stage, Scope: stage.scope(), Reply: &r}
	if r.Code/100 == 5 {
		e.Class = Permanent
	}
	switch {
	case r.Code == 421:
		// The service closes, whatever the command was (RFC 5321, section 3.8).
	case stage == StageStartTLS && e.Class == Permanent, stage == StageAuth && e.Class == Permanent:
		e.Scope = ScopeJob
	case stage == StageMail && r.Code == 530:
		// Authentication or TLS is required (RFC 4954, section 6; RFC 3207, section 4).
		e.Scope = ScopeJob
	case stage == StageRcpt && r.Code == 552:
		// An old way to say 452, too many recipients (RFC 5321, section 4.5.3.1.10).
		e.Class = Temporary
	}
	return e
}
