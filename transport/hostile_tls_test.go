package transport_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
)

// A dripping connection writes an octet now and then.
type dripping struct {
	net.Conn
	every time.Duration
}

func (d dripping) Write(b []byte) (int, error) {
	for i := range b {
		<-time.After(d.every)
		if _, err := d.Conn.Write(b[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(b), nil
}

// TestHostileHandshake: a handshake has its time and no more, however it is spent, and takes no
// more memory than a bound.
func TestHostileHandshake(t *testing.T) {
	server, client := certified(t)
	chain := func(octets int) *tls.Config {
		c := server.Clone()
		own := c.Certificates[0]
		links := octets / (len(own.Certificate[0]) + 5)
		own.Certificate = append(slices.Clone(own.Certificate[:1]), slices.Repeat(own.Certificate[:1], links-1)...)
		c.Certificates = []tls.Certificate{own}
		return c
	}
	const (
		warning = "\x15\x03\x03\x00\x02\x01\x5a" // user_canceled
		change  = "\x14\x03\x03\x00\x01\x01"     // change_cipher_spec
		huge    = "\x16\x03\x03\x40\x00\x02\xff\xff\xff"
	)
	for _, tt := range []struct {
		name  string
		waits bool // it takes the time of a handshake
		grown uint64
		act   func(e *enemy, code string)
	}{
		{"silence", true, mostGrown, func(*enemy, string) {}},
		{"one that is good, an octet a second", true, mostGrown, func(e *enemy, _ string) { shown(dripping{e.raw, time.Second}, server) }},
		{"an alert, an octet a while", true, mostGrown, func(e *enemy, _ string) {
			drip(asked(e.raw), 10*time.Second, strings.Split(warning, "")...)
		}},
		{"a record without end, an octet just in time", true, mostGrown, func(e *enemy, _ string) {
			drip(asked(e.raw), 59*time.Second, strings.Split(huge, "")...)
		}},
		{"warnings without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), warning) }},
		{"changes of cipher without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), change) }},
		{"empty records without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), "\x16\x03\x03\x00\x00") }},
		{"a message without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), huge+strings.Repeat("x", 0x4000-4)) }},
		{"octets without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), "\xff") }},
		{"lines without end", false, mostGrown, func(e *enemy, _ string) { flood(asked(e.raw), "220-x\r\n") }},
		// The first of these is about what crypto/tls takes; most of what they allocate is the
		// server's.
		{"certificates of 250,000 octets", false, 16 << 20, func(e *enemy, _ string) { shown(e.raw, chain(250_000)) }},
		{"certificates of a million octets", false, 16 << 20, func(e *enemy, _ string) { shown(e.raw, chain(1_000_000)) }},
	} {
		for _, mode := range []transport.TLSMode{transport.ImplicitTLS, transport.StartTLS} {
			t.Run(fmt.Sprintf("%s/%v", tt.name, mode), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					e := &enemy{at: tlsStage, act: tt.act}
					took, grown, err := e.meet(t, &transport.Dialer{TLSMode: mode, TLS: client})
					want := time.Duration(0)
					if tt.waits {
						want = time.Minute
					}
					if took != want || err == nil {
						t.Errorf("took %v, want %v; error %v", took, want, err)
					}
					if grown > tt.grown {
						t.Errorf("%d octets were allocated, want at most %d", grown, tt.grown)
					}
				})
			})
		}
	}
}

// shown runs a handshake and closes.
func shown(conn net.Conn, config *tls.Config) {
	_ = tls.Server(conn, config).Handshake() // the client may go
	conn.Close()
}

// asked returns the connection once the client has begun the handshake: what is there before is not
// taken for one.
func asked(conn net.Conn) net.Conn {
	_, _ = conn.Read(make([]byte, 1))
	return conn
}
