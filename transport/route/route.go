// Package route connects to a host by whichever of its addresses answers (RFC 8305).
package route

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// attemptDelay is how long an address is tried alone before the next one is tried beside it (RFC
// 8305, section 5).
const attemptDelay = 250 * time.Millisecond

// ErrNoLocalPort is in the chain of an error of StageDial if this machine had no local port free.
// It passes by itself, as closed connections leave TIME_WAIT, and says nothing about the server.
var ErrNoLocalPort = errors.New("this machine has no local port free")

// ErrNoOther is the error of Connect where all addresses of the host are to be left out.
var ErrNoOther = errors.New("the host has no other address")

// A Route connects to a host by the first of its addresses that answers. It is a value that may be
// copied, and safe for concurrent use as far as its functions are.
type Route struct {
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, addr string) (net.Conn, error)
	Reach  func(addr string) error // whether this machine has an address to connect from

	First string   // the address, with its port, that is tried before the others; "": none
	Skip  []string // those that are left out

	Found  func(addrs []string, took time.Duration) // is told in which order addresses are tried; nil: nobody is
	Failed func(addr string, err error)             // is told what was tried in vain; nil: nobody is
}

// Network returns the route of this machine.
func Network() Route {
	// A session is short and has deadlines: keep-alive probes would only cost system calls. For the
	// wait that they can shorten, see package transport.
	d := &net.Dialer{KeepAlive: -1}
	return Route{
		Lookup: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		Dial: func(ctx context.Context, addr string) (net.Conn, error) { return d.DialContext(ctx, "tcp", addr) },
		Reach: func(addr string) error {
			conn, err := net.Dial("udp", addr) // sends nothing
			if err == nil {
				err = conn.Close()
			}
			return err
		},
	}
}

// Connect tries all addresses of the host, and returns the errors of all if none answers.
func (r Route) Connect(ctx context.Context, host, port string) (net.Conn, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		addr := net.JoinHostPort(host, port)
		if slices.Contains(r.Skip, addr) {
			return nil, ErrNoOther
		}
		r.found([]string{addr}, 0)
		conn, err := r.Dial(ctx, addr)
		if err != nil {
			err = r.explain(addr, err)
			r.failed(addr, err)
		}
		return conn, err
	}
	start := time.Now()
	found, err := r.Lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "the host has no address", Name: host, IsNotFound: true}
	}
	var addrs []string
	for _, ip := range alternate(found) {
		addrs = append(addrs, net.JoinHostPort(ip.Unmap().String(), port))
	}
	if addrs = r.chosen(addrs); len(addrs) == 0 {
		return nil, ErrNoOther
	}
	r.found(addrs, time.Since(start))
	return r.race(ctx, addrs)
}

// chosen returns the addresses in the order that the caller wants, without those to be left out.
func (r Route) chosen(addrs []string) []string {
	if i := slices.Index(addrs, r.First); i > 0 {
		copy(addrs[1:], addrs[:i])
		addrs[0] = r.First
	}
	return slices.DeleteFunc(addrs, func(a string) bool { return slices.Contains(r.Skip, a) })
}

func (r Route) found(addrs []string, took time.Duration) {
	if r.Found != nil {
		r.Found(addrs, took)
	}
}

func (r Route) failed(addr string, err error) {
	if r.Failed != nil {
		r.Failed(addr, err)
	}
}

// alternate returns the addresses in the order in which they are tried: as found, but by turns of
// IPv4 and IPv6 (RFC 8305, section 4), so that a family that leads nowhere costs one attempt.
func alternate(found []netip.Addr) []netip.Addr {
	var first, second, list []netip.Addr
	for _, ip := range found {
		if ip.Unmap().Is4() == found[0].Unmap().Is4() {
			first = append(first, ip)
		} else {
			second = append(second, ip)
		}
	}
	for len(first)+len(second) > 0 {
		if len(first) > 0 {
			list, first = append(list, first[0]), first[1:]
		}
		if len(second) > 0 {
			list, second = append(list, second[0]), second[1:]
		}
	}
	return list
}

// race tries the addresses, the next one when the last has failed or kept silent for a while, and
// takes the first connection.
func (r Route) race(ctx context.Context, addrs []string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		i    int
		conn net.Conn
		err  error
	}
	results := make(chan result)
	errs := make(failures, len(addrs))
	begun, open := 0, 0
	begin := func() {
		i := begun
		begun, open = begun+1, open+1
		go func() {
			conn, err := r.Dial(ctx, addrs[i])
			results <- result{i, conn, err}
		}()
	}
	timer := time.NewTimer(attemptDelay)
	defer timer.Stop()
	begin()
	var won net.Conn
	for open > 0 {
		select {
		case <-timer.C:
		case res := <-results:
			open--
			switch {
			case res.err != nil && won == nil:
				errs[res.i] = r.explain(addrs[res.i], res.err)
				r.failed(addrs[res.i], errs[res.i])
			case res.err != nil:
			case won == nil:
				won = res.conn
				cancel()
			default:
				res.conn.Close() // too late
			}
		}
		if won == nil && begun < len(addrs) && ctx.Err() == nil {
			begin()
			timer.Reset(attemptDelay)
		}
	}
	if won != nil {
		return won, nil
	}
	return nil, errs.join()
}

// explain tells the two reasons of EADDRNOTAVAIL apart: no local port is free, or this machine has
// no address to connect from, as where it has no IPv6.
func (r Route) explain(addr string, err error) error {
	switch {
	case !errors.Is(err, syscall.EADDRNOTAVAIL):
		return err
	case r.Reach(addr) != nil:
		return fmt.Errorf("this machine has no address from which %s can be reached", addr)
	}
	return NoLocalPort(err)
}

// NoLocalPort marks an error that is EADDRNOTAVAIL.
func NoLocalPort(err error) error { return fmt.Errorf("%w: %w", ErrNoLocalPort, err) }

// failures are the errors of several addresses, on one line.
type failures []error

func (f failures) Error() string {
	var texts []string
	for _, err := range f {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

func (f failures) Unwrap() []error { return f }

// join leaves out what was not tried.
func (f failures) join() error {
	var list failures
	for _, err := range f {
		if err != nil {
			list = append(list, err)
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}
