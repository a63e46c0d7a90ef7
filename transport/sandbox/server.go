// Package sandbox captures mail: an SMTP server on loopback that writes each message to a file of
// its own and passes nothing on.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Limits that no sensible client meets.
const (
	idleTimeout  = 10 * time.Minute
	writeTimeout = time.Minute
	maxLine      = 1 << 20 // octets, of a command or of content
)

// A Server accepts every message and writes it to a file in Dir: NAME.eml, or NAME-2.eml,
// NAME-3.eml and so on where there is one already. The file has mode 0600 and the octets that the
// client handed over, nothing added; it is whole as soon as it has its name, and has it before the
// client reads 250.
//
// The server offers PIPELINING, but not STARTTLS. Of who signs in it takes any password, also without
// TLS: it is for loopback. It writes nothing to standard error.
// Start and Close are safe for concurrent use; the fields may not change after Start.
type Server struct {
	// Dir is where the files go. It must exist.
	Dir string

	// Name returns the base name, without ".eml", of the file for the message with this Message-ID
	// (without angle brackets, "" if it has none). "" has the message rejected with 554. It is
	// called by several sessions at once. nil numbers the messages as they come: 000001, 000002, …
	Name func(messageID string) string

	// Making, if it is not nil, is called with the base name of each file before it is made. An error
	// has the message refused with 451. It is called by several sessions at once.
	Making func(name string) error

	// Listen is the address to listen on, as host:port. Empty means a port of loopback that the system
	// chooses.
	Listen string

	// Faults are how the server misbehaves.
	Faults Faults

	run     *running // nil before Start and after Close
	runLock sync.Mutex

	faulty  atomic.Pointer[misbehaving] // of the last Start
	names   names
	buffers sync.Pool // of *[]byte
	number  atomic.Int64
}

// running is what a started server has.
type running struct {
	smtp     *smtp.Server
	listener *listener
	served   chan struct{} // closed when Serve has returned
	saving   saving
}

// Start listens, and returns the address as host:port.
func (s *Server) Start() (addr string, err error) {
	s.runLock.Lock()
	defer s.runLock.Unlock()
	if s.run != nil {
		return "", errors.New("the capture server runs already")
	}
	l, err := s.listen()
	if err != nil {
		return "", fmt.Errorf("starting the capture server: %w", err)
	}
	m := newMisbehaving(s.Faults)
	s.faulty.Store(m)
	r := &running{
		listener: &listener{Listener: l, faults: m, ended: make(chan struct{})},
		served:   make(chan struct{}),
	}
	r.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, saving: &r.saving, faults: m, conn: c.Conn()}, nil
	}))
	r.smtp.Domain = "localhost"
	r.smtp.MaxLineLength = maxLine
	r.smtp.EnableSMTPUTF8 = true
	r.smtp.AllowInsecureAuth = true
	r.smtp.ReadTimeout = idleTimeout
	r.smtp.WriteTimeout = writeTimeout
	r.smtp.ErrorLog = log.New(io.Discard, "", 0)
	go func() {
		defer close(r.served)
		_ = r.smtp.Serve(r.listener) // ends when the listener is closed, and says so
	}()
	s.run = r
	return l.Addr().String(), nil
}

// listen takes IPv6 only where there is no IPv4, unless the address is given.
func (s *Server) listen() (net.Listener, error) {
	if s.Listen != "" {
		return net.Listen("tcp", s.Listen)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err == nil {
		return l, nil
	}
	l, err6 := net.Listen("tcp6", "[::1]:0")
	if err6 != nil {
		return nil, errors.Join(err, err6)
	}
	return l, nil
}

// Counts returns how often the server did what since the last Start.
func (s *Server) Counts() Counts {
	m := s.faulty.Load()
	if m == nil {
		return Counts{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts
}

// Close stops listening, cuts the open sessions and waits for their end. A message that has not
// come to its end leaves no file. After Close, or before Start, it does nothing.
func (s *Server) Close() error {
	s.runLock.Lock()
	r := s.run
	s.run = nil
	s.runLock.Unlock()
	if r == nil {
		return nil
	}
	err := r.listener.Close()
	<-r.served
	r.listener.cut()
	// Shutdown closes the listener once more, which is no error of ours, and waits for the
	// sessions.
	_ = r.smtp.Shutdown(context.Background())
	r.saving.end() // content by BDAT is read beside the session
	if err != nil {
		return fmt.Errorf("stopping the capture server: %w", err)
	}
	return nil
}

// saving counts the messages that are being written.
type saving struct {
	ended bool
	lock  sync.Mutex
	wait  sync.WaitGroup
}

// begin reports whether a message may still be written; done must follow.
func (s *saving) begin() bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.ended {
		s.wait.Add(1)
	}
	return !s.ended
}

func (s *saving) done() { s.wait.Done() }

// end lets no message begin any more, and waits for those that did.
func (s *saving) end() {
	s.lock.Lock()
	s.ended = true
	s.lock.Unlock()
	s.wait.Wait()
}
