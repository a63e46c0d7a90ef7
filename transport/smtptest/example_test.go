package smtptest_test

import (
	"context"
	"fmt"
	"testing"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A server that knows one user, refuses one recipient and keeps the rest.
func Example() {
	server := smtptest.NewServer(smtptest.Handler{
		Users: map[string]string{"office": "secret"},
		Rcpt: func(to string) smtptest.Reply {
			if to == "nobody@b.example" {
				return smtptest.Say(550, "5.1.1 no such user")
			}
			return smtptest.Reply{} // the usual one
		},
	})
	defer server.Close()

	dialer := &transport.Dialer{
		Addr:        smtptest.Host + ":587",
		TLSMode:     transport.Plaintext,
		Auth:        &transport.Auth{Username: "office", Password: "secret"},
		DialContext: server.DialContext, // or Addr from server.Listen()
	}
	message, err := transport.NewMessage(transport.Segment{Data: []byte("Subject: hi\r\n\r\nhello\r\n")})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, local := range []string{"ann", "nobody"} {
		receipt, err := dialer.Deliver(context.Background(), transport.Delivery{
			Envelope: transport.Envelope{
				From: transport.Mailbox{Local: "office", Domain: "a.example"},
				To:   []transport.Mailbox{{Local: local, Domain: "b.example"}},
			},
			Message: message,
		})
		fmt.Println(receipt.Reply.Code, err)
	}
	server.Wait()
	for _, m := range server.Messages() {
		fmt.Printf("session %d: %s to %v, %d octets\n", m.Session, m.From, m.To, m.Size)
	}

	// Output:
	// 250 <nil>
	// 0 rcpt: 550 5.1.1 no such user (permanent)
	// session 1: office@a.example to [ann@b.example], 22 octets
}

// A server that refuses a message by its content, and says so before it closes in the middle of it.
func ExamplePlay() {
	var t testing.T // in a test, its own
	script := smtptest.Play(&t,
		smtptest.Send("220 mail.test"),
		smtptest.Expect("EHLO *"),
		smtptest.Send("250-mail.test", "250 PIPELINING"),
		smtptest.Expect("MAIL FROM:<office@a.example>"),
		smtptest.Expect("RCPT TO:<ann@b.example>"),
		smtptest.Expect("DATA"),
		smtptest.Send("250 ok", "250 ok", "354 go"),
		smtptest.Read(10),
		smtptest.Send("554 5.7.1 not that subject"),
		smtptest.Do(smtptest.Close),
	)
	dialer := &transport.Dialer{Addr: "mail.test:25", TLSMode: transport.Plaintext, DialContext: smtptest.Through(script.DialContext, smtptest.Dribble)}
	message, err := transport.NewMessage(transport.Segment{Data: []byte("Subject: hi\r\n\r\nhello\r\n")})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dialer.Deliver(context.Background(), transport.Delivery{
		Envelope: transport.Envelope{
			From: transport.Mailbox{Local: "office", Domain: "a.example"},
			To:   []transport.Mailbox{{Local: "ann", Domain: "b.example"}},
		},
		Message: message,
	})
	fmt.Println(err)

	// Output:
	// final: 554 5.7.1 not that subject (permanent)
}
