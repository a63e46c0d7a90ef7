package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// served returns a server in memory and a dialer for it.
func served(t testing.TB, h smtptest.Handler) (*smtptest.Server, *transport.Dialer) {
	t.Helper()
	s := smtptest.NewServer(h)
	t.Cleanup(s.Close)
	return s, &transport.Dialer{Addr: smtptest.Host + ":587", TLSMode: transport.Plaintext, DialContext: s.DialContext}
}

// TestFlights: one write a flight, and never the dot apart.
func TestFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := served(t, smtptest.Handler{Users: map[string]string{user: pass}})
		withAuth("")(d)
		var rec recorder
		rec.watch(d)
		r, err := d.Deliver(t.Context(), delivery(t))
		if err != nil {
			t.Fatalf("Deliver: %v", err)
		}
		want := []string{
			"EHLO [127.0.0.1]\r\n",
			"AUTH PLAIN AG9mZmljZQBzM2NyZXQtaG9yc2U=\r\n",
			"MAIL FROM:<a@a.example> SIZE=22\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
			text + ".\r\nQUIT\r\n",
		}
		if !slices.Equal(rec.writes, want) {
			t.Errorf("writes = %q, want %q", rec.writes, want)
		}
		if r.Flights != 4 || r.Reply.Code != 250 || r.Reply.Enhanced != "2.0.0" || r.Quit != nil {
			t.Errorf("receipt = %+v, want 4 flights, 250 2.0.0, no problem with QUIT", r)
		}
		if out := int64(len(strings.Join(want, ""))); r.BytesOut != out || r.BytesIn == 0 {
			t.Errorf("octets out, in = %d, %d, want %d, more than 0", r.BytesOut, r.BytesIn, out)
		}
		s.Wait()
		if got := s.Messages(); len(got) != 1 || string(got[0].Data) != text || got[0].From != "a@a.example" || !slices.Equal(got[0].To, []string{"b@b.example"}) {
			t.Errorf("messages = %+v", got)
		}
		trace := rec.trace.String()
		for _, line := range []string{"C: AUTH PLAIN <redacted>\n", "C: Subject: hi\n", "C: <message of 22 octets>\n", "C: .\nC: QUIT\n", "S: 250 2.0.0 Ok: queued\n"} {
			if !strings.Contains(trace, line) {
				t.Errorf("no %q in the trace %q", line, trace)
			}
		}
		if strings.Contains(trace, "hello") {
			t.Errorf("content in the trace %q", trace)
		}
		noSecrets(t, trace)
	})
}

// TestRecipients: with several, all get the message or none.
func TestRecipients(t *testing.T) {
	refuse := func(to string) smtptest.Reply {
		if to == "c@c.example" {
			return smtptest.Say(550, "5.1.1 who")
		}
		return smtptest.Reply{}
	}
	many := make([]string, 250)
	for i := range many {
		many[i] = fmt.Sprintf("r%d@b.example", i)
	}
	for _, tt := range []struct {
		name    string
		h       smtptest.Handler
		to      []string
		flights int
		want    want
	}{
		{"all", smtptest.Handler{}, []string{"b@b.example", "d@d.example"}, 4, want{}},
		{"all, one by one", smtptest.Handler{Keywords: []string{"HELP"}}, []string{"b@b.example", "d@d.example"}, 7, want{}},
		{"many", smtptest.Handler{}, many, 6, want{}},
		{"one refused", smtptest.Handler{Rcpt: refuse}, []string{"b@b.example", "c@c.example", "d@d.example"}, 3, fails(rcpt, permanent, row, 550, "")},
		{"one refused, one by one", smtptest.Handler{Rcpt: refuse, Keywords: []string{"HELP"}}, []string{"b@b.example", "c@c.example", "d@d.example"}, 5, fails(rcpt, permanent, row, 550, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, tt.h)
				r, err := d.Deliver(t.Context(), delivery(t, tt.to...))
				tt.want.check(t, err)
				var e *transport.Error
				if errors.As(err, &e) && tt.to[e.Recipient] != "c@c.example" {
					t.Errorf("recipient %d was refused, want that of c@c.example", e.Recipient)
				}
				if r.Flights != tt.flights {
					t.Errorf("flights = %d, want %d", r.Flights, tt.flights)
				}
				s.Wait()
				session := s.Sessions()[0]
				if sent := slices.Contains(session.Commands, "DATA"); sent == tt.want.failed || !session.Quit {
					t.Errorf("commands = %q", session.Commands)
				}
				if got := s.Messages(); !tt.want.failed && (len(got) != 1 || !slices.Equal(got[0].To, tt.to)) {
					t.Errorf("messages = %+v", got)
				}
			})
		})
	}
}

// TestEnvelope: what can't be sent anywhere is refused before the server is dialled.
func TestEnvelope(t *testing.T) {
	a := transport.Mailbox{Local: "a", Domain: "a.example"}
	for _, tt := range []struct {
		name string
		env  transport.Envelope
		want want
	}{
		{"no recipients", transport.Envelope{From: a}, fails(rcpt, permanent, row, 0, "no recipients")},
		{"null recipient", transport.Envelope{To: []transport.Mailbox{{}}}, fails(rcpt, permanent, row, 0, "empty")},
		{"CR LF", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "x\r\nRCPT TO:<y@y", Domain: "a.example"}}}, fails(rcpt, permanent, row, 0, "control")},
		{"NUL", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "x\x00", Domain: "a.example"}}}, fails(rcpt, permanent, row, 0, "control")},
		{"domain with >", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "x", Domain: "y> SIZE=1"}}}, fails(rcpt, permanent, row, 0, "malformed")},
		{"sender's domain", transport.Envelope{From: transport.Mailbox{Local: "x", Domain: "y z"}, To: []transport.Mailbox{a}}, fails(mail, permanent, row, 0, "malformed")},
		{"not UTF-8", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "\xfc", Domain: "a.example"}}}, fails(rcpt, permanent, row, 0, "not valid UTF-8")},
		{"C1 control", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "x\u0085", Domain: "a.example"}}}, fails(rcpt, permanent, row, 0, "control")},
		{"not an A-label", transport.Envelope{From: a, To: []transport.Mailbox{{Local: "u", Domain: "bücher.example"}}}, fails(rcpt, permanent, row, 0, "malformed")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &transport.Dialer{Addr: "mail.test:25", DialContext: func(context.Context, string, string) (net.Conn, error) {
				t.Error("dialled")
				return nil, net.ErrClosed
			}}
			_, err := d.Deliver(t.Context(), transport.Delivery{Envelope: tt.env, Message: message(t, text)})
			tt.want.check(t, err)
		})
	}
}

// TestNullSender: bounces have no sender.
func TestNullSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := served(t, smtptest.Handler{Keywords: []string{"PIPELINING"}})
		dl := delivery(t, `"a b"@x.example`)
		dl.Envelope.From = transport.Mailbox{}
		if _, err := d.Deliver(t.Context(), dl); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
		s.Wait()
		want := []string{"EHLO [127.0.0.1]", "MAIL FROM:<>", `RCPT TO:<"a b"@x.example>`, "DATA", "QUIT"}
		if got := s.Sessions()[0].Commands; !slices.Equal(got, want) {
			t.Errorf("commands = %q, want %q", got, want)
		}
	})
}

// TestDribble: octets that come one by one and leave in small turns change nothing.
func TestDribble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := served(t, smtptest.Handler{})
		d.DialContext = smtptest.Through(s.DialContext, smtptest.Dribble)
		dl := delivery(t)
		dl.Message = large(t)
		r, err := d.Deliver(t.Context(), dl)
		if err != nil || r.Flights != 3 || r.Quit != nil {
			t.Errorf("receipt = %+v, %v, want 3 flights", r, err)
		}
	})
}

// TestReused: a dialer's sessions share nothing that shows, also at once.
func TestReused(t *testing.T) {
	s, d := served(t, smtptest.Handler{})
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 20 {
				dl := delivery(t, fmt.Sprintf("r%d-%d@b.example", worker, i))
				dl.Message = message(t, fmt.Sprintf("Subject: %d-%d\r\n\r\n%s\r\n", worker, i, strings.Repeat("x", i*40)))
				if _, err := d.Deliver(t.Context(), dl); err != nil {
					t.Errorf("Deliver: %v", err)
				}
			}
		})
	}
	group.Wait()
	got := s.Messages()
	if len(got) != 160 {
		t.Errorf("%d messages, want 160", len(got))
	}
	for _, m := range got {
		local, _, _ := strings.Cut(strings.TrimPrefix(m.To[0], "r"), "@")
		if !strings.HasPrefix(string(m.Data), "Subject: "+local+"\r\n") {
			t.Errorf("%s got %.40q", m.To[0], m.Data)
		}
	}
}
