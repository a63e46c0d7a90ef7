package transport_test

import (
	"crypto/tls"
	"testing"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A part of a session, and what it adds to the session's round trips.
type part struct {
	name  string
	trips int // at the server
	tls   int // of these, those of the handshake, which Receipt.Flights leaves out
}

// TestRoundTrips counts the round trips of a session at the server, over TCP, without connecting
// and a greeting in plain text, with QUIT and its reply.
func TestRoundTrips(t *testing.T) {
	for _, commands := range []part{{"pipelining", 3, 0}, {"one by one", 6, 0}, {"switched off", 6, 0}} {
		for _, login := range []part{
			{"no AUTH", 0, 0}, {"PLAIN", 1, 0}, {"XOAUTH2", 1, 0}, {"OAUTHBEARER", 1, 0},
			{"CRAM-MD5", 2, 0}, {"LOGIN", 3, 0}, {"SCRAM-SHA-1", 3, 0}, {"SCRAM-SHA-256", 3, 0},
		} {
			for _, way := range []part{
				{"none", 0, 0},
				{"implicit", 2, 2}, // the handshake, and the greeting behind it
				{"starttls", 3, 1}, // the command, the handshake, EHLO again
				{"implicit, client certificate", 2, 2},
				{"starttls, client certificate", 3, 1},
			} {
				t.Run(commands.name+"/"+login.name+"/"+way.name, func(t *testing.T) {
					h := smtptest.Handler{Keywords: []string{"PIPELINING", "SIZE"}}
					if commands.name == "one by one" {
						h.Keywords = []string{"SIZE"}
					}
					if login.trips > 0 {
						h.Users, h.Mechanisms = map[string]string{user: pass}, []string{login.name}
					}
					s, d := over(t, way.name, h)
					d.NoPipelining = commands.name == "switched off"
					if login.trips > 0 {
						withAuth(login.name)(d)
					}
					trips := commands.trips + login.trips + way.trips
					roundTrips(t, s, d, trips, trips-way.tls)
				})
			}
		}
	}
}

// over returns a server on loopback and a dialer for it.
func over(t *testing.T, way string, h smtptest.Handler) (*smtptest.Server, *transport.Dialer) {
	t.Helper()
	switch way {
	case "implicit":
		return secured(t, transport.ImplicitTLS, smtptest.Cert{}, nil, h)
	case "starttls":
		return secured(t, transport.StartTLS, smtptest.Cert{}, nil, h)
	case "implicit, client certificate":
		return introduced(t, transport.ImplicitTLS, h)
	case "starttls, client certificate":
		return introduced(t, transport.StartTLS, h)
	}
	s := smtptest.NewServer(h)
	t.Cleanup(s.Close)
	addr, err := s.Listen()
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	return s, &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext}
}

// introduced is secured with a certificate on both sides.
func introduced(t *testing.T, mode transport.TLSMode, h smtptest.Handler) (*smtptest.Server, *transport.Dialer) {
	t.Helper()
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatalf("NewCA: %v", err)
	}
	cert, err := ca.Certificate(smtptest.Cert{})
	if err != nil {
		t.Fatalf("Certificate: %v", err)
	}
	s, d := secured(t, mode, smtptest.Cert{}, ca.RequireClient, h)
	d.TLS.Certificates = []tls.Certificate{cert}
	return s, d
}

// roundTrips delivers twice, so that the second session resumes the first one's TLS, and holds both
// to the round trips that the server is to count and the flights that the receipt is to have.
func roundTrips(t *testing.T, s *smtptest.Server, d *transport.Dialer, trips, flights int) {
	t.Helper()
	for i := range 2 {
		r, err := d.Deliver(t.Context(), delivery(t))
		if err != nil || r.Quit != nil {
			t.Fatalf("Deliver: %v, QUIT: %v", err, r.Quit)
		}
		if d.TLSMode != transport.Plaintext && (r.TLS.Version != tls.VersionTLS13 || r.TLS.DidResume != (i == 1)) {
			t.Errorf("session %d has %s, resumed: %t", i+1, tls.VersionName(r.TLS.Version), r.TLS.DidResume)
		}
		s.Wait()
		session := s.Sessions()[i]
		if session.Flights != trips || !session.Quit || len(session.Messages) != 1 {
			t.Errorf("session %d: the server counted %d round trips, want %d; %d messages, QUIT: %t", i+1, session.Flights, trips, len(session.Messages), session.Quit)
		}
		if r.Flights != flights {
			t.Errorf("session %d: the receipt has %d flights, want %d", i+1, r.Flights, flights)
		}
	}
}
