package transport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// secured returns a server with TLS on loopback and a dialer that trusts it.
func secured(t testing.TB, mode transport.TLSMode, cert smtptest.Cert, change func(*tls.Config), h smtptest.Handler) (*smtptest.Server, *transport.Dialer) {
	t.Helper()
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatalf("NewCA: %v", err)
	}
	h.TLS, err = ca.ServerConfig(cert)
	if err != nil {
		t.Fatalf("ServerConfig: %v", err)
	}
	if change != nil {
		change(h.TLS)
	}
	h.ImplicitTLS = mode == transport.ImplicitTLS
	s := smtptest.NewServer(h)
	t.Cleanup(s.Close)
	addr, err := s.Listen()
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	return s, &transport.Dialer{Addr: addr, TLSMode: mode, TLS: ca.ClientConfig()}
}

// TestTLS delivers over loopback in both modes; the second session resumes the first one's TLS.
func TestTLS(t *testing.T) {
	for _, tt := range []struct {
		mode    transport.TLSMode
		flights int
		hellos  int
	}{
		{transport.StartTLS, 6, 2},
		{transport.ImplicitTLS, 4, 1},
	} {
		t.Run(tt.mode.String(), func(t *testing.T) {
			s, d := secured(t, tt.mode, smtptest.Cert{}, nil, smtptest.Handler{Users: map[string]string{user: pass}})
			withAuth("")(d)
			var rec recorder
			d.DialContext = (&net.Dialer{}).DialContext
			rec.watch(d)
			for i := range 2 {
				r, err := d.Deliver(t.Context(), delivery(t))
				if err != nil {
					t.Fatalf("Deliver: %v", err)
				}
				if r.Flights != tt.flights || r.Quit != nil || r.TLS == nil || r.TLS.DidResume != (i == 1) || r.TLS.Version != tls.VersionTLS13 {
					t.Errorf("receipt %d = %+v, want %d flights, TLS 1.3, resumed the second time", i, r, tt.flights)
				}
			}
			s.Wait()
			for _, session := range s.Sessions() {
				hellos := 0
				for _, c := range session.Commands {
					if c == "EHLO [127.0.0.1]" {
						hellos++
					}
				}
				if hellos != tt.hellos || session.TLS == nil || !session.Quit || len(session.Auth) != 1 || !session.Auth[0].OK {
					t.Errorf("session = %+v", session)
				}
			}
			if got := len(s.Messages()); got != 2 {
				t.Errorf("%d messages, want 2", got)
			}
			noSecrets(t, rec.trace.String())
			for _, w := range rec.writes {
				noSecrets(t, w)
			}
		})
	}
}

// TestTLSWrites: under TLS, too, a flight is one write.
func TestTLSWrites(t *testing.T) {
	_, d := secured(t, transport.ImplicitTLS, smtptest.Cert{}, nil, smtptest.Handler{})
	var rec recorder
	d.DialContext = (&net.Dialer{}).DialContext
	rec.watch(d)
	dl := delivery(t)
	dl.Message = message(t, string(slices.Repeat([]byte("0123456789\r\n"), 1000))) // more than a packet
	if _, err := d.Deliver(t.Context(), dl); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	// Hello, Finished, EHLO, MAIL, content, close_notify.
	if got := len(rec.writes); got != 6 {
		t.Errorf("%d writes, want 6", got)
	}
}

// TestCertificates: a certificate that does not fit ends the job, and says why.
func TestCertificates(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cert   smtptest.Cert
		server func(*tls.Config)
		client func(*transport.Dialer)
		want   want
	}{
		{"wrong name", smtptest.Cert{Names: []string{"other.test"}}, nil, plain, fails(tlsStage, permanent, job, 0, "127.0.0.1")},
		{"expired", smtptest.Cert{Expired: true}, nil, plain, fails(tlsStage, permanent, job, 0, "expired")},
		{"unknown authority", smtptest.Cert{}, nil, func(d *transport.Dialer) { d.TLS = nil }, fails(tlsStage, permanent, job, 0, "unknown authority")},
		{"self-signed", smtptest.Cert{SelfSigned: true}, nil, plain, fails(tlsStage, permanent, job, 0, "is self-signed: ")},
		{"incomplete", smtptest.Cert{Incomplete: true}, nil, plain, fails(tlsStage, permanent, job, 0, `issued by "CN=smtptest between", which is not known here`)},
		{"not yet valid", smtptest.Cert{}, nil, func(d *transport.Dialer) {
			d.TLS.Time = func() time.Time { return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) }
		}, fails(tlsStage, permanent, job, 0, "not yet valid")},
		{"no cipher", smtptest.Cert{}, func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
		}, plain, fails(tlsStage, permanent, job, 0, "no cipher")},
		{"TLS 1.1 in words", smtptest.Cert{}, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, plain, fails(tlsStage, permanent, job, 0, "no TLS as new as 1.2")},
		{"TLS 1.1", smtptest.Cert{}, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, plain, fails(tlsStage, permanent, job, 0, "version")},
		{"TLS 1.1 allowed by the caller", smtptest.Cert{}, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
			func(d *transport.Dialer) { d.TLS.MinVersion = tls.VersionTLS10 }, fails(tlsStage, permanent, job, 0, "version")},
		{"not verified", smtptest.Cert{}, nil, func(d *transport.Dialer) { d.TLS.InsecureSkipVerify = true }, fails(tlsStage, permanent, job, 0, "InsecureSkipVerify")},
		{"another name", smtptest.Cert{Names: []string{"other.test"}}, nil, func(d *transport.Dialer) { d.TLS.ServerName = "other.test" }, want{}},
	} {
		for _, mode := range []transport.TLSMode{transport.StartTLS, transport.ImplicitTLS} {
			t.Run(tt.name+"/"+mode.String(), func(t *testing.T) {
				s, d := secured(t, mode, tt.cert, tt.server, smtptest.Handler{Users: map[string]string{user: pass}})
				withAuth("")(d)
				tt.client(d)
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				s.Wait()
				for _, session := range s.Sessions() {
					if tt.want.failed && len(session.Auth) > 0 {
						t.Errorf("session = %+v, want no AUTH", session)
					}
				}
			})
		}
	}
}

// TestClientCertificate: a server that wants one refuses after the handshake of TLS 1.3.
func TestClientCertificate(t *testing.T) {
	require := func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }
	for _, mode := range []transport.TLSMode{transport.StartTLS, transport.ImplicitTLS} {
		_, d := secured(t, mode, smtptest.Cert{}, require, smtptest.Handler{})
		_, err := d.Deliver(t.Context(), delivery(t))
		var e *transport.Error
		if !errors.As(err, &e) || e.Class != permanent || e.Scope != job || !strings.Contains(err.Error(), "wants a certificate from its clients") {
			t.Errorf("%v: error = %v, want permanent and the job's", mode, err)
		}
	}
}

// TestClientCertificateShown: a server that asks for a certificate gets the one that there is, in TLS 1.2 and 1.3.
func TestClientCertificateShown(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, mode := range []transport.TLSMode{transport.StartTLS, transport.ImplicitTLS} {
			ca, err := smtptest.NewCA()
			if err != nil {
				t.Fatalf("NewCA: %v", err)
			}
			cert, err := ca.Certificate(smtptest.Cert{Names: []string{"office.example"}})
			if err != nil {
				t.Fatalf("Certificate: %v", err)
			}
			s, d := secured(t, mode, smtptest.Cert{}, func(c *tls.Config) {
				ca.RequireClient(c)
				c.MaxVersion = version
			}, smtptest.Handler{})
			d.TLS.Certificates = []tls.Certificate{cert}
			for range 2 {
				if _, err := d.Deliver(t.Context(), delivery(t)); err != nil {
					t.Errorf("%v, %s: %v", mode, tls.VersionName(version), err)
				}
			}
			s.Wait()
			for _, session := range s.Sessions() {
				if peers := session.TLS.PeerCertificates; len(peers) != 1 || peers[0].Subject.CommonName != "office.example" {
					t.Errorf("%v, %s: the server saw %d certificates", mode, tls.VersionName(version), len(peers))
				}
			}
		}
	}
}

// TestSharedSessionCache: what one worker's session left serves those of all.
func TestSharedSessionCache(t *testing.T) {
	_, d := secured(t, transport.ImplicitTLS, smtptest.Cert{}, nil, smtptest.Handler{})
	first, err := d.Open(t.Context())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if err := first.Close(); err != nil { // by its replies the tickets came
		t.Fatalf("Close: %v", err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 5 {
				// In turns two sessions may want one ticket, so not every one resumes.
				if _, err := d.Deliver(t.Context(), delivery(t)); err != nil {
					t.Errorf("Deliver: %v", err)
				}
			}
		})
	}
	group.Wait()
	r, err := d.Deliver(t.Context(), delivery(t))
	if err != nil || !r.TLS.DidResume {
		t.Errorf("the last session resumed: %t, %v", r.TLS != nil && r.TLS.DidResume, err)
	}
}

// TestCapabilitiesAfterTLS: what was claimed before TLS is forgotten.
func TestCapabilitiesAfterTLS(t *testing.T) {
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatalf("NewCA: %v", err)
	}
	config, err := ca.ServerConfig(smtptest.Cert{})
	if err != nil {
		t.Fatalf("ServerConfig: %v", err)
	}
	play := smtptest.Play(t, script(hello("STARTTLS", "PIPELINING", "SIZE 1", "AUTH PLAIN"), expect("STARTTLS"), smtp("220 go"), smtptest.StartTLS(config),
		expect("EHLO *"), smtp("250-x", "250 SMTPUTF8"), quit)...)
	d := &transport.Dialer{Addr: "mail.test:587", DialContext: play.DialContext, TLS: ca.ClientConfig()}
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	receipt := s.Receipt()
	if c := receipt.Capabilities; c.Pipelining || c.StartTLS || c.Size != 0 || c.Auth != nil || !c.SMTPUTF8 || !slices.Equal(c.Keywords, []string{"SMTPUTF8"}) {
		t.Errorf("capabilities = %+v, want SMTPUTF8 only", c)
	}
	if receipt.TLS == nil {
		t.Error("the receipt has no state of TLS")
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

// TestTruncatedTLS: a connection that ends without close_notify before the reply leaves the outcome unknown, after it changes nothing.
func TestTruncatedTLS(t *testing.T) {
	for _, tt := range []struct {
		name string
		h    smtptest.Handler
		want want
	}{
		{"before the reply", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Silent(smtptest.Reset) }}, fails(final, unknown, row, 0, "")},
		{"closed before the reply", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Silent(smtptest.Close) }}, fails(final, unknown, row, 0, "")},
		{"after the reply", smtptest.Handler{Quit: func() smtptest.Reply { return smtptest.Silent(smtptest.Reset) }}, want{}},
		{"hangs after the reply", smtptest.Handler{Quit: func() smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}, want{}},
		{"221 and reset", smtptest.Handler{Quit: func() smtptest.Reply { return smtptest.Say(221, "bye").Then(smtptest.Reset) }}, want{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, d := secured(t, transport.ImplicitTLS, smtptest.Cert{}, nil, tt.h)
			d.Timeouts.Quit = 50 * time.Millisecond
			_, err := d.Deliver(t.Context(), delivery(t))
			tt.want.check(t, err)
		})
	}
}

// TestLoopback: real sockets, for what the in-memory connection can't show.
func TestLoopback(t *testing.T) {
	s := smtptest.NewServer(smtptest.Handler{})
	t.Cleanup(s.Close)
	addr, err := s.Listen()
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	d := &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext}
	if _, err := d.Deliver(t.Context(), delivery(t)); err != nil {
		t.Errorf("Deliver: %v", err)
	}
	s.Wait()
	if got := s.Messages(); len(got) != 1 || string(got[0].Data) != text {
		t.Errorf("messages = %+v", got)
	}
	s.Close()
	_, err = d.Deliver(t.Context(), delivery(t))
	fails(dial, temporary, host, 0, "refused").check(t, err)
}

// TestEarlyRefusal over real sockets: the reply that came before the reset is what counts.
func TestEarlyRefusal(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for _, reply := range []string{"220 x\r\n", "250-x\r\n250 PIPELINING\r\n", "250 ok\r\n250 ok\r\n354 go\r\n", "552 5.3.4 too big\r\n"} {
			_, _ = io.WriteString(conn, reply)
			_, _ = conn.Read(make([]byte, 1000))
		}
	}()
	d := &transport.Dialer{Addr: l.Addr().String(), TLSMode: transport.Plaintext}
	dl := delivery(t)
	dl.Message = message(t, string(slices.Repeat([]byte("0123456789\r\n"), 600_000)))
	_, err = d.Deliver(t.Context(), dl)
	fails(content, permanent, row, 552, "too big").check(t, err)
}

// TestOpenCancelled: ctx governs opening, not the session after it.
func TestOpenCancelled(t *testing.T) {
	_, d := served(t, smtptest.Handler{})
	ctx, cancel := context.WithCancel(t.Context())
	s, err := d.Open(ctx)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if r := s.Receipt(); r.Flights != 2 || r.Quit != nil || !r.Capabilities.Pipelining {
		t.Errorf("receipt = %+v", r)
	}
	if _, err = d.Open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a context that is done: %v", err)
	}
}

// TestCancelTLS: a context that is done ends a handshake and a session under TLS at once, and says why.
func TestCancelTLS(t *testing.T) {
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatalf("NewCA: %v", err)
	}
	config, err := ca.ServerConfig(smtptest.Cert{})
	if err != nil {
		t.Fatalf("ServerConfig: %v", err)
	}
	stop := errors.New("stopped by hand")
	for _, tt := range []struct {
		name  string
		steps []smtptest.Step
		want  want
	}{
		{"handshake", script(hangs), fails(tlsStage, temporary, host, 0, "")},
		{"ehlo", script(smtptest.StartTLS(config), smtp("220 x"), expect("EHLO *"), hangs), fails(ehlo, temporary, host, 0, "")},
		{"content", script(smtptest.StartTLS(config), flight("250 ok", "250 ok", "354 go"), smtptest.Window(0), hangs), fails(content, temporary, row, 0, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:465", TLSMode: transport.ImplicitTLS, DialContext: play.DialContext, TLS: ca.ClientConfig()}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				time.AfterFunc(time.Second, func() { cancel(stop) })
				start := time.Now()
				dl := delivery(t)
				dl.Message = large(t)
				_, err := d.Deliver(ctx, dl)
				tt.want.check(t, err)
				if took := time.Since(start); !errors.Is(err, stop) || took != time.Second {
					t.Errorf("error = %v after %v, want %v after 1s", err, took, stop)
				}
			})
		})
	}
}

// TestInjectionInPieces: what is sent behind the 220 in plain text is never taken for a reply, also if it comes a moment
// later.
func TestInjectionInPieces(t *testing.T) {
	for name, odd := range map[string]func(net.Conn) net.Conn{"dribble": smtptest.Dribble, "coalesce": smtptest.Coalesce} {
		for _, evil := range []string{"250 evil", "250-evil\r\n250-AUTH PLAIN\r\n250 PIPELINING", "235 welcome"} {
			t.Run(name+"/"+evil, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					play := smtptest.Play(t, script(hello("STARTTLS", "AUTH PLAIN"), expect("STARTTLS"), smtptest.SendRaw("220 go\r\n"+evil+"\r\n"))...)
					d := &transport.Dialer{Addr: "mail.test:587", DialContext: smtptest.Through(play.DialContext, odd)}
					withAuth("")(d)
					_, err := d.Deliver(t.Context(), delivery(t))
					var e *transport.Error
					if !errors.As(err, &e) || e.Class != permanent || e.Scope != job || e.Stage != starttls && e.Stage != tlsStage {
						t.Errorf("error = %v, want permanent and the job's", err)
					}
					synctest.Wait()
					if got := play.Received(); strings.Contains(got, "AUTH") || strings.Contains(got, "MAIL") || strings.Count(got, "EHLO") != 1 {
						t.Errorf("the server got %q", got)
					}
				})
			})
		}
	}
}
