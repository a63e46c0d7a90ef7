package job

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/transport"
)

// grace is how long sessions in flight may go on after an interrupt.
const grace = 30 * time.Second

// replyGrace is the end of it, in which only final replies are waited for.
const replyGrace = 5 * time.Second

// dialer makes the server section into a transport.Dialer, still without the
// password.
func dialer(j *jobfile.Job, env Env) (*transport.Dialer, error) {
	s := &j.Server
	d := &transport.Dialer{
		Addr: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), TLSMode: tlsMode(s.TLS),
		Hello: hello(s.Hello, env.Hostname), AllowPlaintextAuth: s.AllowPlaintextAuth,
		NoPipelining: s.Pipelining == "never", Grace: replyGrace,
		Trace: env.Trace, DialContext: env.Dial,
	}
	d.Timeouts.Connect, d.Timeouts.Final = s.Timeouts.Connect, s.Timeouts.Final
	d.Timeouts.Greeting, d.Timeouts.Reply = s.Timeouts.Reply, s.Timeouts.Reply
	var err error
	d.TLS, err = tlsConfig(j, env.Now())
	return d, err
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

// hello is the name for EHLO: the one given, else the host's if it is fully
// qualified, else none, which makes an address literal (RFC 5321, section
// 4.1.3).
func hello(given, hostname string) string {
	if given != "" || !strings.Contains(hostname, ".") || strings.HasSuffix(hostname, ".localdomain") {
		return given
	}
	return hostname
}

// authenticate reads the password and gives it to the dialer. A token is read
// again when it is old, or refused.
func authenticate(ctx context.Context, d *transport.Dialer, j *jobfile.Job, env Env) error {
	s := &j.Server
	if !s.HasAuth {
		return nil
	}
	read := func(ctx context.Context) (string, error) { return s.Password.Read(ctx, secretEnv(j, env)) }
	t := newTokens(read, env.Now)
	password, err := t.get(ctx, "")
	if err != nil {
		switch {
		case ctx.Err() != nil:
			return interrupted(ctx)
		case errors.Is(err, ErrInterrupted):
			return &Error{Kind: Interrupted, Err: ErrInterrupted}
		}
		return fail(BadJob, "server.password: %w", err)
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

// canary opens one session through AUTH: what is wrong with the server, the
// certificate or the password costs one attempt.
func canary(ctx context.Context, d *transport.Dialer) error {
	s, err := d.Open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		e := serverError(d.Addr, err)
		if e.Hint != "" && e.Kind == AuthRefused && d.Auth != nil && d.Auth.Token != nil {
			e.Hint = "check server.username, and that the token is for sending mail and has not expired"
		}
		return e
	}
	_ = s.Close() // QUIT decides nothing
	return nil
}

// serverError is the end that a session which can't be had makes of a run.
func serverError(addr string, err error) *Error {
	var te *transport.Error
	if !errors.As(err, &te) {
		return fail(Unreachable, "%s: %w", addr, err)
	}
	e := fail(Unreachable, "%s: %s", addr, plain(err))
	e.Err = worded{e.Err.Error(), err}
	switch {
	case te.Stage == transport.StageAuth && te.Class == transport.Permanent:
		e.Kind = AuthRefused
		if te.Reply != nil { // else it is the mechanism or the way, and the error says so
			e.Hint = "check server.username and the password; some providers want an app password"
		}
	case te.Stage == transport.StageMail && te.Reply != nil && te.Reply.Code == 530: // RFC 4954, section 6
		e.Kind = AuthRefused
		e.Hint = "the server wants to know who sends: set server.username and server.password"
	case te.Stage == transport.StageDial:
		e.Err = unreached(addr, err)
		e.Hint = "check server.host and server.port; networks that block port 25 mostly let 587 and 465 through"
	case te.Stage == transport.StageGreeting && te.Reply != nil:
		e.Hint = "the server takes no messages from here, or not now; its operator can say why"
	case te.Stage == transport.StageTLS, te.Stage == transport.StageStartTLS:
		e.Hint = tlsHint(err)
	}
	return e
}

// plain is the text of a session's error without its class, which only
// mailshot makes something of.
func plain(err error) string {
	te := sessionError(err)
	if te == nil {
		return err.Error()
	}
	return strings.TrimSuffix(err.Error(), " ("+te.Class.String()+")")
}

// worded is an error in other words.
type worded struct {
	text string
	error
}

func (w worded) Error() string { return w.text }
func (w worded) Unwrap() error { return w.error }

// unreached says in plain words why there is no connection.
func unreached(addr string, err error) error {
	var (
		dns *net.DNSError
		op  *net.OpError
		sys *os.SyscallError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("there is no host %s", dns.Name)
	case errors.As(err, &sys):
		return fmt.Errorf("connecting to %s: %w", addr, sys.Err)
	case errors.As(err, &op):
		return fmt.Errorf("connecting to %s: %w", addr, op.Err)
	}
	return err
}

// interrupted is the end for a context that is done.
func interrupted(ctx context.Context) *Error {
	return &Error{Kind: Interrupted, Err: context.Cause(ctx)}
}
