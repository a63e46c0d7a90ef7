package transport_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// probed puts what a probe saw on one line.
func probed(p *transport.Probe) string {
	var all []string
	add := func(there bool, format string, args ...any) {
		if there {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	add(p.Remote != nil, "connected")
	add(p.Greeting.Code != 0, "greeting %d", p.Greeting.Code)
	for _, h := range p.Hellos {
		add(true, "hello %s %v", h.Name, h.Capabilities.Keywords)
	}
	add(p.Receipt.TLS != nil, "TLS")
	add(p.Mechanism != "", "AUTH %s", p.Mechanism)
	add(p.Auth.Code != 0, "%d", p.Auth.Code)
	add(p.Quit.Code != 0, "quit %d", p.Quit.Code)
	return strings.Join(all, ", ")
}

// TestProbe: what a session saw is told up to where it ended, and QUIT is said where that is still
// possible.
func TestProbe(t *testing.T) {
	server, client := certified(t)
	for _, tt := range []struct {
		name  string
		mode  transport.TLSMode
		alter func(*transport.Dialer)
		steps []smtptest.Step
		want  want
		saw   string
	}{
		{"plain", transport.Plaintext, plain, script(hello("SIZE 1000"), quit), want{}, "connected, greeting 220, hello [127.0.0.1] [SIZE 1000 HELP], quit 221"},
		{"HELO", transport.Plaintext, plain, script(smtp("220 old"), expect("EHLO [127.0.0.1]"), smtp("500 what"), expect("HELO [127.0.0.1]"), smtp("250 old"), quit), want{}, "connected, greeting 220, hello [127.0.0.1] [], quit 221"},
		{"STARTTLS", transport.StartTLS, withAuth(""), script(helloUnder(transport.StartTLS, server, "AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok"), quit), want{}, "connected, greeting 220, hello [127.0.0.1] [STARTTLS HELP], hello [127.0.0.1] [AUTH PLAIN HELP], TLS, AUTH PLAIN, 235, quit 221"},
		{"implicit", transport.ImplicitTLS, plain, script(helloUnder(transport.ImplicitTLS, server), quit), want{}, "connected, greeting 220, hello [127.0.0.1] [HELP], TLS, quit 221"},
		{"refused password", transport.Plaintext, withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("535 no"), quit), fails(auth, permanent, job, 535, ""), "connected, greeting 220, hello [127.0.0.1] [AUTH PLAIN HELP], AUTH PLAIN, 535, quit 221"},
		{"no STARTTLS", transport.StartTLS, plain, script(hello(), quit), fails(starttls, permanent, job, 0, ""), "connected, greeting 220, hello [127.0.0.1] [HELP], quit 221"},
		{"refused greeting", transport.Plaintext, plain, script(smtp("554 no"), quit), fails(greeting, permanent, host, 554, ""), "connected, greeting 554, quit 221"},
		{"closed greeting", transport.Plaintext, plain, script(closes), fails(greeting, temporary, host, 0, ""), "connected"},
		{"QUIT without an answer", transport.Plaintext, plain, script(hello(), expect("QUIT"), closes), want{}, "connected, greeting 220, hello [127.0.0.1] [HELP]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &transport.Dialer{Addr: "mail.test:25", TLSMode: tt.mode, TLS: client, DialContext: smtptest.Pipe(t, tt.steps...)}
				tt.alter(d)
				p, err := d.Probe(t.Context())
				tt.want.check(t, err)
				if got := probed(p); got != tt.saw {
					t.Errorf("saw   %s\nwant  %s", got, tt.saw)
				}
				if (p.Receipt.Quit != nil) != (tt.name == "QUIT without an answer") {
					t.Errorf("QUIT: %v", p.Receipt.Quit)
				}
			})
		})
	}
}

// TestProbeAddresses: the addresses of the host are told, and which were tried in vain.
func TestProbeAddresses(t *testing.T) {
	s := smtptest.NewServer(smtptest.Handler{})
	defer s.Close()
	addr, err := s.Listen()
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	_, port, _ := net.SplitHostPort(addr)
	d := &transport.Dialer{Addr: net.JoinHostPort("localhost", port), TLSMode: transport.Plaintext}
	p, err := d.Probe(t.Context())
	if err != nil || p.Remote.String() != addr || !slices.Contains(p.Addrs, addr) || p.Lookup <= 0 {
		t.Errorf("probe %+v, %v; want it at %s", p, err, addr)
	}
	s.Close()
	d = &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext}
	p, err = d.Probe(t.Context())
	fails(dial, temporary, host, 0, "refused").check(t, err)
	if !slices.Equal(p.Addrs, []string{addr}) || len(p.Failed) != 1 || p.Failed[0].Addr != addr || p.Failed[0].Err == nil || p.Remote != nil {
		t.Errorf("probe of a closed port %+v; want one failure", p)
	}
}
