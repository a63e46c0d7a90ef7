package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"mailshot/transport/sasl"
)

const (
	// maxCommand is the longest command line, with its end (RFC 5321, section 4.5.3.1.4).
	maxCommand = 512
	// maxResponse is the longest line that servers must take within AUTH, with its end (RFC 4954,
	// section 4).
	maxResponse = 12288
)

// authenticate runs the AUTH exchange.
func (s *Session) authenticate() *Error {
	a := s.d.Auth
	if a == nil {
		return nil
	}
	s.stage = StageAuth
	mechanism, err := a.choose(s.offered, s.receipt.TLS != nil)
	if err != nil {
		if none, ok := errors.AsType[*MechanismError](err); ok {
			none.Offered = s.caps.Auth
		}
		return s.misfit(err)
	}
	if s.probe != nil {
		s.probe.Mechanism = mechanism.Name
	}
	secret, err := a.secret(s.ctx, mechanism, "")
	if err != nil {
		return s.noToken(err)
	}
	e := s.exchange(mechanism, secret)
	if e != nil {
		e.Mechanism, e.Offered = mechanism.Name, s.caps.Auth
	}
	if e == nil || e.Reply == nil || e.Reply.Code != 535 || s.broken {
		return e
	}
	// A token that is too old is no wrong password: a new one may do. A password stays the same.
	fresh, err := a.secret(s.ctx, mechanism, secret)
	if err != nil {
		return s.noToken(err)
	}
	if fresh == secret {
		return e
	}
	return s.exchange(mechanism, fresh)
}

// noToken returns the error for a token that can't be had.
func (s *Session) noToken(err error) *Error {
	if s.ctx.Err() != nil {
		s.broken = true
		return &Error{Stage: s.stage, Scope: s.stage.scope(), Err: context.Cause(s.ctx)}
	}
	return s.misfit(err)
}

// exchange authenticates by one mechanism.
func (s *Session) exchange(mechanism sasl.Mechanism, secret string) *Error {
	client, err := mechanism.Start(sasl.Credentials{
		Username: s.d.Auth.Username, Secret: secret, Host: s.conf.host, Port: s.conf.port, Keys: &s.d.keys,
	})
	if err != nil {
		return s.misfit(err)
	}
	s.d.secrets.Add(secret)
	first := client.First()
	line, shown := "AUTH "+mechanism.Name, "AUTH "+mechanism.Name
	// An initial response goes with the command if the line does not get too long (RFC 4954,
	// section 4).
	if first != nil && len(line)+1+base64.StdEncoding.EncodedLen(len(first))+2 <= maxCommand {
		line += " " + encode(first)
		shown += " " + redacted
		s.sent.Sent(encode(first), first)
		first = nil
	}
	reply, e := s.secretLine(line, shown)
	var why error                       // what the server said about the refusal that is to come
	for e == nil && reply.Code == 334 { // every mechanism has an end of its own
		var response []byte
		switch challenge, ok := s.challenge(reply); {
		case !ok && !mechanism.Prompts:
			return s.cancelAuth(errors.New("the server's challenge is not base64"))
		case first != nil:
			response, first = first, nil
		default:
			if response, err = client.Next(challenge); response == nil {
				return s.cancelAuth(s.told(err))
			}
			why = s.told(err)
		}
		reply, e = s.respond(response)
	}
	if e == nil && s.probe != nil {
		s.probe.Auth = reply
	}
	switch {
	case e != nil:
		return e
	case reply.Code != 235: // RFC 4954, section 6
		e := s.refused(reply)
		if e.Err == nil && why != nil {
			e.Err = why
		}
		return e
	case why != nil:
		return s.distrust(why)
	}
	// A 235 proves nothing about who says it (RFC 5802, section 5).
	if err := client.Verified(); err != nil {
		return s.distrust(err)
	}
	return nil
}

// distrust returns the error for a server that is not what it seems.
func (s *Session) distrust(err error) *Error {
	s.broken = true
	return s.misfit(err)
}

// respond answers a challenge.
func (s *Session) respond(response []byte) (Reply, *Error) {
	line := encode(response)
	if len(line)+2 > maxResponse {
		return Reply{}, s.cancelAuth(fmt.Errorf("the password is too long for a line of %d octets", maxResponse))
	}
	if len(response) <= 1 { // an acknowledgement
		return s.secretLine(line, line)
	}
	s.sent.Sent(line, response)
	return s.secretLine(line, redacted)
}

// cancelAuth gives up an exchange in which a 334 waits for us. A "*" is never sent in any other
// state (RFC 4954, section 4).
func (s *Session) cancelAuth(why error) *Error {
	reply, err := s.secretLine("*", "*")
	if err != nil {
		return err
	}
	// After a 421 the server closes: no more commands (RFC 5321, section 3.8).
	s.broken = s.broken || reply.Code == 421
	e := s.misfit(why)
	e.Reply = &reply
	return e
}

// secretLine sends one line of the exchange, for which shown stands in the trace, and reads the
// reply.
func (s *Session) secretLine(line, shown string) (Reply, *Error) {
	if err := s.ready(); err != nil {
		return Reply{}, err
	}
	s.out = append(append(s.out[:0], line...), "\r\n"...)
	s.trace('C', shown)
	if err := s.flush(s.conf.timeouts.Reply); err != nil {
		return Reply{}, err
	}
	return s.reply()
}

// challenge returns what a 334 asks, decoded. It reports false if the reply is not one line of
// base64 (RFC 4954, section 4).
func (s *Session) challenge(r Reply) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s.raw[0]))
	return b, err == nil && len(r.Lines) == 1
}

// told returns an error of a mechanism, which may quote the server, with the secrets struck out.
// nil stays nil.
func (s *Session) told(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(escape(s.struck(err.Error())))
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
