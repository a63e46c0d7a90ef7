package transport_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestJustInTime: a server that takes nearly all of the time that each step has gets the message,
// and no session takes longer than the sum of what its steps have.
func TestJustInTime(t *testing.T) {
	const (
		moment = time.Second
		reply  = 5*time.Minute - moment
	)
	server, client := certified(t)
	synctest.Test(t, func(t *testing.T) {
		var sum time.Duration
		late := func(d time.Duration) smtptest.Step {
			sum += d
			return smtptest.Wait(d)
		}
		play := smtptest.Play(t,
			late(reply), smtp("220 x"),
			expect("EHLO *"), late(reply), smtp("250-x", "250 STARTTLS"),
			expect("STARTTLS"), late(reply), smtp("220 go"),
			late(time.Minute-moment), smtptest.StartTLS(server),
			expect("EHLO *"), late(reply), smtp("250-x", "250-SIZE", "250 AUTH LOGIN"),
			expect("AUTH LOGIN"), late(reply), smtp("334 "),
			expect("*"), late(reply), smtp("334 "),
			expect("*"), late(reply), smtp("235 ok"),
			expect("MAIL FROM:<a@a.example> SIZE=22"), late(reply), smtp("555 what"),
			expect("MAIL FROM:<a@a.example>"), late(reply), smtp("250 ok"),
			expect("RCPT *"), late(reply), smtp("250 ok"),
			expect("DATA"), late(2*time.Minute-moment), smtp("354 go"),
			readData, late(10*time.Minute-moment), smtp("250 ok"),
			expect("QUIT"), late(5*time.Second-moment), smtp("221 bye"), hangs)
		d := &transport.Dialer{Addr: "mail.test:587", TLS: client, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			<-time.After(30*time.Second - moment)
			return play.DialContext(ctx, network, addr)
		}}
		withAuth("LOGIN")(d)
		start := time.Now()
		r, err := d.Deliver(t.Context(), delivery(t))
		if err != nil || r.Quit != nil {
			t.Errorf("Deliver: %v, QUIT: %v", err, r.Quit)
		}
		// At the end the server is given a moment to close.
		if took, want := time.Since(start), 30*time.Second-moment+sum+500*time.Millisecond; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
	})
}

// TestSips: a server that takes an octet now and then of what it is told gets no more time than one
// that is silent. Only content has the time of a write again as it makes progress: see TestTrickle.
func TestSips(t *testing.T) {
	server, client := certified(t)
	const explain = 2 * time.Second // a reply that says why is waited for
	var (
		narrow    = smtptest.Window(1)
		envelope  = script(expect("MAIL *"), expect("RCPT *"), expect("DATA"))
		cleartext = hello("STARTTLS", "AUTH PLAIN", "PIPELINING")
	)
	// narrowed has the window narrow before the last step, which sends what is answered by the
	// octet.
	narrowed := func(parts ...any) []smtptest.Step {
		steps := script(parts...)
		return slices.Insert(steps, len(steps)-1, narrow)
	}
	for _, tt := range []struct {
		name  string
		mode  transport.TLSMode
		steps []smtptest.Step
		every time.Duration // between the octets that are taken
		want  want
		took  time.Duration
	}{
		{"EHLO", transport.Plaintext, narrowed(smtp("220 x")), 4 * time.Minute, fails(ehlo, temporary, host, 0, "within 5m"), 5*time.Minute + explain},
		{"HELO", transport.Plaintext, narrowed(smtp("220 x"), expect("EHLO *"), smtp("502 what")), 4 * time.Minute, fails(ehlo, temporary, host, 0, "within 5m"), 5*time.Minute + explain},
		{"AUTH", transport.Plaintext, narrowed(cleartext), 4 * time.Minute, fails(auth, temporary, host, 0, "within 5m"), 5*time.Minute + explain},
		{"AUTH", transport.ImplicitTLS, narrowed(smtptest.StartTLS(server), cleartext), 4 * time.Minute, fails(auth, temporary, host, 0, "within 5m"), 5*time.Minute + explain},
		{"STARTTLS", transport.StartTLS, narrowed(cleartext), 4 * time.Minute, fails(starttls, temporary, host, 0, "within 5m"), 5*time.Minute + explain},
		{"handshake", transport.StartTLS, narrowed(cleartext, expect("STARTTLS"), smtp("220 go")), 50 * time.Second, fails(tlsStage, temporary, host, 0, "within 1m"), time.Minute},
		{"handshake", transport.ImplicitTLS, script(narrow), 50 * time.Second, fails(tlsStage, temporary, host, 0, "within 1m"), time.Minute},
		{"envelope", transport.Plaintext, narrowed(cleartext, expect("AUTH *"), smtp("235 ok")), 4 * time.Minute, fails(mail, temporary, row, 0, "within 5m"), 5*time.Minute + explain},
		{"QUIT", transport.Plaintext, narrowed(cleartext, expect("AUTH *"), smtp("235 ok"), envelope, smtp("550 no", "503 no", "503 no")), 4 * time.Second,
			fails(mail, permanent, row, 550, "no"), 5 * time.Second},
		{"lone dot", transport.Plaintext, narrowed(cleartext, expect("AUTH *"), smtp("235 ok"), envelope, smtp("250 ok", "550 no", "354 go")), 4 * time.Second,
			fails(rcpt, permanent, row, 550, "no"), 5*time.Second + explain},
		{"close_notify", transport.ImplicitTLS, script(smtptest.StartTLS(server), cleartext, expect("AUTH *"), smtp("235 ok"), envelope, smtp("550 no", "503 no", "503 no"), expect("QUIT"), narrow, smtp("221 bye")), 400 * time.Millisecond,
			fails(mail, permanent, row, 550, "no"), time.Second},
	} {
		t.Run(fmt.Sprintf("%s/%v", tt.name, tt.mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				steps := tt.steps
				for range 1000 {
					steps = append(steps, smtptest.Wait(tt.every), smtptest.Peek(1))
				}
				play := smtptest.Play(t, script(steps, hangs)...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: tt.mode, TLS: client, DialContext: play.DialContext}
				if tt.name != "HELO" {
					withAuth("PLAIN")(d)
				}
				start := time.Now()
				_, err := d.Deliver(t.Context(), delivery(t))
				took := time.Since(start)
				tt.want.check(t, err)
				if took != tt.took {
					t.Errorf("took %v, want %v; error %v", took, tt.took, err)
				}
				<-time.After(2 * tt.every) // the server sees that the client is gone
			})
		})
	}
}
