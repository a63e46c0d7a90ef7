package transport_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestTrace: every line has its time, direction, session and label, in order; a delivery's own
// trace has its lines and no others.
func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, d := served(t, smtptest.Handler{Rcpt: func(string) smtptest.Reply {
			return smtptest.Reply{Delay: time.Second, Code: 550, Text: "5.1.1 a\x1b[31m\x00é\xff\nsecond"}
		}})
		var all []transport.Event
		d.Trace = func(e transport.Event) { all = append(all, e) }
		start := time.Now()
		for i := range 2 {
			var own []transport.Event
			all = nil
			dl := delivery(t)
			dl.Label = fmt.Sprint("row ", i+1)
			dl.Trace = func(e transport.Event) { own = append(own, e) }
			_, _ = d.Deliver(t.Context(), dl)
			var lines []string
			for _, e := range all {
				if e.Session != uint64(i+1) || e.Label != dl.Label {
					t.Errorf("event = %+v, want session %d and %s", e, i+1, dl.Label)
				}
				lines = append(lines, fmt.Sprintf("%v %c %s", e.Time.Sub(start), e.Dir, e.Text))
			}
			if i > 0 {
				if !slices.Equal(own, all) {
					t.Errorf("the delivery's trace is %v, the dialer's %v", own, all)
				}
				continue
			}
			want := []string{
				"0s * connected to 127.0.0.1:587 from 127.0.0.1:49152",
				"0s S 220 mail.test ESMTP smtptest",
				"0s C EHLO [127.0.0.1]",
				"0s S 250-mail.test", "0s S 250-PIPELINING", "0s S 250-SIZE 10485760", "0s S 250-8BITMIME", "0s S 250 ENHANCEDSTATUSCODES",
				"0s C MAIL FROM:<a@a.example> SIZE=22", "0s C RCPT TO:<b@b.example>", "0s C DATA",
				"0s S 250 2.1.0 Ok",
				`1s S 550-5.1.1 a\x1b[31m\x00é\xff`, "1s S 550 second",
				"1s S 503 5.5.1 no valid recipients",
				`1s * rcpt: 550 5.1.1 a\x1b[31m\x00é\xff second (permanent)`,
				"1s C QUIT", "1s S 221 2.0.0 Bye",
				"1s * closed",
			}
			if !slices.Equal(lines, want) {
				t.Errorf("trace\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// TestTraceOfNoReply: what the server sent is in the trace also where it is no reply, or only the
// beginning of one, which then is in the error too.
func TestTraceOfNoReply(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []smtptest.Step
		want  want
		trace []string
	}{
		{"garbage", script(flight("250 ok", "\x1b[2Jhello", "250 ok")), fails(rcpt, temporary, row, 0, `the server sent "\x1b[2Jhello"`), []string{`S: \x1b[2Jhello`}},
		{"two lines, and closed", script(flight("550-5.7.1 blocked", "550-see https://b.example"), closes),
			fails(mail, temporary, row, 0, `closed the connection in the middle of its reply "550 blocked see https://b.example"`), []string{"S: 550-5.7.1 blocked", "S: 550-see https://b.example"}},
		{"half a line, and closed", script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtptest.SendRaw("421 going do"), closes),
			fails(mail, temporary, row, 0, `in the middle of its reply "421 going do"`), []string{"S: 421 going do"}},
		{"half a line, and reset", script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtptest.SendRaw("421 going do"), resets),
			fails(mail, temporary, row, 0, `in the middle of its reply "421 going do"`), []string{"S: 421 going do"}},
		{"half a final reply, and silence", script(sent(), smtptest.SendRaw("250-2.0.0 queu"), hangs), fails(final, unknown, row, 0, `within 10m0s in the middle of its reply "250-2.0.0 queu"`), []string{"S: 250-2.0.0 queu"}},
		{"two codes", script(flight("250-ok", "550 no")), fails(mail, temporary, row, 0, "250 and 550"), []string{"S: 250-ok", "S: 550 no"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
				var rec recorder
				rec.watch(d)
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				for _, line := range tt.trace {
					if !strings.Contains(rec.trace.String(), line+"\n") {
						t.Errorf("no %q in the trace\n%s", line, rec.trace.String())
					}
				}
			})
		})
	}
}

// TestQuitApart: after an outcome that may be unknown because of the QUIT behind the message, QUIT
// waits for the reply.
func TestQuitApart(t *testing.T) {
	for _, tt := range []struct {
		name    string
		final   smtptest.Reply
		flights int // of the second session
	}{
		{"well", smtptest.Reply{}, 3},
		{"refused", smtptest.Say(554, "no"), 3},
		{"closed", smtptest.Silent(smtptest.Close), 4},
		{"reset", smtptest.Silent(smtptest.Reset), 4},
		{"hangs", smtptest.Silent(smtptest.Hang), 4},
		{"221 first", smtptest.Say(221, "bye"), 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{Final: func(m smtptest.Message) smtptest.Reply {
					if m.Session == 1 {
						return tt.final
					}
					return smtptest.Reply{}
				}})
				var rec recorder
				rec.watch(d)
				_, _ = d.Deliver(t.Context(), delivery(t))
				rec.writes = nil
				r, err := d.Deliver(t.Context(), delivery(t))
				if err != nil || r.Flights != tt.flights || r.Quit != nil {
					t.Errorf("receipt = %+v, %v, want %d flights", r, err, tt.flights)
				}
				last := rec.writes[len(rec.writes)-1]
				if apart := last == "QUIT\r\n"; apart != (tt.flights == 4) {
					t.Errorf("the last write is %q", last)
				}
				if told := strings.Contains(rec.trace.String(), "*: from now on QUIT waits"); told != (tt.flights == 4) {
					t.Errorf("it is in the trace: %t", told)
				}
				s.Wait()
			})
		})
	}
}

// TestTraceWithinAuth: what is no whole reply may hold a part of the secret that can't be told from
// other octets.
func TestTraceWithinAuth(t *testing.T) {
	const part = "AG9mZmljZQBzM2Ny"
	for _, steps := range [][]smtptest.Step{
		script(smtptest.SendRaw("535 what is "+part), closes),
		script(smtp("what is " + part)),
		script(smtptest.SendRaw(part), resets),
	} {
		synctest.Test(t, func(t *testing.T) {
			play := smtptest.Play(t, script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), steps)...)
			d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
			withAuth("")(d)
			var rec recorder
			rec.watch(d)
			_, err := d.Deliver(t.Context(), delivery(t))
			fails(auth, temporary, host, 0, "").check(t, err)
			if all := rec.trace.String() + err.Error(); strings.Contains(all, part) || !strings.Contains(all, " octets that are no reply>") {
				t.Errorf("trace and error:\n%s", all)
			}
		})
	}
}

// TestTraceOfPart: a line that ends within the secret shows none of it, also when AUTH is over.
func TestTraceOfPart(t *testing.T) {
	const part = "AG9mZmljZQBzM2Ny"
	synctest.Test(t, func(t *testing.T) {
		play := smtptest.Play(t, script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok"), expect("MAIL *"), smtptest.SendRaw("500 what is "+part), closes)...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		withAuth("")(d)
		var rec recorder
		rec.watch(d)
		_, err := d.Deliver(t.Context(), delivery(t))
		fails(mail, temporary, row, 0, `in the middle of its reply "500 what is <redacted>"`).check(t, err)
		if strings.Contains(rec.trace.String(), part[:6]) || !strings.Contains(rec.trace.String(), "S: 500 what is <redacted>\n") {
			t.Errorf("trace:\n%s", rec.trace.String())
		}
	})
}
