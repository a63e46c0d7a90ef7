package smtptest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
)

// A Handler says how a [Server] behaves. Its zero value takes every message, without TLS or AUTH.
// Functions that are nil give the usual reply; they are called from the sessions' goroutines, so
// several at once.
type Handler struct {
	Hostname string // default Host

	// Keywords are the lines of the reply to EHLO. nil is PIPELINING, SIZE, 8BITMIME and
	// ENHANCEDSTATUSCODES. STARTTLS and AUTH are added where TLS and Users say so.
	Keywords []string

	TLS         *tls.Config // not nil: STARTTLS is offered
	ImplicitTLS bool        // TLS from the first octet instead

	// Users are passwords, or tokens, by user. If it is not nil, AUTH is offered, and required
	// before MAIL. Mechanisms are those of AUTH; nil is PLAIN and LOGIN. There are CRAM-MD5,
	// SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2 and OAUTHBEARER too.
	Users      map[string]string
	Mechanisms []string

	Discard bool // Message.Data is not kept, only its size

	Greeting func(session int) Reply // sessions count from 1
	Ehlo     func(name string) Reply // to EHLO and HELO; for one alone look at Session.Commands
	StartTLS func() Reply

	// Auth decides instead of Users. With CRAM-MD5 and SCRAM password is "" if it is wrong.
	Auth func(user, password string) Reply

	Mail func(from string) Reply // the path without angle brackets
	Rcpt func(to string) Reply
	Data func() Reply
	Quit func() Reply

	// Session gives a session functions of its own: those of the Handler that it returns, whose
	// other fields do not count, are called instead of those here. nil: all sessions are alike.
	// Sessions count from 1.
	Session func(session int) Handler

	// Final answers the end of a message. The message counts as accepted if the reply's code is 2yz
	// or left out, also where the reply is lost, as by Silent(Close); Reply{Code: 451, Before:
	// Close} loses a refusal.
	Final func(m Message) Reply
}

// A Server is an SMTP server for tests. Its methods are safe for concurrent use.
type Server struct {
	h    Handler
	ends sync.Mutex // guards the fields below
	idle *sync.Cond // no session is open

	open      int
	closed    bool
	conns     map[net.Conn]bool
	listeners []net.Listener
	sessions  []*Session
	messages  []Message
}

// NewServer returns a server that is reached by its DialContext, and after Listen by TCP. The
// caller must Close it.
func NewServer(h Handler) *Server {
	if h.Hostname == "" {
		h.Hostname = Host
	}
	if h.Keywords == nil {
		h.Keywords = []string{"PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES"}
	}
	if h.Mechanisms == nil {
		h.Mechanisms = []string{"PLAIN", "LOGIN"}
	}
	s := &Server{h: h, conns: make(map[net.Conn]bool)}
	s.idle = sync.NewCond(&s.ends)
	return s
}

// DialContext opens a session over an in-memory connection, whatever the address: it is for
// Dialer.DialContext.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client, server := Pair()
	if !s.start(server) {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: server.LocalAddr(), Err: net.ErrClosed}
	}
	return client, nil
}

// Listen listens on a loopback port that the system chooses, and returns its address.
func (s *Server) Listen() (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listening for tests: %w", err)
	}
	s.ends.Lock()
	defer s.ends.Unlock()
	s.listeners = append(s.listeners, l)
	s.open++
	go func() {
		defer s.done(nil)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if !s.start(conn) {
				conn.Close()
			}
		}
	}()
	return l.Addr().String(), nil
}

// Close stops listening, closes all connections, and waits for the sessions to end.
func (s *Server) Close() {
	s.ends.Lock()
	defer s.ends.Unlock()
	s.closed = true
	for _, l := range s.listeners {
		l.Close()
	}
	for c := range s.conns {
		c.Close()
	}
	for s.open > 0 {
		s.idle.Wait()
	}
}

// Wait waits until no session is open, so that the ledger is complete. New sessions may begin
// meanwhile.
func (s *Server) Wait() {
	s.ends.Lock()
	defer s.ends.Unlock()
	for len(s.conns) > 0 {
		s.idle.Wait()
	}
}

// start runs a session in a goroutine of its own. It reports false if the server is closed.
func (s *Server) start(conn net.Conn) bool {
	s.ends.Lock()
	defer s.ends.Unlock()
	if s.closed {
		return false
	}
	s.open++
	s.conns[conn] = true
	record := &Session{ID: len(s.sessions) + 1}
	s.sessions = append(s.sessions, record)
	go func() {
		defer s.done(conn)
		h := s.h.serving(record.ID)
		p := &peer{conn: conn, server: s, h: &h, record: record}
		p.serve()
	}()
	return true
}

// serving returns the handler of one session.
func (h Handler) serving(session int) Handler {
	if h.Session == nil {
		return h
	}
	own := h.Session(session)
	h.Greeting, h.Ehlo, h.StartTLS, h.Auth = own.Greeting, own.Ehlo, own.StartTLS, own.Auth
	h.Mail, h.Rcpt, h.Data, h.Final, h.Quit = own.Mail, own.Rcpt, own.Data, own.Final, own.Quit
	return h
}

// done ends a goroutine of the server.
func (s *Server) done(conn net.Conn) {
	if conn != nil {
		conn.Close()
	}
	s.ends.Lock()
	defer s.ends.Unlock()
	delete(s.conns, conn)
	s.open--
	s.idle.Broadcast()
}
