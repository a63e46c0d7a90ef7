package peers

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// A proxy is a way of some length to a server.
type proxy struct {
	to     string
	oneWay time.Duration
	open   sync.WaitGroup
}

// A chunk is on its way until it is due.
type chunk struct {
	octets []byte
	due    time.Time
}

// far returns the address at which a server seems to be further away. The proxy takes connections at once, where the real way
// takes a round trip; so the server hears of a client after a round trip and a half, and the client of the server after two.
func far(tb testing.TB, to string, oneWay time.Duration) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &proxy{to: to, oneWay: oneWay}
	p.open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.open.Go(func() { p.join(client) })
		}
	})
	tb.Cleanup(func() {
		l.Close()
		p.open.Wait()
	})
	return l.Addr().String()
}

// join carries both directions of a connection until both have ended.
func (p *proxy) join(client net.Conn) {
	defer client.Close()
	begun := time.Now().Add(3 * p.oneWay)
	up := p.take(client, begun)
	<-time.After(time.Until(begun))
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		client.Close()
		for range up {
		}
		return
	}
	defer server.Close()
	down := p.take(server, begun)
	var both sync.WaitGroup
	both.Go(func() { give(server, up) })
	both.Go(func() { give(client, down) })
	both.Wait()
}

// take reads what one side sends, and says when it is due: each octet in its own time, however many are under way, and none
// before the connection has begun. The end of the octets is the last chunk, which has none.
func (p *proxy) take(from net.Conn, begun time.Time) <-chan chunk {
	chunks := make(chan chunk, 1024)
	p.open.Go(func() {
		defer close(chunks)
		for {
			b := make([]byte, 32<<10)
			n, err := from.Read(b)
			due := time.Now()
			if due.Before(begun) {
				due = begun.Add(-p.oneWay) // as if it had been sent with the end of TCP's handshake
			}
			if due = due.Add(p.oneWay); n > 0 {
				chunks <- chunk{b[:n], due}
			}
			if err != nil {
				chunks <- chunk{nil, due}
				return
			}
		}
	})
	return chunks
}

// give writes to the other side what is due.
func give(to net.Conn, chunks <-chan chunk) {
	for c := range chunks {
		<-time.After(time.Until(c.due))
		if c.octets == nil {
			_ = to.(*net.TCPConn).CloseWrite() // the side may be gone, and so with the next
		} else if _, err := to.Write(c.octets); err != nil {
			break
		}
	}
	for range chunks { // until that side, too, has seen the end
	}
}

// TestFar: an octet takes its time, and octets that follow each other take no more.
func TestFar(t *testing.T) {
	const oneWay = 25 * time.Millisecond
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.Copy(c, c)
	}()
	addr := far(t, l.Addr().String(), oneWay)
	begun := time.Now()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	want := 4 * oneWay // with connecting
	for range 3 {
		for range 50 {
			if _, err := io.WriteString(conn, "x"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.ReadFull(conn, make([]byte, 50)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < want || took > want+want/2 {
			t.Errorf("an echo took %v, want %v and a moment", took, want)
		}
		begun, want = time.Now(), 2*oneWay
	}
}
