// Package peers sends the same message by this module's transport and by other clients, so that their round trips and the time
// that they take can be compared, and makes the same messages by this module and by go-mail. It is a module of its own, since nothing else needs those clients.
package peers

import (
	"crypto/tls"
	"flag"
	"slices"
	"testing"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// oneWay is how far away the server is.
const oneWay = 25 * time.Millisecond

var rounds = flag.Int("rounds", 20, "messages that each client sends in each kind of session")

// BenchmarkMessage sends one message a session to a server that is 25 ms away each way. It gives the median time of a message,
// how many times that of mailshot it is, and the round trips that the server counted: without connecting, with QUIT. The
// clients take turns, so that what else the machine does falls on all of them; what is reported was measured before.
//
//	go test -run xxx -bench Message -benchtime 1x -rounds 40
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
			all := measure(b, bb.mode, bb.auth)
			for _, r := range all {
				b.Run("client="+r.name, func(b *testing.B) {
					for b.Loop() {
					}
					b.ReportMetric(float64(r.took)/1e6, "ms/message")
					b.ReportMetric(float64(r.took)/float64(all[0].took), "x-"+all[0].name)
					b.ReportMetric(r.trips, "trips/message")
					b.ReportMetric(0, "ns/op") // says nothing
				})
			}
		})
	}
}

// A result is what a client's message takes.
type result struct {
	name  string
	took  time.Duration
	trips float64
}

// measure has all clients send their messages, by turns.
func measure(b *testing.B, mode transport.TLSMode, auth bool) []result {
	b.Helper()
	var (
		all     = clients()
		results = make([]result, len(all))
		servers = make([]*smtptest.Server, len(all))
		sends   = make([]func() error, len(all))
		times   = make([][]time.Duration, len(all))
	)
	for i, c := range all {
		var to target
		servers[i], to = server(b, mode, auth)
		to.addr = far(b, to.addr, oneWay)
		sends[i] = c.send(b, to)
	}
	for range *rounds {
		for i, send := range sends {
			begun := time.Now()
			if err := send(); err != nil {
				b.Fatalf("%s: %v", all[i].name, err)
			}
			times[i] = append(times[i], time.Since(begun))
		}
	}
	for i, c := range all {
		servers[i].Wait()
		slices.Sort(times[i])
		results[i] = result{c.name, times[i][len(times[i])/2], trips(b, servers[i], *rounds)}
	}
	return results
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
