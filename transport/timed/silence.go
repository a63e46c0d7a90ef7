package timed

import (
	"net"
	"time"
)

const (
	// silence is how long a server may say nothing before it is asked whether the connection is
	// still there.
	silence = 5 * time.Second
	// askAgain is how long after that it is asked again.
	askAgain = 15 * time.Second
)

// An asker can have the system ask the peer whether it knows of the connection, by keep-alive
// probes (RFC 9293, section 3.8.4).
type asker interface {
	SetKeepAliveConfig(net.KeepAliveConfig) error
}

var _ asker = (*net.TCPConn)(nil)

// AskWhenSilent asks a server that is silent, until stop is called.
//
// The side that waits for the other to speak first may wait for nobody: a server whose queue of
// connections is full forgets one that this machine takes for open, and since nothing is written,
// nothing tells. A probe does: it is answered by a reset. A server that is only slow answers it
// too, without noticing. Unanswered, probes end nothing before the time for the greeting is over.
func (w *Conn) AskWhenSilent() (stop func()) {
	conn, ok := w.Conn.(asker)
	if !ok {
		return func() {}
	}
	timer := time.AfterFunc(silence, func() {
		// Where there are no probes, the deadline holds.
		_ = conn.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: silence, Interval: askAgain, Count: 100})
	})
	return func() {
		if !timer.Stop() {
			_ = conn.SetKeepAliveConfig(net.KeepAliveConfig{Idle: -1, Interval: -1, Count: -1})
		}
	}
}
