package job

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
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

// canary opens one session through AUTH: what is wrong with the server, the
// certificate or the password costs one attempt. end, which may be called again,
// ends it.
func canary(ctx context.Context, d *transport.Dialer, j *jobfile.Job) (end func(), err error) {
	s, err := d.Open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		return nil, serverError(d.Addr, j, err)
	}
	return sync.OnceFunc(func() { _ = s.Close() }), nil // QUIT decides nothing
}

// serverError is the end that a session which can't be had makes of a run. addr
// is what the server is called.
func serverError(addr string, j *jobfile.Job, err error) *problem.Error {
	te := sessionError(err)
	if te == nil {
		return problem.Fail(problem.Unreachable, "%s: %w", addr, err)
	}
	e := &problem.Error{Kind: problem.Unreachable, Err: worded{fmt.Sprintf("%s: %s", addr, plain(err)), err}, Hint: advise(j, err)}
	switch {
	case te.Stage == transport.StageAuth && te.Class == transport.Permanent,
		te.Stage == transport.StageMail && te.Reply != nil && te.Reply.Code == 530: // RFC 4954, section 6
		e.Kind = problem.AuthRefused
	case te.Stage == transport.StageDial:
		e.Err = unreached(j, addr, err)
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

// unreached says in plain words why there is no connection. Of the reasons of
// several addresses the one that says most is told: many machines have no IPv6,
// and no way to such an address.
func unreached(j *jobfile.Job, addr string, err error) error {
	var (
		dns *net.DNSError
		op  *net.OpError
		sys *os.SyscallError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return worded{"there is no host " + dns.Name, err}
	case errors.As(err, &dns):
		return worded{fmt.Sprintf("looking up %s: %s", dns.Name, dns.Err), err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return worded{fmt.Sprintf("connecting to %s: %v", addr, syscall.ECONNREFUSED), err}
	case errors.Is(err, context.DeadlineExceeded):
		return worded{fmt.Sprintf("connecting to %s: no answer within %v", addr, j.Server.Timeouts.Connect), err}
	case errors.As(err, &sys):
		return worded{fmt.Sprintf("connecting to %s: %v", addr, sys.Err), err}
	case errors.As(err, &op):
		return worded{fmt.Sprintf("connecting to %s: %v", addr, op.Err), err}
	}
	return err
}
