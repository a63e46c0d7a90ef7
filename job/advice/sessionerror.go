package advice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// ServerError returns the end that a session which can't be had makes of a run. addr
// is what the server is called.
func ServerError(addr string, j *jobfile.Job, err error) *problem.Error {
	te := SessionError(err)
	if te == nil {
		return problem.Fail(problem.Unreachable, "%s: %w", addr, err)
	}
	if own, ok := errors.AsType[*problem.Error](te.Err); ok { // of a token that can't be had
		return own
	}
	e := &problem.Error{Kind: problem.Unreachable, Err: worded{fmt.Sprintf("%s: %s", addr, Brief(Plain(err))), err}, Hint: Advise(j, err)}
	switch {
	case te.Stage == transport.StageAuth && te.Reply != nil && te.Class == transport.Temporary && Explain(replyOf(te)).Kind == Quota:
		e.Kind = problem.Limited
	case te.Stage == transport.StageAuth && te.Class == transport.Permanent,
		te.Reply != nil && te.Reply.Code == 530: // RFC 4954, section 6
		e.Kind = problem.AuthRefused
	case te.Stage == transport.StageDial:
		e.Err = Unreached(j, addr, err)
	}
	return e
}

// Unreached says in plain words why there is no connection. Of the reasons of
// several addresses the one that says most is told: many machines have no IPv6,
// and no way to such an address.
func Unreached(j *jobfile.Job, addr string, err error) error {
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

// Plain returns the text of a session's error without its class, which only
// mailshot makes something of. Of a connection that failed it names the address once.
func Plain(err error) string {
	te := SessionError(err)
	if te == nil {
		return err.Error()
	}
	text := strings.TrimSuffix(err.Error(), " ("+te.Class.String()+")")
	var op *net.OpError
	if te.Stage != transport.StageDial || !errors.As(err, &op) {
		return text
	}
	before, after, found := strings.Cut(text, op.Error())
	if !found {
		return text
	}
	why := reasonOf(op)
	if op.Addr != nil && !strings.Contains(before, op.Addr.String()) { // which a name stands for
		why = op.Addr.String() + ": " + why
	}
	return before + why + after
}

// reasonOf returns why an operation on the network failed, without what it was.
func reasonOf(op *net.OpError) string {
	var (
		dns *net.DNSError
		sys *os.SyscallError
	)
	switch {
	case errors.As(op.Err, &dns):
		return dns.Err
	case errors.As(op.Err, &sys):
		return sys.Err.Error()
	}
	return op.Err.Error()
}

// mostBrief is about five lines of a terminal.
const mostBrief = 400

// Brief returns the beginning of a text for a terminal, which a reply of kilobytes
// must not fill; the log has it whole.
func Brief(text string) string {
	if short := Clip(text, mostBrief); short != text {
		return short + " …"
	}
	return text
}

// SessionError returns the transport's error in the chain of an error, nil if there is
// none.
func SessionError(err error) *transport.Error {
	var te *transport.Error
	errors.As(err, &te)
	return te
}

// worded is an error in other words.
type worded struct {
	text string
	err  error
}

func (w worded) Error() string { return w.text }
func (w worded) Unwrap() error { return w.err }
