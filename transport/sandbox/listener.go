package sandbox

import (
	"net"
	"sync"
)

// A listener knows its open connections, so that they can be cut.
type listener struct {
	net.Listener

	open     map[*conn]struct{}
	openLock sync.Mutex
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, listener: l}
	l.openLock.Lock()
	defer l.openLock.Unlock()
	if l.open == nil {
		l.open = make(map[*conn]struct{})
	}
	l.open[c] = struct{}{}
	return c, nil
}

// cut closes all connections, whatever their sessions do.
func (l *listener) cut() {
	l.openLock.Lock()
	defer l.openLock.Unlock()
	for c := range l.open {
		_ = c.Conn.Close()
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
	_, err := c.Conn.Write(c.replies)
	c.replies = c.replies[:0]
	return err
}
