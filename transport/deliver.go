package transport

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxGroup is the number of RCPT commands that leave in one write. It keeps their replies far below
// what a socket buffers, so that neither side waits for the other to read (RFC 2920, section 3.1).
const maxGroup = 100

// Deliver runs one session for one message, QUIT included. It sends the message at most once. The
// error is nil only if the server said 2yz to the end of the message, and otherwise always a
// *Error; the Receipt is filled in as far as the session came.
//
// A ctx that is done before the commit point ends the session at once; past it, it shortens the
// wait for the reply to Dialer.Grace.
func (d *Dialer) Deliver(ctx context.Context, dl Delivery) (Receipt, error) {
	if err := dl.Envelope.check(); err != nil {
		return Receipt{}, err
	}
	s, err := d.open(ctx, dl.Label, dl.Trace)
	defer s.abandon()
	if err == nil {
		s.leaving, dl.Next = true, nil
		err = s.deliver(dl, nil)
	}
	err = s.ended(err)
	s.hangUp()
	if err != nil {
		return s.Receipt(), err
	}
	return s.Receipt(), nil
}

// abandon closes the connection of a session that a panicking callback left behind.
func (s *Session) abandon() {
	s.broken = true
	s.hangUp()
}

// check returns what keeps an envelope from being sent anywhere.
func (e Envelope) check() *Error {
	bad := func(stage Stage, what string, m Mailbox, err error) *Error {
		return &Error{Stage: stage, Class: Permanent, Err: fmt.Errorf("%s %q: %w", what, m.String(), err)}
	}
	if !e.From.IsZero() {
		if err := e.From.check(); err != nil {
			return bad(StageMail, "sender", e.From, err)
		}
	}
	for _, m := range e.To {
		if err := m.check(); err != nil {
			return bad(StageRcpt, "recipient", m, err)
		}
	}
	if len(e.To) == 0 {
		return &Error{Stage: StageRcpt, Class: Permanent, Err: errors.New("no recipients")}
	}
	return nil
}

// isASCII reports whether no mailbox of the envelope needs SMTPUTF8.
func (e Envelope) isASCII() bool {
	for _, m := range e.To {
		if !isASCII(m.Local) {
			return false
		}
	}
	return isASCII(e.From.Local)
}

// fits returns what keeps this server from taking the delivery, so that nothing of it is sent in
// vain.
func (s *Session) fits(dl Delivery) *Error {
	var err error
	switch m, limit := dl.Message, s.caps.Size; {
	case limit > 0 && m.Size() > limit: // RFC 1870, section 6
		err = fmt.Errorf("the message has %d octets, the server takes %d", m.Size(), limit)
	case s.caps.RcptMax > 0 && len(dl.Envelope.To) > s.caps.RcptMax: // RFC 9422, section 4.2
		err = fmt.Errorf("the message has %d recipients, the server takes %d", len(dl.Envelope.To), s.caps.RcptMax)
	case !dl.Envelope.isASCII() && !s.caps.SMTPUTF8: // RFC 6531, section 3.2
		err = fmt.Errorf("address: %w", ErrNeedsSMTPUTF8)
	case m.utf8 && !s.caps.SMTPUTF8:
		err = fmt.Errorf("header: %w", ErrNeedsSMTPUTF8)
	case m.has8 && !s.caps.EightBitMIME: // RFC 6152, section 3
		err = errors.New("the message is 8-bit, and the server does not offer 8BITMIME")
	default:
		return nil
	}
	return &Error{Stage: StageMail, Class: Permanent, Err: err}
}

// deliver runs the transaction. flight are the commands of it that left already, if they did.
func (s *Session) deliver(dl Delivery, flight []step) *Error {
	if err := s.fits(dl); err != nil {
		return err
	}
	var err *Error
	if flight == nil {
		err = s.envelope(dl, s.unclean)
	} else {
		err = s.answered(dl, flight)
	}
	if err != nil && s.disliked(err) {
		// Once more without what can be done without (RFC 5321, section 4.1.1.11).
		s.caps.sizeParameter, dl.OnMail = false, nil
		err = s.envelope(dl, false)
	}
	if err != nil {
		return err
	}
	return s.content(dl)
}

// disliked reports whether MAIL was refused for its parameters, one of which can be left out, and
// nothing came of the commands behind it.
func (s *Session) disliked(e *Error) bool {
	return e.Stage == StageMail && e.Reply != nil && !e.Lost && ofParameters(e.Reply) &&
		s.caps.sizeParameter && !s.broken && !s.quitting && !s.accepted
}

// ofParameters reports whether a refusal of MAIL is about its parameters: by its code (RFC 5321,
// sections 4.2.2 and 4.1.1.11), or because it speaks of them. One that is about the size of the
// message (RFC 1870, section 6.1; RFC 3463, section 3.4) is not.
func ofParameters(r *Reply) bool {
	switch r.Code {
	case 501, 504, 555:
		return true
	case 552:
		return false
	}
	text := strings.ToLower(r.Text())
	return r.Code/100 == 5 && r.Enhanced != "5.3.4" && r.Enhanced != "5.2.3" &&
		(strings.Contains(text, "size") || strings.Contains(text, "parameter"))
}

// envelope sends the commands up to DATA, behind RSET if a transaction before is to be ended. The
// first refusal is the outcome.
func (s *Session) envelope(dl Delivery, reset bool) *Error {
	s.begun++
	s.unclean = true
	for _, group := range s.groups(dl, reset) {
		before := func() {}
		if dl.OnMail != nil && group[len(group)-1].line != rset {
			before, dl.OnMail = dl.OnMail, nil
		}
		if err := s.group(group, before); err != nil {
			return err
		}
	}
	return nil
}

// rset ends a transaction. It is a step of StageMail.
const rset = "RSET"

// groups divides the commands up to DATA into flights. With several recipients DATA waits for all
// replies to RCPT, so that all get the message or none.
func (s *Session) groups(dl Delivery, reset bool) [][]step {
	// No space follows the colon (RFC 5321, sections 4.1.1.2 and 4.1.1.3).
	mail := "MAIL FROM:<" + dl.Envelope.From.String() + ">"
	if s.caps.sizeParameter {
		mail += " SIZE=" + strconv.FormatInt(dl.Message.Size(), 10)
	}
	if dl.Message.has8 {
		mail += " BODY=8BITMIME" // RFC 6152, section 3
	}
	// Only where it is needed: the next server may not know it (RFC 6531, section 3.4).
	if s.utf8 = dl.Message.utf8 || !dl.Envelope.isASCII(); s.utf8 {
		mail += " SMTPUTF8"
	}
	var steps []step
	if reset {
		steps = append(steps, step{stage: StageMail, line: rset})
	}
	steps = append(steps, step{stage: StageMail, line: mail})
	for i, m := range dl.Envelope.To {
		steps = append(steps, step{StageRcpt, "RCPT TO:<" + m.String() + ">", i})
	}
	data := step{stage: StageData, line: "DATA"}
	limit := 1
	switch {
	case s.pipelining() && len(dl.Envelope.To) == 1:
		return [][]step{append(steps, data)}
	case s.pipelining():
		limit = maxGroup
	}
	var groups [][]step
	for len(steps) > limit {
		groups = append(groups, steps[:limit])
		steps = steps[limit:]
	}
	return append(groups, steps, []step{data})
}

// pipelining reports whether commands may leave together (RFC 2920).
func (s *Session) pipelining() bool { return s.caps.Pipelining && !s.d.NoPipelining }

// group sends the steps in one write, after before, and reads all replies. The first refusal is the
// outcome, whatever follows it.
func (s *Session) group(steps []step, before func()) *Error {
	if err := s.ready(); err != nil {
		return err
	}
	if s.ctx.Err() != nil { // before the stage, and so the scope, is the message's
		s.broken = true
		return &Error{Stage: s.stage, Scope: s.stage.scope(), Err: context.Cause(s.ctx)}
	}
	s.stage = steps[0].stage
	before()
	s.out = s.out[:0]
	for _, st := range steps {
		if err := s.add(st.line); err != nil {
			return err
		}
	}
	if err := s.flush(s.patience(steps)); err != nil {
		err.Lost = s.decided && s.ctx.Err() == nil // what was said explains the end of the session
		return err
	}
	return s.outcome(steps)
}

// patience returns the time for a flight.
func (s *Session) patience(steps []step) time.Duration {
	t := s.conf.timeouts
	switch {
	case steps[0].stage == StageData:
		return t.Data
	case steps[len(steps)-1].stage == StageData:
		return max(t.Reply, t.Data)
	}
	return t.Reply
}

// outcome reads the replies to a flight.
func (s *Session) outcome(steps []step) *Error {
	var first *Error
	invited := false // a 354 came
	for _, st := range steps {
		if first == nil {
			s.stage = st.stage
		}
		reply, err := s.reply()
		if err != nil {
			if first == nil {
				return err
			}
			// A server that says so before it closes an idle session answers no command.
			first.Lost = first.Lost || s.decided && first.Stage == StageMail && isClosed(err)
			return first
		}
		switch {
		case st.stage == StageData && reply.Code == 354:
			// Nothing else begins the content (RFC 5321, section 4.1.1.4).
			invited = true
			continue
		case st.stage != StageData && reply.Code/100 == 2 && reply.Code != 221:
			if st.stage == StageRcpt {
				s.accepted = true
			}
			continue
		}
		refused := s.refused(reply)
		refused.Recipient = st.recipient
		refused.Lost = st.line == rset || s.decided && isOfSession(reply)
		if first == nil {
			first = refused
			s.wire.Arm(s.conf.timeouts.Quit) // the rest is read only to leave in step
		}
		if s.broken {
			return first
		}
	}
	switch {
	case first != nil && invited && first.Lost:
		s.broken = true // who knows what the server would do with a dot
	case first != nil && invited:
		s.decline()
	}
	return first
}

// isOfSession reports whether a refusal in a session that went well so far is about its state, and
// not about what was asked.
func isOfSession(r Reply) bool { return r.Code == 500 || r.Code == 503 || r.Code == 530 }

// decline ends a message that the server asked for though it refused what came before: by a lone
// dot if no recipient is left to get an empty message (RFC 2920, section 3.1), else by closing.
func (s *Session) decline() {
	if s.accepted {
		s.broken = true
		return
	}
	s.trace('C', ".")
	s.out = append(s.out[:0], ".\r\n"...)
	if s.leaving {
		s.quitting = s.add("QUIT") == nil
	}
	if s.flush(s.conf.timeouts.Quit) != nil {
		return
	}
	// It says nothing about the message, not even if it is 250.
	if reply, err := s.reply(); err == nil && !s.quitting {
		s.broken = reply.Code/100 == 3 || reply.Code == 221 || reply.Code == 421
	}
}
