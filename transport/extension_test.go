package transport_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestExtensions: the parameters of MAIL say what this message needs, and no more; what the server
// can't take is not begun.
func TestExtensions(t *testing.T) {
	eight := func(s string) func(*transport.Delivery) {
		return func(dl *transport.Delivery) {
			var err error
			if dl.Message, err = transport.New8BitMessage(transport.Segment{Data: []byte(s)}); err != nil {
				t.Fatalf("New8BitMessage: %v", err)
			}
		}
	}
	to := func(boxes ...transport.Mailbox) func(*transport.Delivery) {
		return func(dl *transport.Delivery) { dl.Envelope.To = boxes }
	}
	from := func(local string) func(*transport.Delivery) {
		return func(dl *transport.Delivery) { dl.Envelope.From.Local = local }
	}
	juergen := transport.Mailbox{Local: "jürgen", Domain: "xn--bcher-kva.example"}
	all := []string{"PIPELINING", "8BITMIME", "SMTPUTF8"}
	for _, tt := range []struct {
		name     string
		keywords []string
		change   func(*transport.Delivery)
		want     want
		commands []string // after EHLO
	}{
		{"nothing is needed", all, func(*transport.Delivery) {}, want{}, []string{"MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
		{"recipient", all, to(juergen), want{}, []string{"MAIL FROM:<a@a.example> SMTPUTF8", "RCPT TO:<jürgen@xn--bcher-kva.example>", "DATA", "QUIT"}},
		{"quoted recipient", all, to(transport.Mailbox{Local: "ü b", Domain: "b.example"}), want{}, []string{"MAIL FROM:<a@a.example> SMTPUTF8", `RCPT TO:<"ü b"@b.example>`, "DATA", "QUIT"}},
		{"sender", append(all, "SIZE"), from("ü"), want{}, []string{"MAIL FROM:<ü@a.example> SIZE=22 SMTPUTF8", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
		{"8-bit body", all, eight("A: b\r\n\r\nü\r\n"), want{}, []string{"MAIL FROM:<a@a.example> BODY=8BITMIME", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
		{"UTF-8 header", all, eight("A: ü\r\n\r\nb\r\n"), want{}, []string{"MAIL FROM:<a@a.example> BODY=8BITMIME SMTPUTF8", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
		{"8-bit that is not", []string{"PIPELINING"}, eight(text), want{}, []string{"MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
		{"recipient, not offered", []string{"PIPELINING", "8BITMIME"}, to(juergen), fails(mail, permanent, row, 0, "SMTPUTF8"), []string{"QUIT"}},
		{"sender, not offered", []string{"8BITMIME"}, from("ü"), fails(mail, permanent, row, 0, "SMTPUTF8"), []string{"QUIT"}},
		{"UTF-8 header, not offered", []string{"8BITMIME"}, eight("A: ü\r\n\r\nb\r\n"), fails(mail, permanent, row, 0, "SMTPUTF8"), []string{"QUIT"}},
		{"8-bit, not offered", []string{"SMTPUTF8"}, eight("A: b\r\n\r\nü\r\n"), fails(mail, permanent, row, 0, "8BITMIME"), []string{"QUIT"}},
		{"recipients, too many", []string{"LIMITS RCPTMAX=1"}, to(transport.Mailbox{Local: "x", Domain: "x"}, transport.Mailbox{Local: "y", Domain: "y"}), fails(mail, permanent, row, 0, "2 recipients, the server takes 1"), []string{"QUIT"}},
		{"recipients, as many as may be", []string{"PIPELINING", "LIMITS RCPTMAX=1"}, func(*transport.Delivery) {}, want{}, []string{"MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA", "QUIT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{Keywords: tt.keywords})
				dl := delivery(t)
				tt.change(&dl)
				mailed := false
				dl.OnMail = func() { mailed = true }
				_, err := d.Deliver(t.Context(), dl)
				tt.want.check(t, err)
				s.Wait()
				if got := s.Sessions()[0].Commands[1:]; !slices.Equal(got, tt.commands) {
					t.Errorf("commands = %q, want %q", got, tt.commands)
				}
				if mailed == tt.want.failed {
					t.Errorf("OnMail was called: %t", mailed)
				}
				if needs := errors.Is(err, transport.ErrNeedsSMTPUTF8); needs != strings.Contains(tt.want.text, "SMTPUTF8") {
					t.Errorf("error = %v; it is ErrNeedsSMTPUTF8: %t", err, needs)
				}
			})
		})
	}
}

// TestParameterRefused: MAIL is said once more without the parameter that can be left out, and only
// then (RFC 5321, section 4.1.1.11).
func TestParameterRefused(t *testing.T) {
	sized := hello("PIPELINING", "SIZE")
	first := script(sized, expect("MAIL FROM:<a@a.example> SIZE=22"), expect("RCPT *"), expect("DATA"))
	again := script(expect("MAIL FROM:<a@a.example>"), expect("RCPT *"), expect("DATA"))
	done := script(smtp("250 ok", "250 ok", "354 go"), readData, expect("QUIT"), smtp("250 ok", "221 bye"), closes)
	for _, tt := range []struct {
		name    string
		steps   []smtptest.Step
		want    want
		flights int
		mailed  int
	}{
		{"555", script(first, smtp("555 what", "503 no", "503 no"), again, done), want{}, 4, 1},
		{"501", script(first, smtp("501 what", "503 no", "503 no"), again, done), want{}, 4, 1},
		{"555 twice", script(first, smtp("555 what", "503 no", "503 no"), again, smtp("555 what", "503 no", "503 no"), quit), fails(mail, permanent, row, 555, ""), 4, 1},
		{"504", script(first, smtp("504 5.5.4 what", "503 no", "503 no"), again, done), want{}, 4, 1},
		{"550 of SIZE", script(first, smtp("550 5.5.0 Size not supported here", "503 no", "503 no"), again, done), want{}, 4, 1},
		{"554 of a parameter", script(first, smtp("554 bad Parameters", "503 no", "503 no"), again, done), want{}, 4, 1},
		{"552 is about the message", script(first, smtp("552 message size exceeds limit", "503 no", "503 no"), quit), fails(mail, permanent, row, 552, ""), 3, 1},
		{"554 5.3.4 is about the message", script(first, smtp("554 5.3.4 message size exceeds limit", "503 no", "503 no"), quit), fails(mail, permanent, row, 554, ""), 3, 1},
		{"452 of SIZE", script(first, smtp("452 no room for this size", "503 no", "503 no"), quit), fails(mail, temporary, row, 452, ""), 3, 1},
		{"another code", script(first, smtp("550 no", "503 no", "503 no"), quit), fails(mail, permanent, row, 550, ""), 3, 1},
		{"lock-step", script(hello("SIZE"), expect("MAIL FROM:<a@a.example> SIZE=22"), smtp("555 what"), expect("MAIL FROM:<a@a.example>"), smtp("550 no"), quit), fails(mail, permanent, row, 550, ""), 4, 1},
		{"no parameter", script(flight("555 what", "503 no", "503 no"), quit), fails(mail, permanent, row, 555, ""), 3, 1},
		{"and yet a recipient", script(first, smtp("555 what", "250 ok", "503 no"), quit), fails(mail, permanent, row, 555, ""), 3, 1},
		{"and closed", script(first, smtp("555 what"), closes), fails(mail, permanent, row, 555, ""), 2, 1},
		{"and yet 354", script(first, smtp("555 what", "503 no", "354 go"), expect("."), expect("QUIT"), smtp("554 no", "221 bye"), closes), fails(mail, permanent, row, 555, ""), 3, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
				dl := delivery(t)
				mailed := 0
				dl.OnMail = func() { mailed++ }
				r, err := d.Deliver(t.Context(), dl)
				tt.want.check(t, err)
				if r.Flights != tt.flights || mailed != tt.mailed {
					t.Errorf("flights, calls of OnMail = %d, %d, want %d, %d", r.Flights, mailed, tt.flights, tt.mailed)
				}
			})
		})
	}
}

// TestCommandLength: the longest commands that can be stay within 512 octets (RFC 5321, section
// 4.5.3.1.4).
func TestCommandLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		label := strings.Repeat("x", 63)
		long := transport.Mailbox{Local: strings.Repeat("x", 64), Domain: label + "." + label + "." + label[:61]}
		s, d := served(t, smtptest.Handler{Keywords: []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE"}})
		d.Hello = label + "." + label + "." + label + "." + label
		dl := delivery(t)
		dl.Envelope.To = []transport.Mailbox{long}
		dl.Envelope.From = long
		dl.Envelope.From.Local = strings.Repeat("ü", 32)
		m, err := transport.New8BitMessage(transport.Segment{Data: []byte("A: ü\r\n\r\n")})
		if err != nil {
			t.Fatalf("New8BitMessage: %v", err)
		}
		dl.Message = m
		if _, err := d.Deliver(t.Context(), dl); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
		s.Wait()
		for _, c := range s.Sessions()[0].Commands {
			if len(c)+2 > 512 {
				t.Errorf("command of %d octets: %q", len(c)+2, c)
			}
		}
	})
}
