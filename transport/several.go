package transport

import (
	"context"
	"errors"
	"time"
)

// errSpent is the cause where a session was given a message that it could not begin.
var errSpent = errors.New("the session takes no more messages")

// Deliver sends one message in a session from [Dialer.Open] or its like, at most once, as
// Dialer.Deliver does, and returns when it is answered. The ctx governs this call alone. Any number
// of messages may follow each other as long as the session is Usable; a message that the server
// refuses does not end it. The caller must Close the session.
//
// The commands of a message leave right after the reply to the one before, behind RSET where that
// was refused. An error that has Lost set says nothing about the message. The receipt is that of
// this message: octets, flights and timing leave out what the session did before.
func (s *Session) Deliver(ctx context.Context, dl Delivery) (Receipt, error) {
	if err := dl.Envelope.check(); err != nil {
		return Receipt{}, err
	}
	if !s.Usable() {
		return Receipt{}, &Error{Stage: StageMail, Scope: ScopeHost, Lost: true, Err: errSpent}
	}
	finished := false
	defer func() {
		if !finished { // a callback panics
			s.abandon()
		}
	}()
	label, hear := s.label, s.hear
	s.receipt.Reply = Reply{}
	before := s.Receipt()
	s.turnTo(ctx, &dl)
	err := s.deliver(dl)
	s.judge(err)
	err = s.ended(err)
	s.unwatch()
	s.spent = s.spent || dl.Last
	s.label, s.hear = label, hear
	finished = true
	if r := s.Receipt().since(&before); err != nil {
		return r, err
	} else {
		return r, nil
	}
}

// Usable reports whether another message may be sent in the session.
func (s *Session) Usable() bool {
	return !s.broken && !s.closed && !s.quitting && !s.spent && (s.caps.MailMax == 0 || s.begun < s.caps.MailMax)
}

// Delivered returns how many messages of the session the server took.
func (s *Session) Delivered() int { return s.delivered }

// turnTo begins with a message.
func (s *Session) turnTo(ctx context.Context, dl *Delivery) {
	s.wire.Renew()
	s.watch(ctx)
	s.label, s.hear = dl.Label, dl.Trace
	// Before MAIL leaves, nothing that happens is about the message.
	s.stage, s.last = StageEhlo, time.Now()
	s.committed, s.accepted, s.leaving = false, false, dl.Last
}

// judge takes in what came of a message.
func (s *Session) judge(e *Error) {
	switch {
	case e == nil:
		s.delivered++
		s.decided, s.unclean = true, false
	case s.isLost(e):
		e.Class, e.Scope, e.Lost = Temporary, ScopeHost, true
		s.spent = true
	case e.Reply != nil && e.Class != Unknown:
		s.decided = true
	}
}

// isLost reports whether a failure says nothing about the message: the session that had decided
// about another was lost before the content of this one.
func (s *Session) isLost(e *Error) bool {
	switch {
	case e.Lost:
		return true
	case !s.decided || e.Stage > StageData:
		return false
	case e.Reply == nil:
		return e.Class == Temporary && s.ctx.Err() == nil
	}
	return e.Reply.Code == 421 || errors.Is(e, ErrLostStep)
}
