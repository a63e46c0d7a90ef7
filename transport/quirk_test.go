package transport_test

import (
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestQuirks: what servers that are not ours were seen to do, as near as a script comes to it.
func TestQuirks(t *testing.T) {
	lockstep := script(hello("8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 20971520", "DSN"), expect("MAIL FROM:<a@a.example> SIZE=22"))
	for _, tt := range []struct {
		name    string
		dialer  func(*transport.Dialer)
		to      string
		steps   []smtptest.Step
		want    want
		flights int
		took    time.Duration
	}{
		// Without TLS, Exim before 4.99 keeps its last replies to itself for 200 ms, or until the
		// client closes. The 250 is among them if QUIT came with the message. So no time is lost by
		// that, and none would be won by QUIT apart.
		{"Exim, QUIT with the message", plain, "", script(sent(), smtptest.Wait(200*time.Millisecond), smtp("250 OK id=1xVp3b-00002D-2X", "221 localhost closing connection"), closes),
			want{}, 3, 200 * time.Millisecond},
		{"Exim, QUIT apart", func(d *transport.Dialer) { d.NoPipelining = true }, "", script(hello("PIPELINING"), expect("MAIL *"), smtp("250 OK"), expect("RCPT *"), smtp("250 Accepted"),
			expect("DATA"), smtp("354 Enter message"), readData, smtp("250 OK id=1xVp3b-00002D-2X"), expect("QUIT"), smtptest.Wait(200*time.Millisecond), smtp("221 localhost closing connection"), closes),
			want{}, 6, 200 * time.Millisecond},
		// Dovecot has ten sessions of a user from one address, and says so only where the next
		// would have its 235.
		{"Dovecot, one session too many", withAuth("PLAIN"), "", script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"),
			smtp("421 4.7.0 Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)"), closes),
			fails(auth, temporary, host, 421, "mail_max_userip_connections=10"), 2, 0},
		// Quoted local parts are not for everybody. The reply is about this recipient, although its
		// code is that of syntax.
		{"smtp-server, quoted local part", plain, `"a b"@b.example`, script(hello("PIPELINING"), expect("MAIL *"), expect(`RCPT TO:<"a b"@b.example>`), expect("DATA"),
			smtp("250 Accepted", "501 Error: Bad recipient address syntax", "503 Error: need RCPT command"), quit),
			fails(rcpt, permanent, row, 501, "Bad recipient address syntax"), 3, 0},
		{"OpenSMTPD, quoted local part", plain, `"a b"@b.example`, script(lockstep, smtp("250 2.0.0 Ok"), expect(`RCPT TO:<"a b"@b.example>`), smtp("501 5.1.3 Recipient address syntax error"), quit),
			fails(rcpt, permanent, row, 501, "501 5.1.3"), 4, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
				tt.dialer(d)
				dl := delivery(t)
				if tt.to != "" {
					dl = delivery(t, tt.to)
				}
				start := time.Now()
				r, err := d.Deliver(t.Context(), dl)
				tt.want.check(t, err)
				if took := time.Since(start); r.Flights != tt.flights || took != tt.took || r.Quit != nil {
					t.Errorf("%d flights, %v, QUIT %v; want %d, %v, none", r.Flights, took, r.Quit, tt.flights, tt.took)
				}
			})
		})
	}
}
