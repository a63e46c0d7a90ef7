package smtptest

import (
	"crypto/tls"
	"net"
)

// A counted connection counts the flights of a session: the writes that followed octets which came
// after the write before. It is below TLS, and is not safe for concurrent use.
type counted struct {
	net.Conn
	add   func(int) // adds to the count
	asked bool      // octets came since the last write
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.asked = c.asked || n > 0
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	if c.asked {
		c.asked = false
		c.add(1)
	}
	return c.Conn.Write(b)
}

// handshaken is called when the handshake is over. In TLS 1.3 it ends with the client's Finished
// (RFC 8446, section 2). What was written after that are tickets, for which no client waits: they
// are no flight, and the next write is the answer.
func (c *counted) handshaken(version uint16) {
	if version == tls.VersionTLS13 && !c.asked {
		c.asked = true
		c.add(-1)
	}
}
