package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"mailshot/job/letter"
	"mailshot/job/problem"
	"mailshot/job/server"
	"mailshot/transport"
	"mailshot/transport/message"
)

// preparation is what can be known of the server, and of who signs, without
// talking to anybody.
type preparation struct {
	dialer *transport.Dialer // still without the password; nil in the sandbox, which has its own
	dkim   *message.DKIM     // nil: the letters are not signed
}

// prepare checks what can be known without the recipients and without writing.
func (in *inputs) prepare(ctx context.Context) (p preparation, err error) {
	var unready, unsigned error
	p.dialer, unready = in.prepareServer()
	p.dkim, unsigned = letter.PrepareDKIM(ctx, in.job, in.env.Secrets, in.options.Sandbox, in.env.Warn)
	return p, both(unready, unsigned)
}

func (in *inputs) prepareServer() (*transport.Dialer, error) {
	if in.options.Sandbox {
		return nil, nil
	}
	if err := in.job.CheckServer(); err != nil {
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	d, err := server.Dialer(in.job, in.env.Env)
	if err != nil {
		return nil, err
	}
	return d, server.CheckSecret(in.job, in.env.Env)
}

// both joins what is wrong with the server section and with the rest. The
// server's kind is the graver one.
func both(server, rest error) error {
	if server == nil || rest == nil {
		return cmp.Or(server, rest)
	}
	e := &problem.Error{Kind: problem.Internal, Err: fmt.Errorf("%w\n%w", server, rest)}
	var je *problem.Error
	if errors.As(server, &je) {
		e.Kind, e.Hint = je.Kind, je.Hint
	}
	return e
}
