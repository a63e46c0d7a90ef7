// Package peers sends the same message by this module's transport and by other clients, so that their round trips and the time
// that they take can be compared, and makes the same messages by this module and by go-mail. It is a module of its own, since nothing else needs those clients.
package peers

import (
	"crypto/tls"
	"testing"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// oneWay is how far away the server is.
const oneWay = 25 * time.Millisecond

// BenchmarkMessage sends one message a session to a server that is 25 ms away each way. Beside the time of a message it gives
// how many times that of mailshot it is, and the round trips that the server counted: without connecting, with QUIT.
//
//	go test -run xxx -bench Message -benchtime 20x
func BenchmarkMessage(b *testing.B) {
	for _, bb := range []struct {
		name string
		mode transport.TLSMode
		auth bool
	}{
		{"plain", transport.Plaintext, false},
		{"auth", transport.Plaintext, true},
		{"starttls", transport.StartTLS, false},
		{"implicit", transport.ImplicitTLS, false},
	} {
		b.Run("session="+bb.name, func(b *testing.B) {
			var ours time.Duration // a message
			for _, c := range clients() {
				b.Run("client="+c.name, func(b *testing.B) {
					s, to := server(b, bb.mode, bb.auth)
					to.addr = far(b, to.addr, oneWay)
					send := c.send(b, to)
					n := 0
					for b.Loop() {
						if err := send(); err != nil {
							b.Fatal(err)
						}
						n++
					}
					took := b.Elapsed() / time.Duration(n)
					if c.name == "mailshot" {
						ours = took
					}
					s.Wait()
					b.ReportMetric(float64(took)/1e6, "ms/message")
					b.ReportMetric(float64(took)/float64(ours), "x-mailshot")
					b.ReportMetric(trips(b, s, n), "trips/message")
					b.ReportMetric(0, "ns/op") // it is the first of these
				})
			}
		})
	}
}

// server starts a server on loopback that offers PIPELINING, and gives what a client needs to know of it.
func server(tb testing.TB, mode transport.TLSMode, auth bool) (*smtptest.Server, target) {
	tb.Helper()
	ca, err := smtptest.NewCA()
	if err != nil {
		tb.Fatal(err)
	}
	var h smtptest.Handler
	if mode != transport.Plaintext {
		if h.TLS, err = ca.ServerConfig(smtptest.Cert{}); err != nil {
			tb.Fatal(err)
		}
		h.ImplicitTLS = mode == transport.ImplicitTLS
	}
	if auth {
		h.Users = map[string]string{user: password}
	}
	s := smtptest.NewServer(h)
	tb.Cleanup(s.Close)
	addr, err := s.Listen()
	if err != nil {
		tb.Fatal(err)
	}
	return s, target{addr: addr, mode: mode, auth: auth, tls: &tls.Config{RootCAs: ca.Pool(), ServerName: "127.0.0.1"}}
}

// trips returns the round trips of a session, each of which must have brought a message and ended by QUIT.
func trips(tb testing.TB, s *smtptest.Server, n int) float64 {
	tb.Helper()
	sessions := s.Sessions()
	if len(sessions) != n || len(s.Messages()) != n {
		tb.Errorf("%d messages in %d sessions, want %d", len(s.Messages()), len(sessions), n)
	}
	sum := 0
	for _, session := range sessions {
		sum += session.Flights
		if !session.Quit {
			tb.Error("a session without QUIT")
		}
	}
	return float64(sum) / float64(len(sessions))
}
