package server

import (
	"context"

	"mailshot/job/advice"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// Canary opens one session through AUTH: what is wrong with the server, the
// certificate or the password costs one attempt. The address of the host that greets it
// is the first one that the run's sessions try. The caller must Close it, and may do so again.
// What is waited for is told once, after five seconds.
func Canary(ctx context.Context, d *transport.Dialer, j *jobfile.Job, tell func(string)) (*transport.Session, error) {
	w := newWait(d, tell)
	s, err := d.Find(ctx, w.hear)
	w.end()
	if err != nil {
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		return nil, advice.ServerError(d.Addr, j, err)
	}
	return s, nil
}
