// Package timed bounds the steps of a session by deadlines.
package timed

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Conn is the connection below TLS. It counts octets, and it alone sets deadlines, so that a
// context that is done and the deadlines of the steps never undo each other.
type Conn struct {
	net.Conn
	In, Out int64
	Early   []byte // while it is not nil, the first octets that are read

	mu        sync.Mutex    // guards the fields below
	wait      time.Duration // the time for the current step
	deadline  time.Time     // when it ends
	limit     time.Time     // no deadline is later, once the context is done; zero before
	end       time.Time     // no deadline is later while content is written; zero else
	committed bool          // the commit point is reached
	glanced   bool          // a glance was taken after the current step's time
}

// Arm gives the next step the time d, for reading and writing.
func (w *Conn) Arm(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait, w.glanced = d, false
	w.setDeadline(time.Now().Add(d))
}

// setDeadline is called with mu held.
func (w *Conn) setDeadline(t time.Time) {
	w.deadline = earliest(t, w.limit, w.end)
	// A connection that can't have a deadline is closed; the next read or write says so.
	_ = w.Conn.SetDeadline(w.deadline)
}

// earliest returns t, or the first of the limits if that is earlier. A limit that is zero is none.
func earliest(t time.Time, limits ...time.Time) time.Time {
	for _, limit := range limits {
		if !limit.IsZero() && t.After(limit) {
			t = limit
		}
	}
	return t
}

// Within gives all writes until the next call d together; zero is without end.
func (w *Conn) Within(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end = time.Time{}
	if d > 0 {
		w.end = time.Now().Add(d)
	}
}

// Late reports whether the time of Within is over.
func (w *Conn) Late() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.end.IsZero() && !time.Now().Before(w.end)
}

// Cancel is called when the context is done. Before the commit point it ends reads and writes at
// once, past it after grace.
func (w *Conn) Cancel(grace time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = time.Unix(1, 0)
	if w.committed {
		w.limit = time.Now().Add(grace)
	}
	w.setDeadline(w.deadline)
}

// Commit passes the commit point, unless ctx is done.
func (w *Conn) Commit(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w.committed = true
	return nil
}

// Renew takes the connection to its next message, which is before its commit point and has a context
// of its own. No Cancel for the message before may come any more.
func (w *Conn) Renew() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.committed, w.limit, w.end = false, time.Time{}, time.Time{}
}

// looks is how often, in its time, a write of content is looked at for progress.
const looks = 10

// look gives a write of content time until it is looked at again; last is when it made progress. It
// reports false if it made none in its time, and for all else that is written, which has no time but
// that of its step: an octet now and then must not hold a session.
func (w *Conn) look(last time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, over := time.Now(), last.Add(w.wait)
	if w.end.IsZero() || !now.Before(earliest(over, w.end, w.limit)) {
		return false
	}
	w.setDeadline(earliest(now.Add(w.wait/looks), over))
	return true
}

// LocalBuffer is how much of a message may wait in this machine for the network to take it. What the
// system would take beyond says nothing about the peer's progress, and where the network is slow it
// would hide it.
const LocalBuffer = 256 << 10

// Narrow has the system hold no more than LocalBuffer, if it can be told so.
func (w *Conn) Narrow() {
	if conn, ok := w.Conn.(interface{ SetWriteBuffer(octets int) error }); ok {
		_ = conn.SetWriteBuffer(LocalBuffer) // where it can't be set, the time for all of the content holds
	}
}

// glance is how long a read goes on for what has already come, when its time is over.
const glance = 50 * time.Millisecond

// mayGlance gives a read whose time is over a glance at what has come meanwhile: where this machine was
// suspended, or had much to do, the reply may wait in the buffer of the socket. It reports false if
// that was done for this step, and for a session that is given up before the commit point.
func (w *Conn) mayGlance() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.Conn.(syscall.Conn); !ok || w.glanced || !w.limit.IsZero() && !w.committed {
		return false
	}
	w.glanced = true
	_ = w.Conn.SetDeadline(time.Now().Add(glance))
	return true
}

// Read reads and counts.
func (w *Conn) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && w.mayGlance() {
		n, err = w.Conn.Read(b)
	}
	w.In += int64(n)
	if w.Early != nil {
		w.Early = append(w.Early, b[:min(n, cap(w.Early)-len(w.Early))]...)
	}
	return n, err
}

// Write writes b and counts. A write of content that times out is taken up again as long as each
// turn makes progress: the time of RFC 5321, section 4.5.3.2.5, is for a send that does not.
func (w *Conn) Write(b []byte) (n int, err error) {
	last := time.Now()
	w.look(last)
	for {
		var k int
		k, err = w.Conn.Write(b[n:])
		n += k
		w.Out += int64(k)
		if k > 0 {
			last = time.Now()
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || !w.look(last) {
			return n, err
		}
	}
}

// SetDeadline does nothing: see Arm. It and its like are what crypto/tls calls.
func (w *Conn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (w *Conn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (w *Conn) SetWriteDeadline(time.Time) error { return nil }

// Allowed returns the time that the current step was given.
func (w *Conn) Allowed() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wait
}
