package transport

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport/route"
	"mailshot/transport/smtptest"
)

// A host has addresses, each with a server of its own.
type host struct {
	t       *testing.T
	servers map[string][]smtptest.Step // by address

	mu      sync.Mutex // guards what follows
	dialled []string
}

// dialer returns a dialer for the host. The addresses are tried in their order.
func (h *host) dialer(addrs ...string) *Dialer {
	d := &Dialer{Addr: "mail.test:25", TLSMode: Plaintext}
	if err := d.prepare(); err != nil {
		h.t.Fatal(err)
	}
	d.conf.network = route.Route{
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			var list []netip.Addr
			for _, a := range addrs {
				list = append(list, netip.MustParseAddr(a))
			}
			return list, nil
		},
		Dial: func(ctx context.Context, addr string) (net.Conn, error) {
			h.mu.Lock()
			ip, _, _ := strings.Cut(addr, ":")
			h.dialled = append(h.dialled, ip)
			steps := h.servers[ip]
			h.mu.Unlock()
			conn, err := smtptest.Play(h.t, steps...).DialContext(ctx, "tcp", addr)
			return addressed{conn, addr}, err
		},
	}
	return d
}

// An addressed connection is to another address than it is.
type addressed struct {
	net.Conn
	addr string
}

func (c addressed) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.addr))
}

// TestFind: the address that greets is found, and is the first one from then on.
func TestFind(t *testing.T) {
	const one, two, three = "192.0.2.1", "192.0.2.2", "192.0.2.3"
	var (
		send    = smtptest.Send
		good    = []smtptest.Step{send("220 x"), smtptest.Expect("EHLO *"), send("250 x"), smtptest.Expect("QUIT"), send("221 bye"), smtptest.Do(smtptest.Close)}
		late    = append([]smtptest.Step{smtptest.Wait(time.Minute)}, good...)
		closes  = []smtptest.Step{smtptest.Do(smtptest.Close)}
		resets  = []smtptest.Step{smtptest.Do(smtptest.Reset)}
		hangs   = []smtptest.Step{smtptest.Do(smtptest.Hang)}
		busy    = []smtptest.Step{send("421 busy"), smtptest.Do(smtptest.Close)}
		refuses = []smtptest.Step{send("554 no"), smtptest.Expect("QUIT"), send("221 bye"), smtptest.Do(smtptest.Close)}
		ssh     = []smtptest.Step{send("SSH-2.0-x"), smtptest.Do(smtptest.Hang)}
	)
	for _, tt := range []struct {
		name    string
		servers [][]smtptest.Step
		dialled string
		found   string // "": none
		text    string // part of the error
		took    time.Duration
	}{
		{"the first", [][]smtptest.Step{good, good}, one, one, "", 0},
		{"closes", [][]smtptest.Step{closes, good}, one + " " + two, two, "", 0},
		{"resets", [][]smtptest.Step{resets, resets, good}, one + " " + two + " " + three, three, "", 0},
		{"busy", [][]smtptest.Step{busy, good}, one + " " + two, two, "", 0},
		{"silent", [][]smtptest.Step{hangs, good}, one + " " + two, two, "", 30 * time.Second},
		{"slow, and the other is silent", [][]smtptest.Step{late, hangs}, one + " " + two, one, "", time.Minute},
		{"slow, and alone", [][]smtptest.Step{late}, one, one, "", time.Minute},
		{"refuses", [][]smtptest.Step{refuses, good}, one, "", "554 no", 0},
		{"no SMTP", [][]smtptest.Step{ssh, good}, one, "", "SSH", 0},
		{"all close", [][]smtptest.Step{closes, closes}, one + " " + two, "", "closed the connection: EOF; at 192.0.2.2:25: ", 0},
		{"all busy", [][]smtptest.Step{busy, busy}, one + " " + two, "", "421 busy", 0},
		{"all silent", [][]smtptest.Step{hangs, hangs}, one + " " + two, "", "no progress within 5m0s", 5*time.Minute + 30*time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				addrs := []string{one, two, three}[:len(tt.servers)]
				h := &host{t: t, servers: map[string][]smtptest.Step{}}
				for i, steps := range tt.servers {
					h.servers[addrs[i]] = steps
				}
				d := h.dialer(addrs...)
				start := time.Now()
				s, err := d.Find(t.Context(), nil)
				took := time.Since(start)
				if got := strings.Join(h.dialled, " "); got != tt.dialled {
					t.Errorf("dialled %s, want %s", got, tt.dialled)
				}
				if took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if err != nil {
					if tt.found != "" || !strings.Contains(err.Error(), tt.text) {
						t.Errorf("error = %v, want %q", err, tt.text)
					}
					return
				}
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				if got := *d.first.Load(); got != tt.found+":25" || s.wire.RemoteAddr().String() != got {
					t.Errorf("found %s, want %s", got, tt.found)
				}
				h.dialled, h.servers[tt.found] = nil, good
				next, err := d.Open(t.Context())
				if err != nil || h.dialled[0] != tt.found || len(h.dialled) != 1 {
					t.Fatalf("the next session dialled %q, %v", h.dialled, err)
				}
				next.Close()
			})
		})
	}
}

// TestProbeFinds: a probe goes to another address as a run does, and says what was wrong with the first.
func TestProbeFinds(t *testing.T) {
	const one, two = "192.0.2.1", "192.0.2.2"
	send := smtptest.Send
	good := []smtptest.Step{send("220 x"), smtptest.Expect("EHLO *"), send("250 x"), smtptest.Expect("QUIT"), send("221 bye"), smtptest.Do(smtptest.Close)}
	closes := []smtptest.Step{smtptest.Do(smtptest.Close)}
	for _, tt := range []struct {
		name          string
		first, second []smtptest.Step
		passed        string // what was wrong with the first; "": nothing was tried in vain
		err           string
	}{
		{"the first", good, good, "", ""},
		{"closes", closes, good, "closed the connection", ""},
		{"busy", []smtptest.Step{send("421 busy"), smtptest.Do(smtptest.Close)}, good, "421 busy", ""},
		{"silent", []smtptest.Step{smtptest.Do(smtptest.Hang)}, good, "no greeting within 30s", ""},
		{"both close", closes, closes, "", "at 192.0.2.2:25: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &host{t: t, servers: map[string][]smtptest.Step{one: tt.first, two: tt.second}}
				p, err := h.dialer(one, two).Probe(t.Context())
				if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				if strings.Join(p.Addrs, " ") != one+":25 "+two+":25" {
					t.Errorf("addresses %q", p.Addrs)
				}
				if tt.passed == "" {
					if len(p.Failed) > 0 {
						t.Errorf("tried in vain: %v", p.Failed)
					}
					return
				}
				if len(p.Failed) != 1 || p.Failed[0].Addr != one+":25" || !strings.Contains(p.Failed[0].Err.Error(), tt.passed) {
					t.Errorf("tried in vain: %v, want %s with %q", p.Failed, one, tt.passed)
				}
				if p.Remote.String() != two+":25" || p.Greeting.Code != 220 || p.Quit.Code != 221 {
					t.Errorf("probe of %v, greeting %v, QUIT %v", p.Remote, p.Greeting, p.Quit)
				}
			})
		})
	}
}

// TestFindCancelled: a context that is done ends all sessions.
func TestFindCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, servers: map[string][]smtptest.Step{"192.0.2.1": {smtptest.Do(smtptest.Hang)}, "192.0.2.2": {smtptest.Do(smtptest.Hang)}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := h.dialer("192.0.2.1", "192.0.2.2").Find(ctx, nil)
		if took := time.Since(start); err == nil || took != time.Minute || len(h.dialled) != 2 {
			t.Errorf("error %v after %v, dialled %q", err, took, h.dialled)
		}
	})
}

// TestElsewhere: a later session goes to another address only where nothing was said.
func TestElsewhere(t *testing.T) {
	send := smtptest.Send
	good := []smtptest.Step{send("220 x"), smtptest.Expect("EHLO *"), send("250 x"), smtptest.Expect("QUIT"), send("221 bye"), smtptest.Do(smtptest.Close)}
	for _, tt := range []struct {
		name    string
		first   []smtptest.Step
		dialled int
	}{
		{"closed", []smtptest.Step{smtptest.Do(smtptest.Close)}, 2},
		{"reset", []smtptest.Step{smtptest.Do(smtptest.Reset)}, 2},
		{"busy", []smtptest.Step{send("421 busy"), smtptest.Do(smtptest.Close)}, 1},
		{"closed behind the greeting", []smtptest.Step{send("220 x"), smtptest.Expect("EHLO *"), smtptest.Do(smtptest.Close)}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &host{t: t, servers: map[string][]smtptest.Step{"192.0.2.1": tt.first, "192.0.2.2": good}}
				s, err := h.dialer("192.0.2.1", "192.0.2.2").Open(t.Context())
				if len(h.dialled) != tt.dialled || (err == nil) != (tt.dialled == 2) {
					t.Errorf("dialled %q, %v; want %d", h.dialled, err, tt.dialled)
				}
				if err == nil {
					s.Close()
				}
			})
		})
	}
}
