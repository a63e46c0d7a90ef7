package status

import (
	"context"
	"os"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/transport/redact"
)

// secretsOf returns what strikes the job's password out of what a log has: a server may
// have repeated it in a form that was not known yet. It is read where nothing is waited
// for, that is from a variable or a file; that of a command or of a prompt is not known.
func secretsOf(ctx context.Context, j *jobfile.Job, env secret.Env) *redact.Redactor {
	r := &redact.Redactor{}
	from := j.Server.Password
	switch {
	case !j.Server.HasAuth || env.Lookup == nil:
		return r
	case from.Env != "":
	case from.File != "":
		if info, err := os.Stat(j.Resolve(from.File)); err != nil || !info.Mode().IsRegular() {
			return r
		}
	default:
		return r
	}
	if value, err := from.Read(ctx, j.SecretEnv(env)); err == nil {
		r.Add(value)
	}
	return r
}

// strike takes secrets out of what a record says.
func (r *reader) strike(rec *result.Record) {
	rec.Reply, rec.Error = r.secrets.Text(rec.Reply), r.secrets.Text(rec.Error)
}

// lastRun returns what the last run that sent decided, without secrets; nil if nothing is known of it.
func (r *reader) lastRun() *mailing.LastRun {
	l := r.paths.LastRun()
	if l == nil {
		return nil
	}
	for i := range l.Decisions {
		l.Decisions[i].Text = r.secrets.Text(l.Decisions[i].Text)
	}
	if l.End != nil {
		l.End.Stopped = r.secrets.Text(l.End.Stopped)
	}
	return l
}
