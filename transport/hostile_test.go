package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// An enemy is a server that behaves up to a stage, and then does one thing until the client goes.
type enemy struct {
	raw  *smtptest.Conn
	conn net.Conn // raw, or TLS on it
	r    *bufio.Reader
	at   transport.Stage
	act  func(e *enemy, code string)
	line string // the last one that was read

	mode   transport.TLSMode // the dialer's
	config *tls.Config
	offer  string // the last keyword; "" is AUTH LOGIN
}

// run is the session. It ends when the client goes.
func (e *enemy) run() {
	defer e.raw.Close()
	e.conn, e.r = e.raw, bufio.NewReader(e.raw)
	if e.offer == "" {
		e.offer = "AUTH LOGIN"
	}
	if e.mode == transport.ImplicitTLS && e.secure() != nil {
		return
	}
	e.turn(greeting, 0, "220 enemy")
	e.turn(ehlo, 1, "250-enemy\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 "+e.offer)
	if e.mode == transport.StartTLS {
		e.turn(starttls, 1, "220 go")
		if e.at != starttls && e.secure() != nil {
			return
		}
		e.turn(ehlo, 1, "250-enemy\r\n250-PIPELINING\r\n250 "+e.offer)
	}
	e.turn(auth, 1, "334 ")
	e.turn(auth, 1, "334 ")
	e.turn(auth, 1, "235 ok")
	e.turn(mail, 3, "250 ok")
	e.turn(rcpt, 0, "250 ok")
	e.turn(data, 0, "354 go")
	e.turn(content, strings.Count(text, "\n"), "")
	e.turn(final, 1, "250 ok")
	e.turn(transport.StageQuit, 1, "221 bye")
	e.turn(afterQuit, 0, "")
	_, _ = io.Copy(io.Discard, e.conn)
}

// secure runs the handshake, or does what it is here for.
func (e *enemy) secure() error {
	if e.at == tlsStage {
		e.act(e, "")
		_, _ = io.Copy(io.Discard, e.raw)
		return io.EOF
	}
	conn := tls.Server(e.raw, e.config)
	e.conn = conn
	e.r.Reset(conn)
	return conn.Handshake()
}

// turn reads so many lines and answers them, or does what it is here for.
func (e *enemy) turn(stage transport.Stage, lines int, reply string) {
	for range lines {
		var err error
		if e.line, err = e.r.ReadString('\n'); err != nil {
			return
		}
	}
	switch {
	case stage == e.at:
		e.act(e, (reply + "   ")[:3])
		_, _ = io.Copy(io.Discard, e.conn)
	case reply != "":
		_, _ = io.WriteString(e.conn, reply+"\r\n")
	}
}

// flood says something without end.
func flood(to io.Writer, s string) {
	b := []byte(strings.Repeat(s, 1+4<<10/len(s)))
	for {
		if _, err := to.Write(b); err != nil {
			return
		}
	}
}

// drip says octets, or whole lines, one each time, without end.
func drip(to io.Writer, every time.Duration, pieces ...string) {
	for i := 0; ; i++ {
		<-time.After(every)
		if _, err := io.WriteString(to, pieces[min(i, len(pieces)-1)]); err != nil {
			return
		}
	}
}

// afterQuit is when all is said, and the server may close.
const afterQuit = transport.StageQuit + 1

// patience is how long a server is waited for in a stage.
func patience(stage transport.Stage) time.Duration {
	switch stage {
	case final:
		return 10 * time.Minute
	case transport.StageQuit:
		return 5 * time.Second
	case afterQuit:
		return 500 * time.Millisecond
	}
	return 5 * time.Minute
}

// TestHostile: whatever a server says where a reply is awaited, it is left at once, or when the
// stage's time is over, however it spends it; and what it says takes no more memory than a bound.
func TestHostile(t *testing.T) {
	server, client := certified(t)
	for _, tt := range []struct {
		name  string
		below bool // it is below TLS
		waits bool // it takes the stage's time
		act   func(e *enemy, code string)
	}{
		{"silence", false, true, func(*enemy, string) {}},
		{"a line without end", false, false, func(e *enemy, code string) { flood(e.conn, code+" x") }},
		{"lines without end", false, false, func(e *enemy, code string) { flood(e.conn, code+"-x\r\n") }},
		{"long lines without end", false, false, func(e *enemy, code string) { flood(e.conn, code+"-"+strings.Repeat("x", 8000)+"\r\n") }},
		{"replies without end", false, false, func(e *enemy, code string) { flood(e.conn, code+" x\r\n") }},
		{"NULs without end", false, false, func(e *enemy, code string) { flood(e.conn, "\x00") }},
		{"line ends without end", false, false, func(e *enemy, code string) { flood(e.conn, "\r\n") }},
		{"an octet a second", false, true, func(e *enemy, code string) { drip(e.conn, time.Second, code[:1], code[1:2], code[2:], "-", "x") }},
		{"an octet just in time", false, true, func(e *enemy, code string) { drip(e.conn, patience(e.at)*9/10, code[:1], code[1:2]) }},
		{"a line a while", false, true, func(e *enemy, code string) { drip(e.conn, patience(e.at)/4, code+"-x\r\n") }},
		{"half a record", true, true, func(e *enemy, code string) { drip(e.raw, time.Second, "\x17\x03\x03\x40\x00", "x") }},
		{"a record that is too long", true, false, func(e *enemy, code string) { flood(e.raw, "\x17\x03\x03\xff\xff") }},
		{"records that are none", true, false, func(e *enemy, code string) {
			flood(e.raw, "\x17\x03\x03\x00\x20"+strings.Repeat("x", 32))
		}},
		{"plain text", true, false, func(e *enemy, code string) { flood(e.raw, code+" x\r\n") }},
	} {
		for _, mode := range modes() {
			for _, at := range []transport.Stage{greeting, ehlo, starttls, auth, mail, rcpt, data, final, transport.StageQuit, afterQuit} {
				if at == starttls && mode != transport.StartTLS {
					continue
				}
				if tt.below && (mode == transport.Plaintext || mode == transport.StartTLS && at <= starttls) {
					continue // there is no TLS, or not yet
				}
				t.Run(fmt.Sprintf("%s/%v/%v", tt.name, mode, at), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						e := &enemy{at: at, act: tt.act, config: server}
						took, grown, err := e.meet(t, &transport.Dialer{TLSMode: mode, TLS: client})
						want := time.Duration(0)
						if tt.waits {
							want = patience(at)
						}
						// Anything that comes after QUIT is the end.
						if took != want && !(at == afterQuit && took <= patience(at)) {
							t.Errorf("took %v, want %v; error %v", took, want, err)
						}
						if grown > mostGrown {
							t.Errorf("%d octets were allocated, want at most %d", grown, mostGrown)
						}
						if taken := at >= transport.StageQuit || at == final && tt.name == "replies without end"; (err == nil) != taken {
							t.Errorf("error = %v; the message was taken: %t", err, taken)
						}
					})
				})
			}
		}
	}
}

// mostGrown is how many octets a session may allocate, what its server does included.
const mostGrown = 1 << 20

// meet delivers to the enemy. It gives how long that took and how much was allocated meanwhile, by
// both of them.
func (e *enemy) meet(t *testing.T, d *transport.Dialer) (took time.Duration, grown uint64, err error) {
	t.Helper()
	d.Addr, e.mode = "mail.test:587", d.TLSMode
	if d.Auth == nil {
		withAuth("LOGIN")(d)
	}
	done := make(chan struct{})
	d.DialContext = func(context.Context, string, string) (net.Conn, error) {
		var conn *smtptest.Conn
		conn, e.raw = smtptest.Pair()
		go func() {
			defer close(done)
			e.run()
		}()
		return conn, nil
	}
	dl := delivery(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, err = d.Deliver(t.Context(), dl)
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	<-done
	var te *transport.Error
	if err != nil && !errors.As(err, &te) {
		t.Errorf("error = %v, want a *transport.Error", err)
	}
	return took, after.TotalAlloc - before.TotalAlloc, err
}
