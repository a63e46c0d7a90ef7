package web

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"mailshot/job/problem"
)

// Limits that no browser meets.
const (
	headerTimeout = 10 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
	endTimeout    = 2 * time.Second // requests have so long to end
)

// A Server serves a site on an address of this machine alone.
type Server struct {
	listener net.Listener
	guard    *guard
}

// Listen listens. An address of other machines is refused.
func Listen(addr string) (*Server, error) {
	if err := Loopback(addr); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, problem.Fail(problem.Unreachable, "starting the page: %w", err)
	}
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok || !at.IP.IsLoopback() { // what "localhost" is, a file says
		return nil, errors.Join(notLoopback(addr), l.Close())
	}
	return &Server{l, newGuard(at)}, nil
}

// Loopback refuses an address of other machines, and what is no address.
func Loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return problem.Fail(problem.Usage, "--listen %s: it is an address and a port, as 127.0.0.1:2525", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return notLoopback(addr)
	}
	return nil
}

func notLoopback(addr string) error {
	return problem.Fail(problem.Usage, "--listen %s: it is an address of this machine alone, as 127.0.0.1:2525 or [::1]:2525", addr)
}

// URL returns the address to open, which lets one browser in, once.
func (s *Server) URL() string { return s.guard.url() }

// Serve serves a site until ctx is done, and then ends well. It returns when no request is looked after
// any more.
func (s *Server) Serve(ctx context.Context, site *Site) error {
	handler, err := site.handler(s.guard.root)
	if err != nil {
		return errors.Join(problem.InternalError(err), s.listener.Close())
	}
	s.guard.next = handler
	server := &http.Server{
		Handler:           s.guard,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		DisableGeneralOptionsHandler: true, // which asks nobody
		MaxHeaderBytes:               maxHeader, ErrorLog: log.New(io.Discard, "", 0),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()
	select {
	case err = <-served:
		err = problem.Fail(problem.Unreachable, "serving the page: %w", err)
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
		defer cancel()
		if server.Shutdown(ending) != nil {
			_ = server.Close() // cuts those who do not end
		}
		<-served // says that it was closed
	}
	s.guard.requests.Wait()
	return err
}

// Close ends a server that does not serve.
func (s *Server) Close() error { return s.listener.Close() }
