package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"mailshot/job/letter"
	"mailshot/job/problem"
	"mailshot/job/secret"
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
	p.dkim, unsigned = letter.PrepareDKIM(ctx, in.job, in.env.Secrets, in.options.Sandbox, in.env.Warn, in.env.Note)
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
	in.lookAtSecrets()
	return d, server.CheckSecret(in.job, in.env.Env)
}

// lookAtSecrets tells who else may read what signs in, and that somebody has to be there to type it.
func (in *inputs) lookAtSecrets() {
	s := &in.job.Server
	env := in.job.SecretEnv(in.env.Secrets)
	for _, file := range []struct{ is, name string }{
		{"server.password", env.Shared(s.Password)},
		{"the key of server.client_certificate", env.Shared(secret.Source{File: s.ClientCertificate.Key})},
	} {
		if file.name != "" {
			in.env.Warn(fmt.Sprintf("%s: %s can be read by others than you: chmod 600 %s", file.name, file.is, problem.Quote(file.name)))
		}
	}
	if s.Password.Ask {
		in.env.Note("server.password is asked for when a run begins: without a terminal, as from cron, none can")
	}
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
