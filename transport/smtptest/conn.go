package smtptest

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// defaultWindow is the number of octets that may wait unread at one end.
const defaultWindow = 64 << 10

// A Conn is one end of an in-memory connection that behaves as a TCP connection does: writes are
// buffered up to the peer's window, what was written before a close or a reset can still be read,
// and closing with unread octets resets. It is safe for concurrent use. It makes no goroutines; its
// deadlines are timers, so it works in synctest bubbles.
type Conn struct {
	in, out       *half
	local, remote net.Addr
}

// A half is one direction of a connection.
type half struct {
	mu       sync.Mutex // guards all below
	changed  *sync.Cond
	data     []byte
	window   int
	ended    bool // the writer will write no more
	gone     bool // the reader will read no more
	reset    bool
	readEnd  deadline
	writeEnd deadline
}

// A deadline wakes those who wait on a half.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

// Pair returns the two ends of a new connection on a loopback address.
func Pair() (client, server *Conn) {
	ip := net.IPv4(127, 0, 0, 1)
	return PairAddr(&net.TCPAddr{IP: ip, Port: 49152}, &net.TCPAddr{IP: ip, Port: 587})
}

// PairAddr is Pair with the addresses of the two ends.
func PairAddr(clientAddr, serverAddr net.Addr) (client, server *Conn) {
	up, down := newHalf(), newHalf()
	client = &Conn{in: down, out: up, local: clientAddr, remote: serverAddr}
	server = &Conn{in: up, out: down, local: serverAddr, remote: clientAddr}
	return client, server
}

func newHalf() *half {
	h := &half{window: defaultWindow}
	h.changed = sync.NewCond(&h.mu)
	return h
}

// Read reads what is there. It waits if nothing is.
func (c *Conn) Read(b []byte) (int, error) {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.gone:
			return 0, c.opError("read", net.ErrClosed)
		case h.readEnd.passed():
			return 0, c.opError("read", os.ErrDeadlineExceeded)
		case len(b) == 0:
			return 0, nil
		case len(h.data) > 0:
			n := copy(b, h.data)
			h.data = h.data[n:]
			h.changed.Broadcast()
			return n, nil
		case h.reset:
			return 0, c.opError("read", os.NewSyscallError("read", syscall.ECONNRESET))
		case h.ended:
			return 0, io.EOF
		}
		h.changed.Wait()
	}
}

// Write writes b into the peer's window. It waits for room, and returns how much went if the
// deadline comes first.
func (c *Conn) Write(b []byte) (n int, err error) {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.ended:
			return n, c.opError("write", net.ErrClosed)
		case h.reset:
			return n, c.opError("write", os.NewSyscallError("write", syscall.ECONNRESET))
		case h.gone:
			return n, c.opError("write", os.NewSyscallError("write", syscall.EPIPE))
		case h.writeEnd.passed():
			return n, c.opError("write", os.ErrDeadlineExceeded)
		}
		if room := h.window - len(h.data); room > 0 {
			k := min(room, len(b)-n)
			h.data = append(h.data, b[n:n+k]...)
			n += k
			h.changed.Broadcast()
		}
		if n == len(b) {
			return n, nil
		}
		h.changed.Wait()
	}
}

// Close closes both directions. The peer reads what was written and then io.EOF, or, if octets from
// it are unread here, a reset.
func (c *Conn) Close() error {
	c.in.mu.Lock()
	closed, unread := c.in.gone, len(c.in.data) > 0
	c.in.gone = true
	c.in.stop()
	c.in.mu.Unlock()
	if closed {
		return c.opError("close", net.ErrClosed)
	}
	c.out.mu.Lock()
	c.out.ended = true
	c.out.reset = c.out.reset || unread
	c.out.stop()
	c.out.mu.Unlock()
	return nil
}

// CloseWrite ends the direction to the peer, which reads what was written and then io.EOF.
func (c *Conn) CloseWrite() error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.ended = true
	c.out.changed.Broadcast()
	return nil
}

// Reset closes both directions; the peer's writes fail, and its reads, after what was written, with
// ECONNRESET.
func (c *Conn) Reset() {
	c.out.mu.Lock()
	c.out.reset = true
	c.out.mu.Unlock()
	c.in.mu.Lock()
	c.in.reset = true
	c.in.mu.Unlock()
	_ = c.Close() // it may be closed already
}

// SetWindow sets how many octets from the peer may wait unread here. Zero takes none; the default
// is 64 KiB.
func (c *Conn) SetWindow(octets int) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.window = octets
	c.in.changed.Broadcast()
}

// LocalAddr returns this end's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the peer's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline sets the deadline of reads; zero is none.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if c.in.gone {
		return c.opError("set", net.ErrClosed)
	}
	c.in.set(&c.in.readEnd, t)
	return nil
}

// SetWriteDeadline sets the deadline of writes; zero is none.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.set(&c.out.writeEnd, t)
	return nil
}

// opError wraps an error as package net does.
func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// set sets a deadline of h, with h.mu held.
func (h *half) set(d *deadline, t time.Time) {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = t
	if !t.IsZero() && time.Until(t) > 0 {
		d.timer = time.AfterFunc(time.Until(t), func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.changed.Broadcast()
		})
	}
	h.changed.Broadcast()
}

// stop ends the timers and wakes all, with h.mu held.
func (h *half) stop() {
	for _, d := range []*deadline{&h.readEnd, &h.writeEnd} {
		if d.timer != nil {
			d.timer.Stop()
			d.timer = nil
		}
	}
	h.changed.Broadcast()
}

func (d deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// awaitEnd waits, without reading, until the peer writes no more or this end is closed.
func (c *Conn) awaitEnd() {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.ended && !h.reset && !h.gone {
		h.changed.Wait()
	}
}
