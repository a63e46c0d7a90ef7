package transport

import (
	"context"
	"errors"
	"time"

	"mailshot/transport/trial"
)

// errSpent is the cause where a session was given a message that it could not begin.
var errSpent = errors.New("the session takes no more messages")

// Deliver sends one message in a session from [Dialer.Open] or its like, at most once, as
// Dialer.Deliver does, and returns when it is answered. The ctx governs this call alone. Any number
// of messages may follow each other as long as the session is Usable; a message that the server
// refuses does not end it. The caller must Close the session, which is the end also of a message
// whose commands have left by Delivery.Next.
//
// The commands of a message leave right after the reply to the one before, behind RSET where that
// was refused, or with its content: see Delivery.Next. An error that has Lost set says nothing about
// the message. The receipt is that of this message: octets, flights and timing leave out what the
// session did before. What leaves, or comes, with the message before counts there.
func (s *Session) Deliver(ctx context.Context, dl Delivery) (Receipt, error) {
	if err := dl.Envelope.check(); err != nil {
		return Receipt{}, err
	}
	flight, ok := s.claim(&dl)
	if !ok {
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
	err := s.deliver(dl, flight)
	s.judge(err, flight != nil)
	s.judgeTrial(err)
	err = s.ended(err)
	s.unwatch()
	s.spent = s.spent || dl.Last
	s.label, s.hear = label, hear
	finished = true
	r := s.Receipt().since(&before)
	if err != nil {
		return r, err
	}
	return r, nil
}

// Usable reports whether another message may be sent in the session.
func (s *Session) Usable() bool {
	return !s.broken && !s.closed && !s.quitting && !s.spent && (s.ahead != nil || s.hasRoom())
}

// Delivered returns how many messages of the session the server took.
func (s *Session) Delivered() int { return s.delivered }

// claim returns the commands of a message that have left with the content before, nil if they have
// not; dl becomes what it was then. It reports false if the message can't be sent in this session.
func (s *Session) claim(dl *Delivery) (flight []step, ok bool) {
	ok = s.Usable()
	ahead := s.ahead
	if ahead == nil {
		return nil, ok
	}
	flight, s.ahead, s.flight = s.flight, nil, nil
	if !ok || dl.itself != ahead {
		s.broken = true // else content would go under the envelope of another
		return nil, false
	}
	last, next := dl.Last, dl.Next
	*dl = *ahead
	dl.Last, dl.Next = last, next
	return flight, true
}

// turnTo begins with a message.
func (s *Session) turnTo(ctx context.Context, dl *Delivery) {
	s.wire.Renew()
	s.watch(ctx)
	s.label, s.hear = dl.Label, dl.Trace
	// Before MAIL leaves, nothing that happens is about the message.
	s.stage, s.last = StageEhlo, time.Now()
	s.committed, s.accepted, s.streamed, s.leaving = false, false, false, dl.Last
}

// judge takes in what came of a message. overlapped says that its commands left with the content
// before.
func (s *Session) judge(e *Error, overlapped bool) {
	switch {
	case e == nil:
		s.delivered++
		s.decided, s.unclean = true, false
	case s.isLost(e, overlapped):
		e.Class, e.Scope, e.Lost = Temporary, ScopeHost, true
		s.spent = true
	case e.Reply != nil && e.Class != Unknown:
		s.decided = true
	}
}

// judgeTrial takes in what came of a trial of overlaps that was not seen to go well: it is about the
// commands behind this message, or about those of this message. An end that the server explains, or
// that the caller brought about, says nothing.
func (s *Session) judgeTrial(e *Error) {
	switch {
	case e == nil || !s.tries:
	case s.ctx.Err() != nil, e.Reply != nil && e.Reply.Code == 421:
		s.tried(trial.Unsettled)
	case s.ahead != nil && e.Class != Unknown: // it is seen with the next message
	case s.ahead != nil || e.Lost:
		s.tried(trial.Badly)
	default:
		s.tried(trial.Well)
	}
}

// isLost reports whether a failure says nothing about the message: the session that had decided
// about another was lost before the content of this one. An interrupt is the row's once its own
// flight has left, but an overlapped one was never its turn.
func (s *Session) isLost(e *Error, overlapped bool) bool {
	early := e.Stage <= StageData || overlapped && e.Stage == StageContent && !s.streamed
	switch {
	case e.Lost:
		return true
	case !s.decided || !early:
		return false
	case e.Reply == nil:
		return e.Class == Temporary && (overlapped || s.ctx.Err() == nil)
	}
	return e.Reply.Code == 421 || errors.Is(e, ErrLostStep)
}
