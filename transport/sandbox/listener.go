package sandbox

import (
	"io"
	"net"
	"sync"
	"time"
)

// A listener knows its open connections, so that they can be counted and cut.
type listener struct {
	net.Listener
	faults *misbehaving
	ended  chan struct{} // closed by cut

	open     map[*conn]struct{}
	openLock sync.Mutex
}

// Accept waits for the next connection that may have a session.
func (l *listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c, reply := l.admit(raw)
		if reply == "" {
			return c, nil
		}
		_, _ = io.WriteString(raw, reply) // a client that is gone need not be told
		_ = raw.Close()
	}
}

// admit adds a connection to those that are open, or returns the reply that it gets instead.
func (l *listener) admit(raw net.Conn) (c *conn, reply string) {
	l.openLock.Lock()
	defer l.openLock.Unlock()
	if reply := l.faults.greet(len(l.open)); reply != "" {
		return nil, reply
	}
	c = &conn{Conn: raw, listener: l}
	if l.open == nil {
		l.open = make(map[*conn]struct{})
	}
	l.open[c] = struct{}{}
	return c, ""
}

// cut closes all connections, whatever their sessions do.
func (l *listener) cut() {
	close(l.ended)
	l.openLock.Lock()
	defer l.openLock.Unlock()
	for c := range l.open {
		_ = c.Conn.Close()
	}
}

// slow waits as the faults say, until the connections are cut.
func (l *listener) slow() {
	if l.faults.Slow <= 0 {
		return
	}
	t := time.NewTimer(l.faults.Slow)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.ended:
	}
}

func (l *listener) forget(c *conn) {
	l.openLock.Lock()
	defer l.openLock.Unlock()
	delete(l.open, c)
}

// A conn gathers replies until the next one depends on what the client says (RFC 2920, section
// 3.2): go-smtp writes every line by itself, and the client would wake up for each. Only one
// session uses it, from one goroutine.
type conn struct {
	net.Conn
	listener *listener
	replies  []byte
}

func (c *conn) Write(b []byte) (int, error) {
	c.replies = append(c.replies, b...)
	return len(b), nil
}

// Read sends the replies before it waits.
func (c *conn) Read(b []byte) (int, error) {
	if err := c.flush(); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// Close sends the replies before it closes.
func (c *conn) Close() error {
	c.listener.forget(c)
	err := c.flush()
	if closing := c.Conn.Close(); err == nil {
		err = closing
	}
	return err
}

func (c *conn) flush() error {
	if len(c.replies) == 0 {
		return nil
	}
	c.listener.slow()
	_, err := c.Conn.Write(c.replies)
	c.replies = c.replies[:0]
	return err
}

// hangUp closes a connection of the listener without the replies that wait.
func hangUp(c net.Conn) {
	if own, ok := c.(*conn); ok {
		_ = own.Conn.Close() // what the client makes of it is its affair
	}
}
