package transport_test

import (
	"context"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// An askedConn is a connection whose other side may know nothing of it.
type askedConn struct {
	net.Conn
	unknown bool        // to the other side
	asking  atomic.Bool // probes are on
	asked   atomic.Bool // they have been
}

// SetKeepAliveConfig has a side that does not know the connection answer by a reset.
func (c *askedConn) SetKeepAliveConfig(k net.KeepAliveConfig) error {
	c.asking.Store(k.Enable)
	if !k.Enable {
		return nil
	}
	c.asked.Store(true)
	if c.unknown {
		return c.Close()
	}
	return nil
}

// Read returns the reset.
func (c *askedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil && c.unknown && c.asked.Load() {
		err = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	return n, err
}

// TestSilentGreeting: a server that does not greet is asked whether it knows of the connection, and
// only then; a session that it lost takes seconds instead of minutes.
func TestSilentGreeting(t *testing.T) {
	for _, tt := range []struct {
		name    string
		unknown bool
		steps   []smtptest.Step
		want    want
		asked   bool
		took    time.Duration
	}{
		{"at once", false, script(sent(), smtp("250 ok", "221 bye"), closes), want{}, false, 0},
		{"slow", false, script(smtptest.Wait(20*time.Second), sent(), smtp("250 ok", "221 bye"), closes), want{}, true, 20 * time.Second},
		{"never", false, script(hangs), fails(greeting, temporary, host, 0, "within 5m"), true, 5 * time.Minute},
		{"lost", true, script(hangs), fails(greeting, temporary, host, 0, "connection reset by peer"), true, 5 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				conn := &askedConn{unknown: tt.unknown}
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext}
				d.DialContext = func(ctx context.Context, network, addr string) (_ net.Conn, err error) {
					conn.Conn, err = play.DialContext(ctx, network, addr)
					return conn, err
				}
				start := time.Now()
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if conn.asked.Load() != tt.asked || conn.asking.Load() {
					t.Errorf("asked, still asking = %t, %t; want %t, false", conn.asked.Load(), conn.asking.Load(), tt.asked)
				}
			})
		})
	}
}
