package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestSettings: settings that can't work are the job's, whatever the server.
func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		name string
		d    *transport.Dialer
		want want
	}{
		{"address", &transport.Dialer{Addr: "mail.test"}, fails(dial, permanent, job, 0, "host:port")},
		{"hello", &transport.Dialer{Addr: "mail.test:25", Hello: "x\r\nMAIL"}, fails(ehlo, permanent, job, 0, "malformed")},
		{"mechanism", &transport.Dialer{Addr: "mail.test:25", Auth: &transport.Auth{Mechanism: "X"}}, fails(auth, permanent, job, 0, "not supported")},
		{"NUL in password", &transport.Dialer{Addr: "mail.test:25", Auth: &transport.Auth{Password: pass + "\x00"}}, fails(auth, permanent, job, 0, "NUL")},
		{"control character in user name", &transport.Dialer{Addr: "mail.test:25", Auth: &transport.Auth{Username: "a\x01auth=x", Password: pass}}, fails(auth, permanent, job, 0, "control character")},
		{"mode", &transport.Dialer{Addr: "mail.test:25", TLSMode: 7}, fails(tlsStage, permanent, job, 0, "tlsmode(7)")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				_, err := tt.d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				noSecrets(t, fmt.Sprint(err))
			}
		})
	}
}

// TestDial: the ways in which no connection comes to be.
func TestDial(t *testing.T) {
	fail := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: err}
		}
	}
	blackHole := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Err: ctx.Err()}
	}
	stop := errors.New("stopped by hand")
	for _, tt := range []struct {
		name   string
		dial   func(context.Context, string, string) (net.Conn, error)
		cancel time.Duration
		is     error
		took   time.Duration
	}{
		{"refused", fail(os.NewSyscallError("connect", syscall.ECONNREFUSED)), 0, syscall.ECONNREFUSED, 0},
		{"no local port", fail(os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)), 0, syscall.EADDRNOTAVAIL, 0},
		{"black hole", blackHole, 0, context.DeadlineExceeded, 30 * time.Second},
		{"cancelled", blackHole, time.Second, stop, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if tt.cancel > 0 {
					time.AfterFunc(tt.cancel, func() { cancel(stop) })
				}
				start := time.Now()
				d := &transport.Dialer{Addr: "mail.test:587", DialContext: tt.dial}
				_, err := d.Deliver(ctx, delivery(t))
				fails(dial, temporary, host, 0, "mail.test:587").check(t, err)
				if errors.Is(err, transport.ErrNoLocalPort) != (tt.is == syscall.EADDRNOTAVAIL) {
					t.Errorf("error = %v, want ErrNoLocalPort only where that is the reason", err)
				}
				if !errors.Is(err, tt.is) {
					t.Errorf("error = %v, want one that is %v", err, tt.is)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
			})
		})
	}
}

// TestPlaintextAuth: the password is not sent in the clear to another machine.
func TestPlaintextAuth(t *testing.T) {
	for _, tt := range []struct {
		name  string
		peer  string
		allow bool
		want  want
	}{
		{"elsewhere", "192.0.2.1", false, fails(auth, permanent, job, 0, "without TLS")},
		{"allowed", "192.0.2.1", true, fails(mail, permanent, row, 550, "")},
		{"loopback", "127.0.0.2", false, fails(mail, permanent, row, 550, "")},
		{"loopback by IPv6", "::1", false, fails(mail, permanent, row, 550, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{Users: map[string]string{user: pass}, Mail: func(string) smtptest.Reply { return smtptest.Say(550, "no") }})
				d.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := s.DialContext(ctx, network, addr)
					return elsewhere{conn, tt.peer}, err
				}
				withAuth("")(d)
				d.AllowPlaintextAuth = tt.allow
				r, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				if tt.want.stage == auth && r.BytesOut != 0 {
					t.Errorf("%d octets were written, want none", r.BytesOut)
				}
			})
		})
	}
}

// elsewhere is a connection whose peer has another address.
type elsewhere struct {
	net.Conn
	peer string
}

func (e elsewhere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(e.peer), Port: 25} }

// TestHello: without a name, EHLO says the socket's address.
func TestHello(t *testing.T) {
	for _, tt := range []struct{ hello, local, want string }{
		{"", "192.0.2.7", "[192.0.2.7]"},
		{"", "2001:db8::7", "[IPv6:2001:db8::7]"},
		{"", "::ffff:192.0.2.7", "[192.0.2.7]"},
		{"host.example", "192.0.2.7", "host.example"},
		{"[192.0.2.9]", "192.0.2.7", "[192.0.2.9]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, d := served(t, smtptest.Handler{})
			d.Hello = tt.hello
			d.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := s.DialContext(ctx, network, addr)
				return local{conn, tt.local}, err
			}
			if _, err := d.Deliver(t.Context(), delivery(t)); err != nil {
				t.Fatalf("Deliver: %v", err)
			}
			if got := s.Sessions()[0].Hello; got != tt.want {
				t.Errorf("EHLO %q from %s with %q, want %q", got, tt.local, tt.hello, tt.want)
			}
		})
	}
}

type local struct {
	net.Conn
	addr string
}

func (l local) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(l.addr)} }
