package transport_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"mailshot/transport"
	"mailshot/transport/mailbox"
	"mailshot/transport/smtptest"
)

// A want is what a delivery must come to. The zero value is a message that was sent.
type want struct {
	failed bool
	stage  transport.Stage
	class  transport.Class
	scope  transport.Scope
	code   int    // of Error.Reply; 0: there is none
	text   string // part of Error.Error
}

func fails(stage transport.Stage, class transport.Class, scope transport.Scope, code int, text string) want {
	return want{failed: true, stage: stage, class: class, scope: scope, code: code, text: text}
}

// check compares the outcome of a delivery.
func (w want) check(t *testing.T, err error) {
	t.Helper()
	if !w.failed {
		if err != nil {
			t.Errorf("error = %v, want none", err)
		}
		return
	}
	var e *transport.Error
	if !errors.As(err, &e) {
		t.Errorf("error = %v, want a *transport.Error", err)
		return
	}
	code := 0
	if e.Reply != nil {
		code = e.Reply.Code
	}
	got := fmt.Sprintf("%v %v %v %d", e.Stage, e.Class, e.Scope, code)
	if want := fmt.Sprintf("%v %v %v %d", w.stage, w.class, w.scope, w.code); got != want {
		t.Errorf("error %q is %s, want %s", err, got, want)
	}
	if !strings.Contains(err.Error(), w.text) {
		t.Errorf("error = %q, want one with %q", err, w.text)
	}
}

const (
	text = "Subject: hi\r\n\r\nhello\r\n"
	user = "office"
	pass = "s3cret-horse"
)

func message(t testing.TB, s string) transport.Message {
	t.Helper()
	m, err := transport.NewMessage(transport.Segment{Data: []byte(s)})
	if err != nil {
		t.Fatalf("NewMessage: %v", err)
	}
	return m
}

func delivery(t testing.TB, to ...string) transport.Delivery {
	t.Helper()
	if len(to) == 0 {
		to = []string{"b@b.example"}
	}
	env := transport.Envelope{From: transport.Mailbox{Local: "a", Domain: "a.example"}}
	for _, s := range to {
		env.To = append(env.To, box(t, s))
	}
	return transport.Delivery{Envelope: env, Message: message(t, text)}
}

// box parses an address.
func box(t testing.TB, s string) transport.Mailbox {
	t.Helper()
	local, domain, err := mailbox.Parse(s)
	if err != nil {
		t.Fatalf("address %q: %v", s, err)
	}
	return transport.Mailbox{Local: local, Domain: domain}
}

// A recorder keeps the transcript and each write of a client.
type recorder struct {
	mu     sync.Mutex // guards the fields below
	trace  strings.Builder
	writes []string
}

// watch has d record to r.
func (r *recorder) watch(d *transport.Dialer) {
	d.Trace = func(e transport.Event) {
		r.mu.Lock()
		defer r.mu.Unlock()
		fmt.Fprintf(&r.trace, "%c: %s\n", e.Dir, e.Text)
	}
	dial := d.DialContext
	d.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return writeRecorder{conn, r}, nil
	}
}

type writeRecorder struct {
	net.Conn
	r *recorder
}

func (w writeRecorder) Write(b []byte) (int, error) {
	w.r.mu.Lock()
	w.r.writes = append(w.r.writes, string(b))
	w.r.mu.Unlock()
	return w.Conn.Write(b)
}

// noSecrets checks that none of the texts shows the password.
func noSecrets(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		for _, secret := range secrets() {
			if strings.Contains(s, secret) {
				t.Errorf("the password shows in %q", s)
			}
		}
	}
}

// secrets are the password, and what of its base64 does not depend on what stands around it.
func secrets() []string {
	all := []string{pass}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + pass))
		first := (before*8 + 5) / 6
		last := (before + len(pass)) * 8 / 6
		all = append(all, encoded[first:last])
	}
	return all
}

var (
	smtp     = smtptest.Send
	expect   = smtptest.Expect
	quit     = []smtptest.Step{expect("QUIT"), smtp("221 bye"), smtptest.Do(smtptest.Close)}
	closes   = smtptest.Do(smtptest.Close)
	resets   = smtptest.Do(smtptest.Reset)
	hangs    = smtptest.Do(smtptest.Hang)
	readData = smtptest.ReadData()
)

// script joins steps and lists of steps.
func script(parts ...any) []smtptest.Step {
	var steps []smtptest.Step
	for _, p := range parts {
		switch p := p.(type) {
		case smtptest.Step:
			steps = append(steps, p)
		case []smtptest.Step:
			steps = append(steps, p...)
		}
	}
	return steps
}

// hello is a session up to the reply to EHLO.
func hello(keywords ...string) []smtptest.Step {
	lines := "250-mail.test\r\n"
	for _, k := range keywords {
		lines += "250-" + k + "\r\n"
	}
	return script(smtp("220 mail.test"), expect("EHLO [127.0.0.1]"), smtptest.SendRaw(lines+"250 HELP\r\n"))
}

// helloUnder is hello in a TLS mode, with the handshake where it belongs.
func helloUnder(mode transport.TLSMode, config *tls.Config, keywords ...string) []smtptest.Step {
	switch mode {
	case transport.ImplicitTLS:
		return script(smtptest.StartTLS(config), hello(keywords...))
	case transport.StartTLS:
		return script(hello("STARTTLS"), expect("STARTTLS"), smtp("220 go"), smtptest.StartTLS(config), hello(keywords...)[1:])
	}
	return hello(keywords...)
}

// certified returns the configurations of a server with a good certificate and of a client that trusts it.
func certified(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatalf("NewCA: %v", err)
	}
	server, err = ca.ServerConfig(smtptest.Cert{})
	if err != nil {
		t.Fatalf("ServerConfig: %v", err)
	}
	return server, ca.ClientConfig()
}

// modes are all ways to protect a session.
func modes() []transport.TLSMode {
	return []transport.TLSMode{transport.Plaintext, transport.StartTLS, transport.ImplicitTLS}
}

// flight is a pipelined session up to DATA, whose replies follow.
func flight(replies ...string) []smtptest.Step {
	return script(hello("PIPELINING"), expect("MAIL FROM:<a@a.example>"), expect("RCPT TO:<b@b.example>"), expect("DATA"), smtp(replies...))
}

// sent is a pipelined session up to the QUIT behind the message.
func sent() []smtptest.Step {
	return script(flight("250 ok", "250 ok", "354 go"), readData, expect("QUIT"))
}

func plain(*transport.Dialer) {}

func withAuth(mechanism string) func(*transport.Dialer) {
	return func(d *transport.Dialer) {
		d.Auth = &transport.Auth{Mechanism: mechanism, Username: user, Password: pass}
	}
}

func withStartTLS(d *transport.Dialer) { d.TLSMode = transport.StartTLS }

const (
	dial     = transport.StageDial
	tlsStage = transport.StageTLS
	greeting = transport.StageGreeting
	ehlo     = transport.StageEhlo
	starttls = transport.StageStartTLS
	auth     = transport.StageAuth
	mail     = transport.StageMail
	rcpt     = transport.StageRcpt
	data     = transport.StageData
	content  = transport.StageContent
	final    = transport.StageFinal

	temporary = transport.Temporary
	permanent = transport.Permanent
	unknown   = transport.Unknown

	row  = transport.ScopeRow
	host = transport.ScopeHost
	job  = transport.ScopeJob
)
