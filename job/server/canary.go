package server

import (
	"context"
	"sync"

	"mailshot/job/advice"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// Canary opens one session through AUTH: what is wrong with the server, the
// certificate or the password costs one attempt. The address of the host that greets it
// is the first one that the run's sessions try. end, which may be called again,
// ends it. has is what the server offers.
// What is waited for is told once, after five seconds.
func Canary(ctx context.Context, d *transport.Dialer, j *jobfile.Job, tell func(string)) (end func(), has transport.Capabilities, err error) {
	w := newWait(d, tell)
	s, err := d.Find(ctx, w.hear)
	w.end()
	if err != nil {
		if ctx.Err() != nil {
			return nil, has, problem.InterruptedBy(ctx)
		}
		return nil, has, advice.ServerError(d.Addr, j, err)
	}
	return sync.OnceFunc(func() { _ = s.Close() }), s.Receipt().Capabilities, nil // QUIT decides nothing
}
