package smtptest

import (
	"context"
	"net"
	"sync"
	"time"
)

// coalesceWait is how long a read of [Coalesce] lets octets gather.
const coalesceWait = time.Millisecond

// A DialFunc is the type of Dialer.DialContext.
type DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// Through returns a DialFunc whose connections are those of dial in an odd form:
// Through(server.DialContext, Dribble).
func Through(dial DialFunc, odd func(net.Conn) net.Conn) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return odd(conn), nil
	}
}

// Dribble returns a connection whose reads give one octet each, as where every octet comes in a
// segment of its own.
func Dribble(conn net.Conn) net.Conn { return dribble{conn} }

type dribble struct{ net.Conn }

func (d dribble) Read(b []byte) (int, error) { return d.Conn.Read(b[:min(1, len(b))]) }

// ShortWrites returns a connection whose writes reach the peer a few octets at a time, with a
// moment between, as where the window is always full.
func ShortWrites(conn net.Conn) net.Conn { return shortWrites{conn} }

type shortWrites struct{ net.Conn }

func (s shortWrites) Write(b []byte) (n int, err error) {
	const piece = 7
	for n < len(b) && err == nil {
		var k int
		k, err = s.Conn.Write(b[n:min(n+piece, len(b))])
		n += k
		time.Sleep(time.Microsecond)
	}
	return n, err
}

// Coalesce returns a connection whose reads give all that the peer sent without waiting, up to the
// size of the buffer, and whose writes leave with the next read, as where small segments are put
// together on their way.
func Coalesce(conn net.Conn) net.Conn { return &coalesce{Conn: conn} }

type coalesce struct {
	net.Conn
	mu  sync.Mutex // guards out
	out []byte
}

func (c *coalesce) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, b...)
	if len(c.out) < 64<<10 {
		return len(b), nil
	}
	return len(b), c.flush()
}

// flush is called with mu held.
func (c *coalesce) flush() error {
	_, err := c.Conn.Write(c.out)
	c.out = c.out[:0]
	return err
}

func (c *coalesce) Read(b []byte) (int, error) {
	c.mu.Lock()
	err := c.flush()
	c.mu.Unlock()
	if err == nil {
		time.Sleep(coalesceWait)
	}
	return c.Conn.Read(b) // what came before the trouble can still be read
}

// Close writes what is left.
func (c *coalesce) Close() error {
	c.mu.Lock()
	_ = c.flush() // the peer may be gone
	c.mu.Unlock()
	return c.Conn.Close()
}
