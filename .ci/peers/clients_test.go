package peers

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	stdlib "net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/wneessen/go-mail"

	"mailshot/transport"
	"mailshot/transport/mailbox"
)

// What all send.
const (
	sender    = "office@club.example"
	recipient = "member@members.example"
	subject   = "Your renewal"
	user      = "office"
	password  = "correct horse"
)

// body is a letter of two thousand octets.
var body = strings.Repeat("Dear member, this is a line of the letter that all of them send.\r\n", 30)

func message() string {
	return "From: " + sender + "\r\nTo: " + recipient + "\r\nSubject: " + subject + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + body
}

// A target is a server, and how it is talked to.
type target struct {
	addr string
	mode transport.TLSMode
	auth bool
	tls  *tls.Config
}

// A client sends one message in a session of its own, with QUIT and its reply.
type client struct {
	name string
	send func(tb testing.TB, to target) func() error
}

func clients() []client {
	return []client{{"mailshot", mailshot}, {"net-smtp", netSMTP}, {"go-smtp", goSMTP}, {"go-mail", goMail}}
}

// box parses an address.
func box(tb testing.TB, s string) transport.Mailbox {
	tb.Helper()
	local, domain, err := mailbox.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return transport.Mailbox{Local: local, Domain: domain}
}

func mailshot(tb testing.TB, to target) func() error {
	d := &transport.Dialer{Addr: to.addr, TLSMode: to.mode, TLS: to.tls, Hello: "localhost"}
	if to.auth {
		d.Auth = &transport.Auth{Mechanism: "PLAIN", Username: user, Password: password}
	}
	m, err := transport.NewMessage(transport.Segment{Data: []byte(message())})
	if err != nil {
		tb.Fatal(err)
	}
	dl := transport.Delivery{Envelope: transport.Envelope{From: box(tb, sender), To: []transport.Mailbox{box(tb, recipient)}}, Message: m}
	return func() error {
		r, err := d.Deliver(context.Background(), dl)
		if err == nil {
			err = r.Quit
		}
		return err
	}
}

func netSMTP(tb testing.TB, to target) func() error {
	return func() error {
		conn, err := connect(to)
		if err != nil {
			return err
		}
		c, err := stdlib.NewClient(conn, "127.0.0.1")
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.Hello("localhost"); err != nil {
			return err
		}
		if to.mode == transport.StartTLS {
			if err := c.StartTLS(to.tls); err != nil {
				return err
			}
		}
		if to.auth {
			if err := c.Auth(stdlib.PlainAuth("", user, password, "127.0.0.1")); err != nil {
				return err
			}
		}
		if err := c.Mail(sender); err != nil {
			return err
		}
		if err := c.Rcpt(recipient); err != nil {
			return err
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(message())); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return c.Quit()
	}
}

func goSMTP(tb testing.TB, to target) func() error {
	return func() error {
		conn, err := connect(to)
		if err != nil {
			return err
		}
		c := smtp.NewClient(conn)
		if to.mode == transport.StartTLS {
			if c, err = smtp.NewClientStartTLS(conn, to.tls); err != nil {
				return err
			}
		}
		defer c.Close()
		if to.mode != transport.StartTLS { // that says EHLO itself
			if err := c.Hello("localhost"); err != nil {
				return err
			}
		}
		if to.auth {
			if err := c.Auth(sasl.NewPlainClient("", user, password)); err != nil {
				return err
			}
		}
		if err := c.SendMail(sender, []string{recipient}, strings.NewReader(message())); err != nil {
			return err
		}
		return c.Quit()
	}
}

// connect connects, with TLS where it comes first.
func connect(to target) (net.Conn, error) {
	if to.mode == transport.ImplicitTLS {
		return tls.Dial("tcp", to.addr, to.tls)
	}
	return net.Dial("tcp", to.addr)
}

func goMail(tb testing.TB, to target) func() error {
	host, port, err := net.SplitHostPort(to.addr)
	if err != nil {
		tb.Fatal(err)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		tb.Fatal(err)
	}
	options := []mail.Option{mail.WithPort(number), mail.WithHELO("localhost")}
	switch to.mode {
	case transport.ImplicitTLS:
		options = append(options, mail.WithSSL(), mail.WithTLSConfig(to.tls))
	case transport.StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithTLSConfig(to.tls))
	default:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if to.auth {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthPlainNoEnc), mail.WithUsername(user), mail.WithPassword(password))
	}
	return func() error {
		m := mail.NewMsg()
		if err := m.From(sender); err != nil {
			return err
		}
		if err := m.To(recipient); err != nil {
			return err
		}
		m.Subject(subject)
		m.SetBodyString(mail.TypeTextPlain, body)
		c, err := mail.NewClient(host, options...)
		if err != nil {
			return err
		}
		if err := c.DialAndSend(m); err != nil {
			return fmt.Errorf("go-mail: %w", err)
		}
		return nil
	}
}
