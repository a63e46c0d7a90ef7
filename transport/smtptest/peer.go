package smtptest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// errEnd ends a session in which all is said.
var errEnd = errors.New("session ended")

// A peer is the server's end of one session.
type peer struct {
	conn   net.Conn // TLS once that is started
	raw    net.Conn
	wire   *counted // raw, below TLS
	r      *bufio.Reader
	server *Server
	h      *Handler
	record *Session

	hello  bool
	secure bool
	user   string
	from   *string
	to     []string

	transactions int // MAIL commands
}

// serve runs the session to its end.
func (p *peer) serve() {
	p.raw = p.conn
	p.wire = &counted{Conn: p.raw, add: func(n int) { p.note(func(s *Session) { s.Flights += n }) }}
	p.conn = p.wire
	p.r = bufio.NewReader(p.conn)
	err := p.begin()
	for err == nil {
		err = p.command()
	}
	p.note(func(s *Session) { s.Ended = true })
}

// begin starts implicit TLS and greets.
func (p *peer) begin() error {
	if p.h.ImplicitTLS {
		if err := p.startTLS(); err != nil {
			return err
		}
	}
	var r Reply
	if p.h.Greeting != nil {
		r = p.h.Greeting(p.record.ID)
	}
	return p.say(r.or(Say(220, p.h.Hostname+" ESMTP smtptest")))
}

// startTLS runs the handshake.
func (p *peer) startTLS() error {
	conn := tls.Server(p.wire, p.h.TLS)
	if err := conn.Handshake(); err != nil {
		return err
	}
	p.wire.handshaken(conn.ConnectionState().Version)
	p.conn, p.secure = conn, true
	p.r.Reset(conn)
	state := conn.ConnectionState()
	p.note(func(s *Session) { s.TLS = &state })
	return nil
}

// say sends a reply, and does what it says.
func (p *peer) say(r Reply) error {
	if r.Delay > 0 {
		time.Sleep(r.Delay)
	}
	if r.Before != Continue {
		return p.act(r.Before)
	}
	if _, err := io.WriteString(p.conn, r.wire()); err != nil {
		return err
	}
	if r.Wait > 0 {
		time.Sleep(r.Wait)
	}
	return p.act(r.After)
}

// act does an action. It returns errEnd unless the session goes on.
func (p *peer) act(a Action) error {
	switch a {
	case Continue:
		return nil
	case Close:
		p.conn.Close()
	case Reset:
		reset(p.raw)
	case Hang:
		_, _ = io.Copy(io.Discard, p.raw) // until the client goes
	}
	return errEnd
}

// reset resets a connection.
func reset(conn net.Conn) {
	switch c := conn.(type) {
	case *Conn:
		c.Reset()
	case *net.TCPConn:
		_ = c.SetLinger(0) // closing then resets
		c.Close()
	default:
		c.Close()
	}
}

// line reads one line, which must end with CRLF.
func (p *peer) line() (string, error) {
	line, err := p.r.ReadString('\n')
	if err != nil {
		return "", err
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	p.note(func(s *Session) { s.Commands = append(s.Commands, text) })
	if !ok {
		return "", p.say(Say(500, "5.5.2 bare LF").Then(Close))
	}
	return text, nil
}

// command reads and answers one command.
func (p *peer) command() error {
	line, err := p.line()
	if err != nil {
		return err
	}
	verb, arg, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return p.ehlo(strings.ToUpper(verb), arg)
	case "STARTTLS":
		return p.upgrade()
	case "AUTH":
		return p.auth(arg)
	case "MAIL":
		p.transactions++
		return p.mail(arg)
	case "RCPT":
		return p.rcpt(arg)
	case "DATA":
		return p.data()
	case "RSET":
		p.from, p.to = nil, nil
		return p.say(Say(250, "2.0.0 Ok"))
	case "NOOP":
		return p.say(Say(250, "2.0.0 Ok"))
	case "QUIT":
		p.note(func(s *Session) { s.Quit = true })
		return p.say(call(p.h.Quit).or(Say(221, "2.0.0 Bye").Then(Close)))
	}
	return p.say(Say(500, "5.5.2 unknown command"))
}

// call calls f, which may be nil.
func call(f func() Reply) Reply {
	if f == nil {
		return Reply{}
	}
	return f()
}

// callWith calls f, which may be nil.
func callWith(f func(string) Reply, arg string) Reply {
	if f == nil {
		return Reply{}
	}
	return f(arg)
}

func (p *peer) ehlo(verb, name string) error {
	p.note(func(s *Session) { s.Hello = name })
	p.from, p.to = nil, nil
	lines := []string{p.h.Hostname}
	if verb == "EHLO" {
		lines = append(lines, p.h.Keywords...)
		if p.h.TLS != nil && !p.secure {
			lines = append(lines, "STARTTLS")
		}
		if p.h.Users != nil {
			lines = append(lines, "AUTH "+strings.Join(p.h.Mechanisms, " "))
		}
	}
	r := callWith(p.h.Ehlo, name).or(Say(250, strings.Join(lines, "\n")))
	p.hello = r.ok()
	return p.say(r)
}

func (p *peer) upgrade() error {
	if p.h.TLS == nil || p.secure {
		return p.say(Say(502, "5.5.1 no TLS here"))
	}
	r := call(p.h.StartTLS).or(Say(220, "2.0.0 go ahead"))
	if err := p.say(r); err != nil || !r.ok() {
		return err
	}
	p.hello = false
	return p.startTLS()
}
