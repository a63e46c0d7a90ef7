// Package server makes the server section of a job file into sessions.
package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/secret"
	"mailshot/job/secret/oauth"
	"mailshot/transport"
)

// ReplyGrace is how long a final reply is waited for after an interrupt.
const ReplyGrace = 5 * time.Second

// An Env is what the program lends to sessions. Nil fields are what their comments
// say.
type Env struct {
	Secrets  secret.Env
	Hostname string // the host's name; used for EHLO where it is fully qualified
	// Settings returns the environment variables that stand for keys of the job file, and
	// Variables are the names of all that are set and look like these; nil: there are none.
	Settings  func(name string) (string, bool)
	Variables []string
	OAuth     OAuth            // of accounts that sign in
	Now       func() time.Time // nil: time.Now
	// Trace hears the protocol, secrets redacted; nil: no trace.
	Trace func(transport.Event)
	// Dial opens connections to the server; nil: the network.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// OAuth is where tokens are kept, and how providers are asked. The zero value keeps none.
type OAuth struct {
	Dir     string        // the state directory; "": nobody says where that is
	State   string        // it, as it was given, for the commands that are told; "": it was not
	Keyring oauth.Keyring // nil: that of the desktop
	HTTP    *http.Client  // nil: the network
}

// Store returns what keeps the tokens.
func (o *OAuth) Store() *oauth.Store { return &oauth.Store{Dir: o.Dir, Keyring: o.Keyring} }

// Dialer makes the server section into a transport.Dialer, still without the
// password.
func Dialer(j *jobfile.Job, env Env) (*transport.Dialer, error) {
	s := &j.Server
	d := &transport.Dialer{
		Addr: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), TLSMode: tlsMode(s.TLS),
		Hello: hello(s.Hello, env.Hostname), AllowPlaintextAuth: s.AllowPlaintextAuth,
		NoPipelining: s.Pipelining == "never", Grace: ReplyGrace,
		Trace: env.Trace, DialContext: env.Dial,
	}
	d.Timeouts.Connect, d.Timeouts.Final = s.Timeouts.Connect, s.Timeouts.Final
	reply := s.Timeouts.Reply // every wait before the content
	d.Timeouts.TLS, d.Timeouts.Greeting, d.Timeouts.Reply, d.Timeouts.Data = reply, reply, reply, reply
	var err error
	d.TLS, err = tlsConfig(j, env.Now())
	return d, err
}

// OnThisMachine reports whether the server's name or address says that it is on this machine.
func OnThisMachine(j *jobfile.Job) bool {
	ip := net.ParseIP(j.Server.Host)
	return strings.EqualFold(j.Server.Host, "localhost") || ip != nil && ip.IsLoopback()
}

func tlsMode(t jobfile.TLS) transport.TLSMode {
	switch t {
	case jobfile.Implicit:
		return transport.ImplicitTLS
	case jobfile.None:
		return transport.Plaintext
	}
	return transport.StartTLS
}

// hello returns the name for EHLO: the one given, else the host's if that is a
// fully qualified domain name, else none, which makes an address literal (RFC
// 5321, section 4.1.3). Nobody wrote the host's name into the job, so one that is
// no domain is no error.
func hello(given, hostname string) string {
	if given != "" || !isDomain(hostname) || strings.HasSuffix(strings.ToLower(hostname), ".localdomain") {
		return given
	}
	return hostname
}

// isDomain reports whether a name is a domain of two labels or more (RFC 5321,
// section 4.1.2), and no IP address.
func isDomain(name string) bool {
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsFunc(l, notInLabel) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && len(name) <= 255 && strings.Trim(last, "0123456789") != ""
}

func notInLabel(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// Authenticate reads the password and gives it to the dialer. A token is read
// again when it is old, or refused.
func Authenticate(ctx context.Context, d *transport.Dialer, j *jobfile.Job, env Env) error {
	s := &j.Server
	if !s.HasAuth {
		return nil
	}
	if !s.OAuth.IsZero() {
		return authenticateByToken(ctx, d, j, env)
	}
	read := func(ctx context.Context) (string, error) { return s.Password.Read(ctx, j.SecretEnv(env.Secrets)) }
	t := newTokens(read, env.Now)
	password, err := t.get(ctx, "")
	if err != nil {
		switch {
		case ctx.Err() != nil:
			return problem.InterruptedBy(ctx)
		case errors.Is(err, problem.ErrInterrupted):
			return &problem.Error{Kind: problem.Interrupted, Err: problem.ErrInterrupted}
		}
		return problem.Fail(problem.BadJob, "server.password: %w", err)
	}
	mechanism := strings.ToUpper(s.Auth)
	if mechanism == "AUTO" {
		mechanism = ""
	}
	d.Auth = &transport.Auth{Mechanism: mechanism, Username: s.Username, Password: password}
	if s.UsesToken() {
		d.Auth.Token = t.get
	}
	return nil
}

// CheckSecret finds out whether the password is where the job says that it is. It
// is not read.
func CheckSecret(j *jobfile.Job, env Env) error {
	s := &j.Server
	if !s.HasAuth {
		return nil
	}
	if !s.OAuth.IsZero() {
		return checkSignIn(j, env)
	}
	if err := s.Password.Check(j.SecretEnv(env.Secrets)); err != nil {
		return problem.Fail(problem.BadJob, "%s:%d: password: %w", j.ServerPath(), s.Password.Line, err)
	}
	return nil
}
