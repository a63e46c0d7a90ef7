package advice

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// What can't be had is said in plain words, and followed by what to do.
func TestAdvice(t *testing.T) {
	const (
		dial     = transport.StageDial
		tlsStage = transport.StageTLS
		greeting = transport.StageGreeting
		ehlo     = transport.StageEhlo
		starttls = transport.StageStartTLS
		auth     = transport.StageAuth
		mail     = transport.StageMail
		rcpt     = transport.StageRcpt
	)
	connect := func(errno syscall.Errno) error {
		return fmt.Errorf("connecting: %w", &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)})
	}
	silent := fmt.Errorf("connecting: no answer: %w", context.DeadlineExceeded)
	late := fmt.Errorf("reading the reply: no progress: %w", os.ErrDeadlineExceeded)
	lost := &net.DNSError{Err: "no such host", Name: "here", IsNotFound: true}
	leaf := &x509.Certificate{DNSNames: []string{"a.example", "b.example", "c.example", "d.example"}}
	for _, tt := range []struct {
		name   string
		server string // keys of the server section beside the host
		stage  transport.Stage
		said   string // the server's reply, "" if there was none
		err    error
		kind   problem.Kind
		reason string // part of the error
		advice string // part of the hint
	}{
		{"a typo of a provider's host", "host: smpt.gmail.com", dial, "", lost, problem.Unreachable, "there is no host here", "did you mean smtp.gmail.com?"},
		{"a typo of an own host", "host: mial.club.example", dial, "", lost, problem.Unreachable, "", "did you mean mail.club.example?"},
		{"no near host", "host: relay.far.example", dial, "", lost, problem.Unreachable, "", "spelled right"},
		{"no names", "", dial, "", &net.DNSError{Err: "server misbehaving", Name: "here", IsTemporary: true}, problem.Unreachable, "looking up here: server misbehaving", "connected to the network"},
		{"refused", "", dial, "", connect(syscall.ECONNREFUSED), problem.Unreachable, "connecting to server:1: connection refused", "port 465 (tls: implicit) or 587 (tls: starttls)"},
		{"refused here", "host: 127.0.0.1", dial, "", connect(syscall.ECONNREFUSED), problem.Unreachable, "refused", "is it running"},
		{"port 25", "port: 25", dial, "", silent, problem.Unreachable, "connecting to server:1: no answer within 30s", "port 25 is blocked from most homes"},
		{"port 587", "port: 587", dial, "", silent, problem.Unreachable, "", "try port 465"},
		{"port 465", "port: 465", dial, "", silent, problem.Unreachable, "", "try port 587"},
		{"port 2525", "port: 2525", dial, "", connect(syscall.ETIMEDOUT), problem.Unreachable, "", "port 2525"},
		{"no way", "", dial, "", connect(syscall.ENETUNREACH), problem.Unreachable, "unreachable", "VPN"},
		{"a silent port, and no IPv6", "port: 25", dial, "", errors.Join(connect(syscall.ENETUNREACH), silent), problem.Unreachable, "no answer within", "port 25 is blocked"},
		{"a closed port, and no IPv6", "", dial, "", errors.Join(connect(syscall.ENETUNREACH), connect(syscall.ECONNREFUSED)), problem.Unreachable, "refused", "nothing listens"},
		{"local firewall", "", dial, "", connect(syscall.EPERM), problem.Unreachable, "not permitted", "firewall on this machine"},
		{"no port", "", dial, "", fmt.Errorf("%w: x", transport.ErrNoLocalPort), problem.Unreachable, "no local port free", "passes by itself"},
		{"strange", "", dial, "", errors.New("strange"), problem.Unreachable, "strange", "check server.host and server.port"},

		{"busy", "", greeting, "421 too many connections", nil, problem.Unreachable, "421 too many", "fewer delivery.workers"},
		{"not from here", "", greeting, "554 no", nil, problem.Unreachable, "554 no", "your own provider's server"},
		{"a list", "", greeting, "554 5.7.1 Client host [192.0.2.7] blocked using bl.example", nil, problem.Unreachable, "", "the list or page named in the reply"},
		{"no name in the DNS", "", greeting, "554 no PTR record", nil, problem.Unreachable, "", "reverse name (PTR)"},
		{"silence", "", greeting, "", late, problem.Unreachable, "", "set server.tls to implicit, with server.port 465"},
		{"TLS at once", "", greeting, "", fmt.Errorf("x: %w: %w", transport.ErrSpeaksTLS, transport.ErrNotReply), problem.Unreachable, "", "set server.tls to implicit"},
		{"no SMTP", "", greeting, "", fmt.Errorf("x: %w", transport.ErrNotReply), problem.Unreachable, "", "no server for sending mail"},
		{"hung up", "", greeting, "", fmt.Errorf("reading the reply: %w", io.EOF), problem.Unreachable, "", "hangs up without a word"},
		{"certificate wanted, told late", "", greeting, "", transport.ErrClientCertificate, problem.Unreachable, "", "server.client_certificate"},

		{"reset", "", greeting, "", fmt.Errorf("reading the reply: %w", syscall.ECONNRESET), problem.Unreachable, "", "hangs up without a word"},
		{"greeted twice", "", ehlo, "220 mx.example.org ready", transport.ErrLostStep, problem.Unreachable, "lost step", "a proxy or a load balancer"},
		{"the name by 501", "", ehlo, "501 5.5.4 Invalid domain name", transport.ErrNoExtensions, problem.Unreachable, "", "set server.hello"},
		{"the name by 501, without words", "", ehlo, "501 syntax error in parameters", transport.ErrNoExtensions, problem.Unreachable, "", "set server.hello"},
		{"the command by 501", "", ehlo, "501 command not understood", transport.ErrNoExtensions, problem.Unreachable, "", "virus scanner"},
		{"LMTP", "", ehlo, "500 5.5.1 Unrecognized command, this is LMTP: say LHLO", transport.ErrNoExtensions, problem.Unreachable, "", "this port is for LMTP"},
		{"name not liked", "", ehlo, "550 bad HELO", nil, problem.Unreachable, "", "set server.hello"},
		{"EHLO refused for now", "", ehlo, "451 later", nil, problem.Unreachable, "", "try again later"},
		{"another protocol", "", ehlo, "500 5.5.1 Unrecognized command, this is LMTP: say LHLO", nil, problem.Unreachable, "", "set server.port to the server's port for SMTP"},
		{"no EHLO", "", ehlo, "502 what", transport.ErrNoExtensions, problem.Unreachable, "", "virus scanner"},

		{"no STARTTLS", "", starttls, "", transport.ErrNoStartTLS, problem.Unreachable, "", "set server.tls to implicit, with server.port 465; a virus scanner"},
		{"STARTTLS refused", "", starttls, "502 no", nil, problem.Unreachable, "", "does not start TLS on this port"},
		{"STARTTLS refused for now", "", starttls, "454 later", nil, problem.Unreachable, "", "try again later"},
		{"plain text", "", tlsStage, "", fmt.Errorf("%w: x", transport.ErrPlainText), problem.Unreachable, "", "set server.tls to starttls"},
		{"authority", "", tlsStage, "", x509.UnknownAuthorityError{Cert: leaf}, problem.Unreachable, "unknown authority", "server.ca"},
		{"name", "", tlsStage, "", x509.HostnameError{Certificate: leaf, Host: "x"}, problem.Unreachable, "", "server.host the name that the certificate is for: a.example, b.example, c.example, …"},
		{"expired", "", tlsStage, "", x509.CertificateInvalidError{Cert: leaf, Reason: x509.Expired, Detail: "current time 2 is after 1"}, problem.Unreachable, "expired", "is this machine's clock right?"},
		{"not valid yet", "", tlsStage, "", x509.CertificateInvalidError{Cert: leaf, Reason: x509.Expired, Detail: "current time 1 is before 2"}, problem.Unreachable, "", "not valid yet"},
		{"certificate wanted", "", tlsStage, "", transport.ErrClientCertificate, problem.Unreachable, "", "server.client_certificate"},
		{"old TLS", "", tlsStage, "", transport.ErrOldTLS, problem.Unreachable, "", "the server's TLS is too old"},
		{"RSA key exchange", "", tlsStage, "", transport.ErrNoCipher, problem.Unreachable, "", "without forward secrecy"},
		{"ClientHello reset", "", tlsStage, "", fmt.Errorf("TLS handshake: %w", syscall.ECONNRESET), problem.Unreachable, "", "GODEBUG=tlsmlkem=0"},
		{"ClientHello swallowed", "", tlsStage, "", late, problem.Unreachable, "", "GODEBUG=tlsmlkem=0"},
		{"SHA-1", "", tlsStage, "", fmt.Errorf("%w: %w", transport.ErrWeakSignature, x509.UnknownAuthorityError{Cert: leaf}), problem.Unreachable, "SHA-1", "by SHA-256, by its operator"},
		{"no names", "", tlsStage, "", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, problem.Unreachable, "", "Common Name of old"},
		{"other TLS", "", tlsStage, "", errors.New("odd"), problem.Unreachable, "", "mostly port 465"},

		{"wrong password", "", auth, "535 no", nil, problem.AuthRefused, "auth: 535 no", "app password"},
		{"Google", "host: smtp.gmail.com", auth, "535 5.7.8 no", nil, problem.AuthRefused, "", "myaccount.google.com/apppasswords"},
		{"Google by what it says", "", auth, "534 5.7.9 Application-specific password required", nil, problem.AuthRefused, "", "myaccount.google.com/apppasswords"},
		{"Microsoft", "host: SMTP.office365.com", auth, "535 5.7.3 no", nil, problem.AuthRefused, "", "server.auth: xoauth2"},
		{"Microsoft by what it says", "", auth, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", nil, problem.AuthRefused, "", "administrator"},
		{"Yahoo", "host: smtp.mail.yahoo.com", auth, "535 no", nil, problem.AuthRefused, "", "Yahoo wants an app password"},
		{"Apple", "host: smtp.mail.me.com", auth, "535 no", nil, problem.AuthRefused, "", "app-specific password"},
		{"not Yahoo", "host: notyahoo.com", auth, "535 no", nil, problem.AuthRefused, "", "many providers"},
		{"Microsoft by its hosts", "", auth, "535 5.7.3 Authentication unsuccessful [DB7PR01CA0001.eurprd01.prod.exchangelabs.com]", nil, problem.AuthRefused, "", "Microsoft takes a token"},
		{"Microsoft, locked", "", auth, "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.", nil, problem.AuthRefused, "", "Microsoft takes a token"},
		{"Microsoft, no basic", "", auth, "550 5.7.30 Basic authentication is not supported for Client Submission.", nil, problem.AuthRefused, "", "Microsoft takes a token"},
		{"stronger way", "", auth, "534 5.7.9 no", nil, problem.AuthRefused, "", "the provider wants an app password"},
		{"token", "auth: xoauth2, username: x, password: {env: X}", auth, "535 no", nil, problem.AuthRefused, "", "the token is for sending mail"},
		{"password under TLS", "", auth, "538 5.7.11 encryption required", nil, problem.AuthRefused, "", "under TLS alone"},
		{"STARTTLS first", "", auth, "530 5.7.0 Must issue a STARTTLS command first", nil, problem.AuthRefused, "", "under TLS alone"},
		{"mechanism refused", "auth: plain, username: x, password: {env: X}", auth, "504 5.5.4 unrecognised", nil, problem.AuthRefused, "", "set server.auth to auto"},
		{"too many tries", "", auth, "454 4.7.0 too many", nil, problem.Unreachable, "", "too many tries"},
		{"no credits", "", auth, "451 Authentication failed: Maximum credits exceeded", nil, problem.Limited, "", "the account's plan"},
		{"blocked", "", auth, "554 5.1.8 Sender Address Blocked", nil, problem.AuthRefused, "", "to unblock the account"},
		{"Microsoft by its hosts", "", auth, "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]", nil, problem.AuthRefused, "", "administrator"},
		{"no password without TLS", "tls: none", auth, "", transport.ErrPlainAuth, problem.AuthRefused, "", "set server.tls to starttls"},
		{"no AUTH in the clear", "tls: none", auth, "", &transport.MechanismError{}, problem.AuthRefused, "offers no authentication here", "under TLS alone"},
		{"no AUTH", "", auth, "", &transport.MechanismError{}, problem.AuthRefused, "", "leave out server.username"},
		{"tokens alone", "", auth, "", &transport.MechanismError{Wanted: []string{"PLAIN"}, Offered: []string{"XOAUTH2"}}, problem.AuthRefused, "only by XOAUTH2", "set server.auth to xoauth2"},
		{"another mechanism", "auth: plain, username: x, password: {env: X}", auth, "", &transport.MechanismError{Wanted: []string{"PLAIN"}, Offered: []string{"LOGIN"}}, problem.AuthRefused, "", "set server.auth to auto"},
		{"mechanisms that nobody knows", "", auth, "", &transport.MechanismError{Wanted: []string{"PLAIN"}, Offered: []string{"GSSAPI"}}, problem.AuthRefused, "", "operator"},

		{"who sends", "", mail, "530 5.7.0 Authentication required", nil, problem.AuthRefused, "", "set server.username and server.password"},
		{"who sends, at RCPT", "", rcpt, "530 SMTP authentication is required.", nil, problem.AuthRefused, "", "set server.username and server.password"},
		{"who may send", "", mail, "553 5.7.1 <office@club.example>: Sender address rejected: not owned by user ann", nil, problem.Unreachable, "", "set message.from"},
		{"a relay", "", rcpt, "550 relay not permitted", nil, problem.Unreachable, "", "set server.username and server.password"},
		{"the day's quota", "", rcpt, "550 5.4.5 Daily user sending limit exceeded", nil, problem.Unreachable, "", "delivery.quota"},
		{"TLS before MAIL", "", mail, "530 5.7.0 Must issue a STARTTLS command first", nil, problem.AuthRefused, "", "the server wants TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := "host: mail.test, "
			if strings.HasPrefix(tt.server, "host: ") {
				host = ""
			}
			j, err := jobfile.Parse("job.yaml", []byte(`version: 1
recipients: people.csv
message: {from: office@club.example, subject: Hello, text: letter.txt}
server: {`+host+tt.server+`}
`))
			if err != nil {
				t.Fatal(err)
			}
			te := &transport.Error{Stage: tt.stage, Scope: transport.ScopeHost, Err: tt.err}
			if tt.said != "" {
				code, text, _ := strings.Cut(tt.said, " ")
				te.Reply = &transport.Reply{Lines: []string{text}}
				if _, err := fmt.Sscan(code, &te.Reply.Code); err != nil {
					t.Fatal(err)
				}
			}
			if tt.stage == auth && (te.Reply == nil || te.Reply.Code >= 500) || te.Reply != nil && te.Reply.Code >= 500 {
				te.Class = transport.Permanent
			}
			e := ServerError("server:1", j, te)
			if e.Kind != tt.kind || !strings.Contains(e.Error(), tt.reason) || !strings.Contains(e.Hint, tt.advice) || e.Hint == "" {
				t.Errorf("kind %d, %q, hint %q; want kind %d, %q, hint %q", e.Kind, e, e.Hint, tt.kind, tt.reason, tt.advice)
			}
			if !errors.Is(e, te) {
				t.Errorf("%v has lost its cause", e)
			}
		})
	}
}

// What a silent server may want is by its port.
func TestSilence(t *testing.T) {
	for _, tt := range []struct {
		server jobfile.Server
		want   string
	}{
		{jobfile.Server{Port: 465, TLS: jobfile.StartTLS}, "port 465 mostly wants server.tls: implicit"},
		{jobfile.Server{Port: 587, TLS: jobfile.Implicit}, "port 587 may want starttls"},
		{jobfile.Server{Port: 465, TLS: jobfile.Implicit}, "a firewall on the way"},
		{jobfile.Server{Port: 25, TLS: jobfile.None, Host: "mx.example"}, "homes, offices and clouds"},
		{jobfile.Server{Port: 587, TLS: jobfile.StartTLS}, "a firewall on the way"},
	} {
		if got := Silence(&tt.server); !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.server, got, tt.want)
		}
	}
}

// A reply of kilobytes is cut, and no character of it.
func TestBrief(t *testing.T) {
	if s := "550 5.1.1 no such user"; Brief(s) != s {
		t.Errorf("Brief(%q) = %q", s, Brief(s))
	}
	if got := Brief(strings.Repeat("ü", 4000)); len(got) > 410 || !strings.HasSuffix(got, "ü …") {
		t.Errorf("Brief = %q of %d octets", got, len(got))
	}
}

// A host is a slip of the pen only where it comes very near to one that there
// is.
func TestNearHost(t *testing.T) {
	for _, tt := range []struct{ host, domain, want string }{
		{"smtp.gmial.com", "", "smtp.gmail.com"},
		{"SMTP.GMAIL.CO", "", "smtp.gmail.com"},
		{"smtp.gmail.com", "", ""},
		{"smpt.club.example", "club.example", "smtp.club.example"},
		{"mail.cub.example", "club.example", "mail.club.example"},
		{"relay.club.example", "club.example", ""},
		{"mail.example", "", ""},
		{strings.Repeat("x", 200), "club.example", ""},
	} {
		if got := nearHost(tt.host, tt.domain); got != tt.want {
			t.Errorf("nearHost(%q, %q) = %q, want %q", tt.host, tt.domain, got, tt.want)
		}
	}
}

// An address that no connection is had to is named once.
func TestPlainDial(t *testing.T) {
	t.Parallel()
	addr := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 587}
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: addr, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, tt := range []struct {
		to   string
		err  error
		want string
	}{
		{"127.0.0.1:587", refused, "dial: connecting to 127.0.0.1:587: connection refused"},
		{"localhost:587", refused, "dial: connecting to localhost:587: 127.0.0.1:587: connection refused"},
		{"127.0.0.1:587", &net.OpError{Op: "dial", Net: "tcp", Addr: addr, Err: os.ErrDeadlineExceeded}, "dial: connecting to 127.0.0.1:587: i/o timeout"},
		{"none.test:587", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "none.test"}}, "dial: connecting to none.test:587: no such host"},
		{"127.0.0.1:587", errors.New("odd"), "dial: connecting to 127.0.0.1:587: odd"},
	} {
		err := &transport.Error{Stage: transport.StageDial, Err: fmt.Errorf("connecting to %s: %w", tt.to, tt.err)}
		if got := Plain(err); got != tt.want {
			t.Errorf("%v is told as %q; want %q", err, got, tt.want)
		}
	}
}
