package smtptest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Step is one thing that the server of a [Script] does.
type Step func(*player) error

// A Script plays one session over an in-memory connection. A client that says something else fails
// the test. After the last step the server listens until the client goes.
type Script struct {
	tb    testing.TB
	steps []Step

	mu       sync.Mutex // guards the fields below
	played   bool
	received bytes.Buffer
}

// A player is a script at work.
type player struct {
	script *Script
	raw    *Conn
	conn   net.Conn // raw, or TLS on it
	r      *bufio.Reader
}

// Play returns a script of these steps.
func Play(tb testing.TB, steps ...Step) *Script {
	return &Script{tb: tb, steps: steps}
}

// Pipe returns the DialContext of a script, for tests that need no more than that.
func Pipe(tb testing.TB, steps ...Step) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return Play(tb, steps...).DialContext
}

// DialContext begins the session. It is for Dialer.DialContext, and serves once: a second call
// fails the test.
func (s *Script) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.played {
		s.tb.Errorf("smtptest: a second session with %s", addr)
		return nil, errors.New("the script has one session")
	}
	s.played = true
	client, server := Pair()
	p := &player{script: s, raw: server, conn: server}
	p.r = bufio.NewReader(p)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.run()
	}()
	s.tb.Cleanup(func() {
		server.Close()
		<-done
	})
	return client, nil
}

// Received returns all octets that the client sent so far, without TLS.
func (s *Script) Received() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received.String()
}

// Read reads from the connection and records.
func (p *player) Read(b []byte) (int, error) {
	n, err := p.conn.Read(b)
	p.script.mu.Lock()
	defer p.script.mu.Unlock()
	p.script.received.Write(b[:n])
	return n, err
}

func (p *player) run() {
	defer p.raw.Close()
	for i, step := range p.script.steps {
		err := step(p)
		if errors.Is(err, errEnd) {
			return
		}
		if err != nil {
			p.script.tb.Errorf("smtptest: step %d: %v", i+1, err)
			return
		}
	}
	_, _ = io.Copy(io.Discard, p.r)
}

// Expect reads a line, which must be this one without its CRLF. A "*" at the end stands for any
// rest.
func Expect(want string) Step {
	return func(p *player) error {
		line, err := p.r.ReadString('\n')
		if err != nil {
			return fmt.Errorf("got %q and %w, want %q", line, err, want)
		}
		got := strings.TrimSuffix(line, "\r\n")
		prefix, any := strings.CutSuffix(want, "*")
		if got == want || any && strings.HasPrefix(got, prefix) {
			return nil
		}
		return fmt.Errorf("got %q, want %q", got, want)
	}
}

// Send sends lines, each with a CRLF, in one write.
func Send(lines ...string) Step {
	return SendRaw(strings.Join(lines, "\r\n") + "\r\n")
}

// SendRaw sends octets in one write.
func SendRaw(octets string) Step {
	return func(p *player) error {
		_, err := io.WriteString(p.conn, octets)
		return err
	}
}

// Flood sends octets as SendRaw does. It ends without a complaint when the client goes.
func Flood(octets string) Step {
	return func(p *player) error {
		if _, err := io.WriteString(p.conn, octets); err != nil {
			return errEnd
		}
		return nil
	}
}

// Drip sends octets one by one, each after the given time. It ends without a complaint when the
// client goes.
func Drip(octets string, every time.Duration) Step {
	return func(p *player) error {
		for i := range len(octets) {
			time.Sleep(every)
			if _, err := io.WriteString(p.conn, octets[i:i+1]); err != nil {
				return errEnd
			}
		}
		return nil
	}
}

// ReadData reads a message up to its final dot.
func ReadData() Step {
	return func(p *player) error {
		for start := true; ; {
			line, err := p.r.ReadString('\n')
			if err != nil {
				return fmt.Errorf("reading the message: %w", err)
			}
			if start && line == ".\r\n" {
				return nil
			}
			start = strings.HasSuffix(line, "\r\n")
		}
	}
}

// Read reads n octets.
func Read(n int) Step {
	return func(p *player) error {
		_, err := io.CopyN(io.Discard, p.r, int64(n))
		return err
	}
}

// Peek reads n octets at most of what comes next, below TLS where there is TLS, which then can't go
// on.
func Peek(n int) Step {
	return func(p *player) error {
		_, err := p.raw.Read(make([]byte, n))
		if err != nil {
			return errEnd
		}
		return nil
	}
}

// StartTLS runs the server's side of a handshake.
func StartTLS(config *tls.Config) Step {
	return func(p *player) error {
		conn := tls.Server(p.raw, config)
		if err := conn.Handshake(); err != nil {
			return err
		}
		p.conn = conn
		p.r.Reset(p)
		return nil
	}
}

// Wait lets time pass, which in a synctest bubble takes none.
func Wait(d time.Duration) Step {
	return func(*player) error {
		time.Sleep(d)
		return nil
	}
}

// Window sets how many octets from the client may wait unread.
func Window(octets int) Step {
	return func(p *player) error {
		p.raw.SetWindow(octets)
		return nil
	}
}

// Do does an action. Close and Reset end the script, and so does Hang, when the client goes; unlike
// the end of a script, Hang reads nothing.
func Do(a Action) Step {
	return func(p *player) error {
		switch a {
		case Continue:
			return nil
		case Close:
			p.conn.Close()
		case Reset:
			p.raw.Reset()
		case Hang:
			p.raw.awaitEnd()
		}
		return errEnd
	}
}
