package transport_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestSession plays scripted sessions of one small message to one recipient, also under implicit
// TLS, where they must come to the same.
func TestSession(t *testing.T) {
	ehloLine := "EHLO [127.0.0.1]\r\n"
	heloLine := "HELO [127.0.0.1]\r\n"
	mailFlight := ehloLine + "MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n"
	whole := mailFlight + text + ".\r\nQUIT\r\n"
	plainSecret := "AG9mZmljZQBzM2NyZXQtaG9yc2U="

	tests := []struct {
		name     string
		dialer   func(*transport.Dialer)
		steps    []smtptest.Step
		want     want
		received string        // all that the server saw; "*": not looked at
		flights  int           // 0: not looked at
		took     time.Duration // exactly; -1: not looked at
	}{
		// Greeting.
		{"silent server", plain, script(hangs), fails(greeting, temporary, host, 0, "implicit TLS"), "", 0, 5 * time.Minute},
		{"greeting of lines", plain, script(smtp("220-a", "220-b", "220 c"), expect("EHLO *"), smtp("250 x"), expect("MAIL *"), smtp("550 no"), quit),
			fails(mail, permanent, row, 550, "550 no"), "*", 0, 0},
		{"greeting 554", plain, script(smtp("554 no"), quit), fails(greeting, permanent, host, 554, "greeting: 554 no (permanent)"), "QUIT\r\n", 0, 0},
		{"greeting 421", plain, script(smtp("421 busy"), closes), fails(greeting, temporary, host, 421, "busy"), "", 0, 0},
		{"greeting 250", plain, script(smtp("250 hm")), fails(greeting, temporary, host, 250, "lost step"), "", 0, 0},
		{"another protocol", plain, script(smtp("SSH-2.0-x")), fails(greeting, temporary, host, 0, "SSH-2.0-x"), "", 0, 0},
		{"greeting 2200", plain, script(smtp("2200 x")), fails(greeting, temporary, host, 0, "not an SMTP reply"), "", 0, 0},
		{"greeting 22", plain, script(smtp("22 x")), fails(greeting, temporary, host, 0, "not an SMTP reply"), "", 0, 0},
		{"greeting 220x", plain, script(smtp("220x")), fails(greeting, temporary, host, 0, "not an SMTP reply"), "", 0, 0},
		{"greeting without text", plain, script(smtp("220"), expect("EHLO *"), smtp("550 no"), quit), fails(ehlo, permanent, host, 550, ""), "*", 0, 0},
		{"endless line", plain, script(smtptest.Flood(strings.Repeat("2", 1<<20))), fails(greeting, temporary, host, 0, "octets"), "", 0, 0},
		{"endless lines", plain, script(smtptest.Flood(strings.Repeat("220-x\r\n", 1e5))), fails(greeting, temporary, host, 0, "lines"), "", 0, 0},
		{"dripping greeting", plain, script(smtptest.Drip("220-"+strings.Repeat("x", 100), 10*time.Second)), fails(greeting, temporary, host, 0, "within 5m"), "", 0, 5 * time.Minute},
		{"TLS server", plain, script(smtptest.SendRaw("\x15\x03\x01\x00\x02\x02\x46"), closes), fails(greeting, temporary, host, 0, "speaks TLS"), "", 0, 0},
		{"closed at once", plain, script(closes), fails(greeting, temporary, host, 0, "closed the connection"), "", 0, 0},
		{"more than a greeting", plain, script(smtp("220 x", "250 ok")), fails(ehlo, temporary, host, 250, "lost step"), "", 0, 0},
		{"421 behind the greeting", plain, script(smtp("220 x", "421 down")), fails(ehlo, temporary, host, 421, "down"), "", 0, 0},

		{"greeting 554 with an enhanced code", plain, script(smtp("554 5.7.1 no"), quit), fails(greeting, permanent, host, 554, "greeting: 554 5.7.1 no (permanent)"), "QUIT\r\n", 0, 0},

		// EHLO.
		{"EHLO 220", plain, script(smtp("220 x"), expect("EHLO *"), smtp("220 x")), fails(ehlo, temporary, host, 220, "lost step"), ehloLine, 0, 0},
		{"EHLO with an enhanced code", plain, script(smtp("220 x"), expect("EHLO *"), smtp("550 5.7.1 no"), quit), fails(ehlo, permanent, host, 550, "550 5.7.1 no"), "*", 0, 0},
		{"HELO", plain, script(smtp("220 x"), expect("EHLO *"), smtp("502 what"), expect("HELO [127.0.0.1]"), smtp("250 x PIPELINING"),
			expect("MAIL FROM:<a@a.example>"), smtp("250 ok"), expect("RCPT *"), smtp("250 ok"), expect("DATA"), smtp("354 go"), readData, smtp("250 ok"), quit),
			want{}, "*", 7, 0},
		{"HELO refused", plain, script(smtp("220 x"), expect("EHLO *"), smtp("500 what"), expect("HELO *"), smtp("550 no"), quit),
			fails(ehlo, permanent, host, 550, ""), ehloLine + heloLine + "QUIT\r\n", 0, 0},
		{"HELO after 501", plain, script(smtp("220 x"), expect("EHLO *"), smtp("501 what"), expect("HELO *"), smtp("550 no"), quit), fails(ehlo, permanent, host, 550, ""), "*", 0, 0},
		{"HELO after 504", plain, script(smtp("220 x"), expect("EHLO *"), smtp("504 what"), expect("HELO *"), smtp("550 no"), quit), fails(ehlo, permanent, host, 550, ""), "*", 0, 0},
		{"no HELO after 503", plain, script(smtp("220 x"), expect("EHLO *"), smtp("503 what"), quit), fails(ehlo, permanent, host, 503, ""), "*", 0, 0},
		{"no HELO where TLS is needed", withStartTLS, script(smtp("220 x"), expect("EHLO *"), smtp("502 what"), quit),
			fails(ehlo, permanent, job, 502, "TLS"), ehloLine + "QUIT\r\n", 0, 0},
		{"no HELO where AUTH is needed", withAuth(""), script(smtp("220 x"), expect("EHLO *"), smtp("502 what"), quit),
			fails(ehlo, permanent, job, 502, "authentication"), ehloLine + "QUIT\r\n", 0, 0},
		{"EHLO 421", plain, script(smtp("220 x"), expect("EHLO *"), smtp("421 down")), fails(ehlo, temporary, host, 421, ""), ehloLine, 0, 0},
		{"EHLO 451", plain, script(smtp("220 x"), expect("EHLO *"), smtp("451 later"), quit), fails(ehlo, temporary, host, 451, ""), ehloLine + "QUIT\r\n", 0, 0},
		{"EHLO 550", plain, script(smtp("220 x"), expect("EHLO *"), smtp("550 bad helo"), quit), fails(ehlo, permanent, host, 550, "bad helo"), ehloLine + "QUIT\r\n", 0, 0},
		{"EHLO of two codes", plain, script(smtp("220 x"), expect("EHLO *"), smtp("250-x", "550 no")), fails(ehlo, temporary, host, 0, "250 and 550"), ehloLine, 0, 0},
		{"EHLO without reply", plain, script(smtp("220 x"), expect("EHLO *"), hangs), fails(ehlo, temporary, host, 0, "within 5m"), ehloLine, 0, 5 * time.Minute},

		// STARTTLS, as far as it needs no TLS.
		{"octets behind STARTTLS", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go", "250 evil")),
			fails(starttls, permanent, job, 0, "tampering"), ehloLine + "STARTTLS\r\n", 0, 0},
		{"half a line behind STARTTLS", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtptest.SendRaw("220 go\r\n250")),
			fails(starttls, permanent, job, 0, "tampering"), ehloLine + "STARTTLS\r\n", 0, 0},
		{"no STARTTLS", withStartTLS, script(hello("AUTH PLAIN", "XSTARTTLS"), quit), fails(starttls, permanent, job, 0, "not offer"), ehloLine + "QUIT\r\n", 0, 0},
		{"STARTTLS as a host name", withStartTLS, script(smtp("220 x"), expect("EHLO *"), smtp("250-STARTTLS", "250 HELP"), quit),
			fails(starttls, permanent, job, 0, "not offer"), ehloLine + "QUIT\r\n", 0, 0},
		{"STARTTLS 454", withStartTLS, script(hello("starttls"), expect("STARTTLS"), smtp("454 later"), quit), fails(starttls, temporary, host, 454, ""), "*", 0, 0},
		{"STARTTLS 501", withStartTLS, script(hello("StartTLS"), expect("STARTTLS"), smtp("501 no"), quit), fails(starttls, permanent, job, 501, ""), "*", 0, 0},
		{"STARTTLS 250", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("250 hm")), fails(starttls, temporary, host, 250, ""), ehloLine + "STARTTLS\r\n", 0, 0},
		{"handshake hangs", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), hangs), fails(tlsStage, temporary, host, 0, "within 1m0s"), "*", 0, time.Minute},
		{"handshake reset", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), smtptest.Read(10), resets), fails(tlsStage, temporary, host, 0, ""), "*", 0, 0},
		{"handshake closed", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), smtptest.Read(10), closes), fails(tlsStage, temporary, host, 0, ""), "*", 0, 0},
		{"plain text for a handshake", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), smtptest.Read(10), smtp("250 hello there")), fails(tlsStage, permanent, job, 0, ""), "*", 0, 0},
		{"plain text for implicit TLS", func(d *transport.Dialer) { d.TLSMode = transport.ImplicitTLS }, script(smtp("220 hello there")),
			fails(tlsStage, permanent, job, 0, "plain text"), "*", 0, 0},
		{"busy in plain text for implicit TLS", func(d *transport.Dialer) { d.TLSMode = transport.ImplicitTLS }, script(smtp("421 4.3.2 hello there")),
			fails(tlsStage, temporary, host, 421, "hello there: said in plain text"), "*", 0, 0},
		{"refused in plain text for implicit TLS", func(d *transport.Dialer) { d.TLSMode = transport.ImplicitTLS }, script(smtp("554-you", "554 are blocked")),
			fails(tlsStage, permanent, host, 554, "554 you are blocked: said in plain text"), "*", 0, 0},
		{"refused in plain text for a handshake", withStartTLS, script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), smtptest.Read(10), smtp("454 4.7.0 TLS not available")),
			fails(tlsStage, temporary, host, 454, "TLS not available"), "*", 0, 0},
		{"half a refusal in plain text", func(d *transport.Dialer) { d.TLSMode = transport.ImplicitTLS }, script(smtptest.SendRaw("421 hel"), hangs),
			fails(tlsStage, permanent, job, 0, "plain text"), "*", 0, 0},

		// AUTH.
		{"PLAIN", withAuth(""), script(hello("auth login plain", "PIPELINING"), expect("AUTH PLAIN "+plainSecret), smtp("235 2.7.0 ok"), expect("MAIL *"), expect("RCPT *"), expect("DATA"),
			smtp("250 ok", "250 ok", "354 go"), readData, expect("QUIT"), smtp("250 ok", "221 bye"), closes), want{}, "*", 4, 0},
		{"LOGIN with odd prompts", withAuth("login"), script(hello("AUTH=PLAIN LOGIN"), expect("AUTH LOGIN"), smtp("334 what?"), expect("b2ZmaWNl"), smtp("334"), expect("czNjcmV0LWhvcnNl"), smtp("235 ok"),
			expect("MAIL *"), smtp("550 no"), quit), fails(mail, permanent, row, 550, ""), "*", 0, 0},
		{"AUTH= only", withAuth(""), script(hello("AUTH=PLAIN LOGIN"), expect("AUTH PLAIN *"), smtp("535 no"), quit), fails(auth, permanent, job, 535, ""), "*", 0, 0},
		{"535", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("535 5.7.8 bad"), quit), fails(auth, permanent, job, 535, "535 5.7.8 bad"),
			ehloLine + "AUTH PLAIN " + plainSecret + "\r\nQUIT\r\n", 0, 0},
		{"the secret echoed", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("535 bad: "+plainSecret+" "+pass), quit), fails(auth, permanent, job, 535, "<redacted>"), "*", 0, 0},
		{"the secret echoed out of form", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("what is "+plainSecret)), fails(auth, temporary, host, 0, "not an SMTP reply"), "*", 0, 0},
		{"the secret echoed unasked", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("334 ", "500 what is "+plainSecret)),
			fails(auth, temporary, host, 500, "<redacted>"), "*", 0, 0},
		{"the secret echoed unasked and out of form", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok", "what is "+plainSecret)),
			fails(auth, temporary, host, 0, "not an SMTP reply"), "*", 0, 0},
		{"the secret echoed late", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok"), expect("MAIL *"), smtp("500 what is "+plainSecret), quit),
			fails(mail, permanent, row, 500, "<redacted>"), "*", 0, 0},
		{"the secret echoed late and out of form", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok"), expect("MAIL *"), smtp(strings.Repeat("x", 50)+plainSecret)),
			fails(mail, temporary, row, 0, "xxx<redacted"), "*", 0, 0},
		{"the secret echoed last", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("535 no"), expect("QUIT"), smtp("500 what is "+plainSecret)),
			fails(auth, permanent, job, 535, "no"), "*", 0, 0},
		{"a word that is the password", func(d *transport.Dialer) { d.Auth = &transport.Auth{Username: user, Password: "now"} }, script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("235 ok"), expect("MAIL *"), smtp("550 not now"), quit),
			fails(mail, permanent, row, 550, "not now"), "*", 0, 0},
		{"454", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("454 4.7.0 later"), quit), fails(auth, temporary, host, 454, ""), "*", 0, 0},
		{"421 to AUTH", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("421 later")), fails(auth, temporary, host, 421, ""), "*", 0, 0},
		{"334 to an initial response", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("334 "), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, ""), ehloLine + "AUTH PLAIN " + plainSecret + "\r\n*\r\nQUIT\r\n", 0, 0},
		{"421 to giving up", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("334 "), expect("*"), smtp("421 down")),
			fails(auth, permanent, job, 421, "asked for more"), ehloLine + "AUTH PLAIN " + plainSecret + "\r\n*\r\n", 0, 0},
		{"endless 334", withAuth("LOGIN"), script(hello("AUTH LOGIN"), expect("AUTH LOGIN"), smtp("334 "), expect("*"), smtp("334 "), expect("*"), smtp("334 "), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "asked for more"), ehloLine + "AUTH LOGIN\r\nb2ZmaWNl\r\nczNjcmV0LWhvcnNl\r\n*\r\nQUIT\r\n", 0, 0},
		{"long secret", func(d *transport.Dialer) {
			d.Auth = &transport.Auth{Username: user, Password: strings.Repeat("x", 600)}
		},
			script(hello("AUTH PLAIN"), expect("AUTH PLAIN"), smtp("334 "), expect("AG9mZmljZQB4*"), smtp("535 no"), quit), fails(auth, permanent, job, 535, ""), "*", 0, 0},
		{"bad challenge", func(d *transport.Dialer) {
			d.Auth = &transport.Auth{Username: user, Password: strings.Repeat("x", 600)}
		},
			script(hello("AUTH PLAIN"), expect("AUTH PLAIN"), smtp("334 not base64!"), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "base64"), ehloLine + "AUTH PLAIN\r\n*\r\nQUIT\r\n", 0, 0},
		{"no common mechanism", withAuth(""), script(hello("AUTH GSSAPI"), quit), fails(auth, permanent, job, 0, "GSSAPI"), ehloLine + "QUIT\r\n", 0, 0},
		{"no AUTH at all", withAuth(""), script(hello(), quit), fails(auth, permanent, job, 0, "no authentication"), ehloLine + "QUIT\r\n", 0, 0},

		// MAIL, RCPT, DATA.
		{"MAIL 452", plain, script(flight("452 4.3.1 full", "503 no", "503 no"), quit), fails(mail, temporary, row, 452, "452 4.3.1 full"), mailFlight + "QUIT\r\n", 0, 0},
		{"MAIL 552", plain, script(flight("552 5.3.4 big", "503 no", "503 no"), quit), fails(mail, permanent, row, 552, ""), "*", 0, 0},
		{"MAIL 530", plain, script(flight("530 5.7.0 auth", "503 no", "503 no"), quit), fails(mail, permanent, job, 530, ""), "*", 0, 0},
		{"MAIL 550 503 503", plain, script(flight("550 no", "503 no", "503 no"), quit), fails(mail, permanent, row, 550, ""), "*", 2 + 1, 0},
		{"MAIL 550 and closed", plain, script(flight("550 blocked"), closes), fails(mail, permanent, row, 550, "blocked"), mailFlight, 0, 0},
		{"MAIL 550 and silence", plain, script(flight("550 blocked"), hangs), fails(mail, permanent, row, 550, "blocked"), "*", 0, 5 * time.Second},
		{"MAIL 421", plain, script(flight("421 4.7.0 slow down")), fails(mail, temporary, row, 421, ""), mailFlight, 0, 0},
		{"MAIL closed", plain, script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), closes), fails(mail, temporary, row, 0, ""), "*", 0, 0},
		{"MAIL 354", plain, script(flight("354 hm")), fails(mail, temporary, row, 354, "lost step"), mailFlight, 0, 0},
		{"too large", plain, script(hello("SIZE 10"), quit), fails(mail, permanent, row, 0, "the server takes 10"), ehloLine + "QUIT\r\n", 0, 0},
		{"as large as it may be", plain, script(hello("SIZE 22"), expect("MAIL FROM:<a@a.example> SIZE=22"), smtp("550 no"), quit), fails(mail, permanent, row, 550, ""), "*", 0, 0},
		{"RCPT 251", plain, script(flight("250 ok", "251 forwarded", "354 go"), readData, expect("QUIT"), smtp("250 ok", "221 bye"), closes), want{}, whole, 3, 0},
		{"RCPT 252", plain, script(flight("250", "252 perhaps", "354"), readData, expect("QUIT"), smtp("250", "221"), closes), want{}, whole, 3, 0},
		{"RCPT 450", plain, script(flight("250 ok", "450 4.7.1 greylisted", "503 no"), quit), fails(rcpt, temporary, row, 450, ""), "*", 0, 0},
		{"RCPT 550, DATA 503", plain, script(flight("250 ok", "550 5.1.1 who", "503 no"), quit), fails(rcpt, permanent, row, 550, "rcpt: 550 5.1.1 who (permanent)"), mailFlight + "QUIT\r\n", 3, 0},
		{"RCPT 550, DATA 354", plain, script(flight("250 ok", "550 5.1.1 who", "354 go"), expect("."), expect("QUIT"), smtp("250 taken", "221 bye"), closes),
			fails(rcpt, permanent, row, 550, ""), mailFlight + ".\r\nQUIT\r\n", 0, 0},
		{"MAIL 550, RCPT 250, DATA 354", plain, script(flight("550 no", "250 ok", "354 go")), fails(mail, permanent, row, 550, ""), mailFlight, 0, 0},
		{"RCPT 550, DATA 250", plain, script(flight("250 ok", "550 who", "250 hm")), fails(rcpt, permanent, row, 550, ""), mailFlight, 0, 0},
		{"RCPT 552", plain, script(flight("250 ok", "552 full", "503 no"), quit), fails(rcpt, temporary, row, 552, ""), "*", 0, 0},
		{"RCPT 554 and closed", plain, script(flight("250 ok", "554 blocked"), closes), fails(rcpt, permanent, row, 554, ""), mailFlight, 0, 0},
		{"DATA 250", plain, script(flight("250 ok", "250 ok", "250 ok")), fails(data, temporary, row, 250, "lost step"), mailFlight, 0, 0},
		{"DATA 221", plain, script(flight("250 ok", "250 ok", "221 bye")), fails(data, temporary, row, 221, ""), mailFlight, 0, 0},
		{"DATA 421", plain, script(flight("250 ok", "250 ok", "421 down")), fails(data, temporary, row, 421, ""), mailFlight, 0, 0},
		{"DATA 554", plain, script(flight("250 ok", "250 ok", "554 no"), quit), fails(data, permanent, row, 554, ""), mailFlight + "QUIT\r\n", 0, 0},
		{"DATA 451", plain, script(flight("250 ok", "250 ok", "451 no"), quit), fails(data, temporary, row, 451, ""), mailFlight + "QUIT\r\n", 0, 0},
		{"more behind the 354", plain, script(flight("250 ok", "250 ok", "354 go", "250 hm")), fails(content, temporary, row, 250, "lost step"), mailFlight, 0, 0},
		{"554 behind the 354", plain, script(flight("250 ok", "250 ok", "354 go", "554 5.7.1 spam")), fails(content, permanent, row, 554, "554 5.7.1 spam"), mailFlight, 0, 0},
		{"452 behind the 354", plain, script(flight("250 ok", "250 ok", "354 go", "452 full")), fails(content, temporary, row, 452, "452 full (temp"), mailFlight, 0, 0},
		{"354 in three segments", plain, script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtp("250 ok", "250 ok"), smtptest.Drip("354\r\n", time.Second),
			readData, expect("QUIT"), smtp("250 ok", "221 bye"), closes), want{}, whole, 3, 5 * time.Second},
		{"354 that never comes", func(d *transport.Dialer) { d.NoPipelining = true }, script(hello("PIPELINING"), expect("MAIL *"), smtp("250 ok"), expect("RCPT *"), smtp("250 ok"), expect("DATA"), hangs),
			fails(data, temporary, row, 0, "within 2m"), "*", 0, 2 * time.Minute},

		// The reply to the message.
		{"sent", plain, script(sent(), smtp("250 2.0.0 queued as X", "221 bye"), closes), want{}, whole, 3, 0},
		{"sent, bare LF", plain, script(sent(), smtptest.SendRaw("250 ok\n221 bye\n"), closes), want{}, whole, 3, 0},
		{"final 451", plain, script(sent(), smtp("451 no", "221 bye"), closes), fails(final, temporary, row, 451, ""), whole, 0, 0},
		{"final 421", plain, script(sent(), smtp("421 no")), fails(final, temporary, row, 421, ""), whole, 0, 0},
		{"final 554", plain, script(sent(), smtp("554 5.7.1 spam", "221 bye"), closes), fails(final, permanent, row, 554, "554 5.7.1 spam"), whole, 0, 0},
		{"final closed", plain, script(sent(), closes), fails(final, unknown, row, 0, "closed"), whole, 0, 0},
		{"final reset", plain, script(sent(), resets), fails(final, unknown, row, 0, "reset"), whole, 0, 0},
		{"final silence", plain, script(sent(), hangs), fails(final, unknown, row, 0, "within 10m"), whole, 0, 10 * time.Minute},
		{"final 571", plain, script(sent(), smtp("571 5.7.1 spam", "221 bye"), closes), fails(final, permanent, row, 571, "571 5.7.1 spam"), whole, 0, 0},
		{"final 471", plain, script(sent(), smtp("471 later", "221 bye"), closes), fails(final, temporary, row, 471, ""), whole, 0, 0},
		{"final of 9,000 octets", plain, script(sent(), smtp("250 "+strings.Repeat("x", 9000), "221 bye"), closes), want{}, whole, 0, 0},
		{"final of 70,000 octets", plain, script(sent(), smtptest.Flood("250 "+strings.Repeat("x", 70_000)+"\r\n")), fails(final, unknown, row, 0, "octets"), whole, 0, 0},
		{"final 221", plain, script(sent(), smtp("221 bye")), fails(final, unknown, row, 221, ""), whole, 0, 0},
		{"final 354", plain, script(sent(), smtp("354 hm", "250 ok")), fails(final, unknown, row, 354, ""), whole, 0, 0},
		{"final garbage", plain, script(sent(), smtp("hello", "250 ok")), fails(final, unknown, row, 0, ""), whole, 0, 0},
		{"final of two codes", plain, script(sent(), smtp("250-ok", "550 no")), fails(final, unknown, row, 0, ""), whole, 0, 0},
		{"final cut short", plain, script(sent(), smtp("250-ok"), closes), fails(final, unknown, row, 0, ""), whole, 0, 0},

		// QUIT.
		{"closed without 221", plain, script(sent(), smtp("250 ok"), closes), want{}, whole, 3, 0},
		{"reset without 221", plain, script(sent(), smtp("250 ok"), resets), want{}, whole, 3, 0},
		{"421 to QUIT", plain, script(sent(), smtp("250 ok", "421 no"), closes), want{}, whole, 3, 0},
		{"silence to QUIT", plain, script(sent(), smtp("250 ok"), hangs), want{}, whole, 3, 5 * time.Second},
		{"221, but not closed", plain, script(sent(), smtp("250 ok", "221 bye"), hangs), want{}, whole, 3, 500 * time.Millisecond},
		{"no pipelining", plain, script(hello("SIZE"), expect("MAIL FROM:<a@a.example> SIZE=22"), smtp("250 ok"), expect("RCPT *"), smtp("250 ok"), expect("DATA"), smtp("354 go"), readData, smtp("250 ok"), quit), want{}, "*", 6, 0},
		{"pipelining switched off", func(d *transport.Dialer) { d.NoPipelining = true }, script(hello("PIPELINING"), expect("MAIL *"), smtp("250 ok"), expect("RCPT *"), smtp("250 ok"), expect("DATA"), smtp("354 go"),
			readData, smtp("250 ok"), quit), want{}, whole, 6, 0},
	}
	server, client := certified(t)
	for _, tt := range tests {
		run := func(t *testing.T, implicit bool) {
			play := smtptest.Play(t, tt.steps...)
			d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext}
			tt.dialer(d)
			if implicit {
				if d.TLSMode != transport.Plaintext {
					t.Skip("has a TLS mode of its own")
				}
				if strings.HasPrefix(tt.name, "HELO") {
					t.Skip("HELO is never said under TLS: see TestNoHELO")
				}
				play = smtptest.Play(t, script(smtptest.StartTLS(server), tt.steps)...)
				d.TLSMode, d.TLS = transport.ImplicitTLS, client
			}
			d.DialContext = play.DialContext
			var rec recorder
			rec.watch(d)
			start := time.Now()
			r, err := d.Deliver(t.Context(), delivery(t))
			took := time.Since(start)
			want := tt.want
			if implicit {
				want.text = strings.TrimSuffix(want.text, "implicit TLS") // a hint for others
			}
			want.check(t, err)
			synctest.Wait()
			if got := play.Received(); tt.received != "*" && got != tt.received {
				t.Errorf("the server got %q, want %q", got, tt.received)
			}
			if tt.flights > 0 && r.Flights != tt.flights {
				t.Errorf("flights = %d, want %d", r.Flights, tt.flights)
			}
			if tt.took >= 0 && took != tt.took {
				t.Errorf("took %v, want %v", took, tt.took)
			}
			noSecrets(t, rec.trace.String(), fmt.Sprint(err), fmt.Sprintf("%+v", r))
			if implicit {
				noSecrets(t, rec.writes...)
			}
		}
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { run(t, false) })
		})
		t.Run(tt.name+"/implicit", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { run(t, true) })
		})
	}
}

// TestNoHELO: under TLS a server that does not know EHLO is not what it was taken for.
func TestNoHELO(t *testing.T) {
	server, client := certified(t)
	synctest.Test(t, func(t *testing.T) {
		play := smtptest.Play(t, script(smtptest.StartTLS(server), smtp("220 x"), expect("EHLO *"), smtp("502 what"), quit)...)
		d := &transport.Dialer{Addr: "mail.test:465", TLSMode: transport.ImplicitTLS, TLS: client, DialContext: play.DialContext}
		_, err := d.Deliver(t.Context(), delivery(t))
		fails(ehlo, permanent, job, 502, "refuses EHLO").check(t, err)
	})
}

// TestBoundedInput: a server that says as much as it may everywhere is taken in within a bound, and
// one that says more is left.
func TestBoundedInput(t *testing.T) {
	long := func(code int) string {
		line := strings.Repeat("x", 500)
		return strings.Repeat(fmt.Sprintf("%d-%s\r\n", code, line), 127) + fmt.Sprintf("%d %s", code, line)
	}
	synctest.Test(t, func(t *testing.T) {
		play := smtptest.Play(t, script(smtp(long(220)), expect("EHLO *"), smtp(strings.Replace(long(250), "250 x", "250 PIPELINING x", 1)), expect("MAIL *"), expect("RCPT *"), expect("DATA"),
			smtptest.Flood(long(250)+"\r\n"), smtptest.Flood(long(250)+"\r\n"), smtptest.Flood(long(354)+"\r\n"), readData, expect("QUIT"), smtptest.Flood(long(250)+"\r\n"), smtptest.Flood(strings.Repeat(long(221)+"\r\n", 20)))...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		r, err := d.Deliver(t.Context(), delivery(t))
		if err != nil {
			t.Errorf("Deliver: %v", err)
		}
		if most := int64(8 * 65 << 10); r.BytesIn > most {
			t.Errorf("%d octets were read, want at most %d", r.BytesIn, most)
		}
	})
}
