package smtptest

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
)

func (p *peer) mail(arg string) error {
	path, ok := path(arg, "FROM:")
	switch {
	case !p.hello:
		return p.say(Say(503, "5.5.1 say EHLO first"))
	case p.h.Users != nil && p.user == "":
		return p.say(Say(530, "5.7.0 authentication required"))
	case !ok || p.from != nil:
		return p.say(Say(501, "5.5.4 malformed or nested MAIL"))
	}
	r := callWith(p.h.Mail, path).or(Say(250, "2.1.0 Ok"))
	if r.ok() {
		p.from = &path
	}
	return p.say(r)
}

func (p *peer) rcpt(arg string) error {
	path, ok := path(arg, "TO:")
	switch {
	case p.from == nil:
		return p.say(Say(503, "5.5.1 say MAIL first"))
	case !ok || path == "":
		return p.say(Say(501, "5.5.4 malformed RCPT"))
	}
	r := callWith(p.h.Rcpt, path).or(Say(250, "2.1.5 Ok"))
	if r.ok() {
		p.to = append(p.to, path)
	}
	return p.say(r)
}

// path cuts the path out of the argument of MAIL or RCPT.
func path(arg, prefix string) (string, bool) {
	if len(arg) < len(prefix) || !strings.EqualFold(arg[:len(prefix)], prefix) || !strings.HasPrefix(arg[len(prefix):], "<") {
		return "", false
	}
	rest := arg[len(prefix)+1:]
	quoted := false
	for i := 0; i < len(rest); i++ {
		switch {
		case quoted && rest[i] == '\\':
			i++
		case rest[i] == '"':
			quoted = !quoted
		case rest[i] == '>' && !quoted:
			return rest[:i], i+1 == len(rest) || rest[i+1] == ' '
		}
	}
	return "", false
}

func (p *peer) data() error {
	usual := Say(354, "end with a dot")
	if len(p.to) == 0 {
		usual = Say(503, "5.5.1 no valid recipients")
	}
	r := call(p.h.Data).or(usual)
	if err := p.say(r); err != nil || r.Code != 354 {
		return err
	}
	m := Message{Session: p.record.ID, Transaction: p.transactions, User: p.user, To: p.to}
	if p.from != nil {
		m.From = *p.from
	}
	p.from, p.to = nil, nil
	data, err := p.content()
	if err != nil {
		return err
	}
	m.Size = len(data)
	if !p.h.Discard {
		m.Data = data
	}
	return p.final(m)
}

// content reads a message up to its end, strictly: only CRLF "." CRLF ends it.
func (p *peer) content() ([]byte, error) {
	var data, line []byte
	for {
		part, err := p.r.ReadSlice('\n')
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) || err == nil && !bytes.HasSuffix(line, []byte("\r\n")) {
			continue
		}
		if err != nil {
			partial := append(data, line...)
			p.note(func(s *Session) { s.Partial, s.InData = partial, true })
			return nil, err
		}
		if string(line) == ".\r\n" {
			return data, nil
		}
		data = append(data, bytes.TrimPrefix(line, []byte("."))...)
		line = line[:0]
	}
}

// final answers the end of a message. The message is in the ledger before the client can know.
func (p *peer) final(m Message) error {
	usual := Say(250, "2.0.0 Ok: queued")
	if len(m.To) == 0 {
		usual = Say(554, "5.5.1 no valid recipients")
	}
	r := usual
	if p.h.Final != nil {
		r = p.h.Final(m).or(usual)
	}
	m.Accepted, m.Answered = r.Code/100 == 2, r.Before == Continue
	p.note(func(s *Session) {
		s.Messages = append(s.Messages, m)
		if m.Accepted {
			p.server.messages = append(p.server.messages, m)
		}
	})
	return p.say(r)
}
