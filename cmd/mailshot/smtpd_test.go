package main

import (
	"crypto/tls"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mailshot/transport/smtptest"
)

// A rule changes the server's reply to one recipient, or at one stage:
//
//	rcpt lost@club.example 550 5.1.1 no such user
//	mail * 530 5.7.0 authenticate first
//	final slow@club.example close
//
// The stages are greeting, ehlo, starttls, auth, mail, rcpt, data and final; "*" is everybody;
// close, reset and hang are done instead of replying; hold waits for the next
// rules before it replies as ever, and cut resets after it replied so.
type rule struct {
	stage, who string
	reply      smtptest.Reply
	hold       *hold // nil but for hold
}

// A hold keeps a session waiting.
type hold struct {
	once     sync.Once
	reached  chan struct{} // closed when a session waits
	released chan struct{} // closed when it may go on
}

func (h *hold) wait() {
	h.once.Do(func() { close(h.reached) })
	<-h.released
}

// A fixture is the server of one script.
type fixture struct {
	server  *smtptest.Server
	records map[string]string // DKIM's, by name

	practice *practiceServer // nil: none runs
	web      *webServer      // nil: none runs

	mu    sync.Mutex // guards rules
	rules []rule
}

type fixtureKey struct{}

func fixtureOf(ts *testscript.TestScript) *fixture { return ts.Value(fixtureKey{}).(*fixture) }

// startServer is the script command
//
//	smtpd [-new] [-tls|-implicit] [-cert=expired|name|none|sha1] [-old=tls|rsa] [-ca=other] [-client] [-auth[=MECHANISM,…]] [-offers=KEYWORD,…] [RULES]
//
// which starts a server and sets HOST, PORT and, with TLS, CA. -old is one that knows
// no TLS after 1.1, or RSA key exchange alone. -auth requires
// the user "office" with the password of the tests; with -ca=other CA is an
// authority that has not signed the certificate; with -client clients must show
// a certificate, and client.pem and client.key are one, past.pem and past.key one
// that has expired. Called again it replaces the
// rules and keeps everything else; -new starts another server with nothing in
// its ledger.
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	fix := fixtureOf(ts)
	h := smtptest.Handler{}
	cert := smtptest.Cert{}
	secure, other, client, old := false, false, false, ""
	var rules []rule
	for _, a := range args {
		switch {
		case a == "-tls":
			secure = true
		case a == "-implicit":
			secure, h.ImplicitTLS = true, true
		case a == "-cert=expired":
			cert.Expired = true
		case a == "-cert=name":
			cert.Names = []string{"elsewhere.example"}
		case a == "-cert=none":
			cert.Names = []string{} // but the Common Name
		case a == "-cert=sha1":
			cert.SHA1 = true
		case strings.HasPrefix(a, "-old="):
			old = a[len("-old="):]
		case a == "-new":
			fix.server = nil // closed at the end of the script
		case a == "-ca=other":
			other = true
		case a == "-client":
			client = true
		case strings.HasPrefix(a, "-auth="):
			h.Mechanisms = strings.Split(a[len("-auth="):], ",")
			h.Users = map[string]string{"office": password}
		case strings.HasPrefix(a, "-offers="):
			h.Keywords = strings.Split(a[len("-offers="):], ",")
		case a == "-auth":
			h.Users = map[string]string{"office": password}
		case strings.HasPrefix(a, "-"):
			ts.Fatalf("smtpd: unknown flag %s", a)
		default:
			rules = parseRules(ts, ts.ReadFile(a))
		}
	}
	fix.set(rules)
	if fix.server != nil {
		return
	}
	if secure {
		ca, err := smtptest.NewCA()
		ts.Check(err)
		h.TLS, err = ca.ServerConfig(cert)
		ts.Check(err)
		outdate(h.TLS, old)
		if client {
			ca.RequireClient(h.TLS)
			writeCertificate(ts, ca, "client", smtptest.Cert{})
			writeCertificate(ts, ca, "past", smtptest.Cert{Expired: true})
		}
		if other {
			ca, err = smtptest.NewCA()
			ts.Check(err)
		}
		path := ts.MkAbs("ca.pem")
		ts.Check(os.WriteFile(path, ca.PEM(), 0o600))
		ts.Setenv("CA", path)
	}
	fix.obeyed(&h)
	fix.server = smtptest.NewServer(h)
	addr, err := fix.server.Listen()
	ts.Check(err)
	ts.Defer(fix.server.Close)
	ts.Defer(func() { fix.set(nil) })
	host, port, err := net.SplitHostPort(addr)
	ts.Check(err)
	ts.Setenv("HOST", host)
	ts.Setenv("PORT", port)
}

// outdate makes the TLS of a server an old one.
func outdate(c *tls.Config, old string) {
	switch old {
	case "tls":
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	case "rsa":
		c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
	}
}

// writeCertificate writes a new certificate and its key.
func writeCertificate(ts *testscript.TestScript, ca *smtptest.CA, name string, c smtptest.Cert) {
	cert, err := ca.Certificate(c)
	ts.Check(err)
	certFile, keyFile, err := smtptest.PEM(cert)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(name+".pem"), certFile, 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(name+".key"), keyFile, 0o600))
}

// set replaces the rules, and lets those go on who wait for it.
func (f *fixture) set(rules []rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.rules {
		if r.hold != nil {
			close(r.hold.released)
		}
	}
	f.rules = rules
}

// awaitHold is the script command that waits until a session waits.
func awaitHold(ts *testscript.TestScript, neg bool, args []string) {
	fix := fixtureOf(ts)
	fix.mu.Lock()
	rules := fix.rules
	fix.mu.Unlock()
	for _, r := range rules {
		if r.hold == nil {
			continue
		}
		select {
		case <-r.hold.reached:
			return
		case <-time.After(20 * time.Second):
			ts.Fatalf("no session came to %s %s", r.stage, r.who)
		}
	}
	ts.Fatalf("no rule holds")
}

func parseRules(ts *testscript.TestScript, text string) []rule {
	var rules []rule
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		r := rule{stage: f[0], who: f[1]}
		switch f[2] {
		case "close":
			r.reply = smtptest.Silent(smtptest.Close)
		case "cut":
			r.reply = smtptest.Reply{}.Then(smtptest.Reset)
		case "reset":
			r.reply = smtptest.Silent(smtptest.Reset)
		case "hold":
			r.hold = &hold{reached: make(chan struct{}), released: make(chan struct{})}
		case "hang":
			r.reply = smtptest.Silent(smtptest.Hang)
		default:
			code, err := strconv.Atoi(f[2])
			ts.Check(err)
			r.reply = smtptest.Say(code, strings.Join(f[3:], " "))
		}
		rules = append(rules, r)
	}
	return rules
}

// obeyed makes the handler follow the rules of the moment.
func (f *fixture) obeyed(h *smtptest.Handler) {
	find := func(stage string, who ...string) smtptest.Reply {
		f.mu.Lock()
		rules := f.rules
		f.mu.Unlock()
		for _, r := range rules {
			if r.stage == stage && (r.who == "*" || slices.Contains(who, r.who)) {
				if r.hold != nil {
					r.hold.wait()
				}
				return r.reply
			}
		}
		return smtptest.Reply{}
	}
	h.Greeting = func(int) smtptest.Reply { return find("greeting") }
	h.Ehlo = func(name string) smtptest.Reply { return find("ehlo", name) }
	h.StartTLS = func() smtptest.Reply { return find("starttls") }
	if !slices.Contains(h.Mechanisms, "XOAUTH2") && !slices.Contains(h.Mechanisms, "OAUTHBEARER") {
		h.Auth = func(user, _ string) smtptest.Reply { return find("auth", user) }
	}
	h.Mail = func(from string) smtptest.Reply { return find("mail", from) }
	h.Rcpt = func(to string) smtptest.Reply { return find("rcpt", to) }
	h.Data = func() smtptest.Reply { return find("data") }
	h.Final = func(m smtptest.Message) smtptest.Reply { return find("final", m.To...) }
}

// checkLedger is the script command that asks what the server saw:
//
//	ledger sessions N       sessions that were opened
//	ledger auths N          tries at authentication
//	ledger mails N          MAIL commands
//	ledger messages N       accepted messages
//	ledger once N           accepted messages, each to another recipient
//	ledger to ADDRESS N     accepted messages to the address
//	ledger id ADDRESS ID N  of these, those with the Message-ID
//	ledger said TEXT N      commands with the text in them
func checkLedger(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ledger WHAT [ADDRESS] N")
	}
	s := fixtureOf(ts).server
	s.Wait()
	want, err := strconv.Atoi(args[len(args)-1])
	ts.Check(err)
	if got := count(ts, s, args[:len(args)-1]); got != want {
		ts.Fatalf("the server saw %d %s, want %d", got, strings.Join(args[:len(args)-1], " "), want)
	}
}

func count(ts *testscript.TestScript, s *smtptest.Server, what []string) int {
	n := 0
	switch what[0] {
	case "sessions":
		return len(s.Sessions())
	case "messages":
		return len(s.Messages())
	case "auths":
		for _, session := range s.Sessions() {
			n += len(session.Auth)
		}
	case "mails":
		for _, session := range s.Sessions() {
			for _, c := range session.Commands {
				if strings.HasPrefix(strings.ToUpper(c), "MAIL") {
					n++
				}
			}
		}
	case "said":
		for _, session := range s.Sessions() {
			for _, c := range session.Commands {
				if strings.Contains(c, what[1]) {
					n++
				}
			}
		}
	case "once":
		to := make(map[string]int)
		for _, m := range s.Messages() {
			for _, r := range m.To {
				if to[r]++; to[r] > 1 {
					ts.Fatalf("%s got %d messages", r, to[r])
				}
			}
		}
		return len(to)
	case "id":
		for _, m := range s.Messages() {
			if slices.Contains(m.To, what[1]) && strings.Contains(string(m.Data), "\r\nMessage-ID: <"+what[2]+">\r\n") {
				n++
			}
		}
	case "to":
		for _, m := range s.Messages() {
			if slices.Contains(m.To, what[1]) {
				n++
			}
		}
	default:
		ts.Fatalf("ledger: unknown %s", what[0])
	}
	return n
}
