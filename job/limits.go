package job

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/delivery/admission"
	"mailshot/job/delivery/quota"
	"mailshot/job/jobfile/when"
	"mailshot/job/problem"
	"mailshot/job/server"
)

// Limits say what holds a mailing up, in words. Each is "" if there is nothing of the kind.
type Limits struct {
	Rate   string // and what it means
	Hint   string // what may be meant by the rate
	Quota  string // what is used of it, and how many go when
	Ledger string // path
	Window string // when messages may go
	Full   string // the server said that the account may send no more, and until when
	Takes  string // how long the mailing takes
}

// openGate opens what says when messages may go. A test is free of windows, and a sandbox of all.
func (in *inputs) openGate(c *checked) (*admission.Gate, error) {
	if in.options.Sandbox || c.plan.Send.Len() == 0 {
		return nil, nil
	}
	d := &in.job.Delivery
	account, shown := in.job.Account()
	conf := admission.Config{Quotas: d.Quotas, Account: shown, Preset: d.QuotaPreset, Run: in.id + "-" + rand.Text()[:8], Warn: in.env.Warn}
	if in.env.State != "" {
		conf.File, conf.Path = quota.Open(in.env.State, account), quota.Path(in.env.State, account)
	}
	if in.test == nil {
		conf.Windows = d.Windows
	}
	for _, q := range d.Quotas {
		if c.Tally.MostRecipients > q.Count {
			return nil, admission.TooMany(q, c.Tally.MostRecipients)
		}
	}
	return admission.New(conf, in.env.Now())
}

// limitsOf says what holds n of the checked rows up.
func (in *inputs) limitsOf(g *admission.Gate, c *checked, n int) Limits {
	var l Limits
	rate, all, now := in.rate(), c.plan.Send.Len(), in.env.Now()
	if rate.Count > 0 {
		l.Rate, l.Hint = rate.String()+", "+rate.Words(), in.rateHint()
	}
	if g == nil || n == 0 {
		return l
	}
	begin := now
	if at := in.options.At; at.After(begin) {
		begin = at
	}
	s := g.Schedule(rate, begin)
	legs := s.Legs(n, max(1, (c.Tally.Recipients+all-1)/all))
	l.Takes = when.Takes(legs, now)
	if used := g.Used(now); used != "" {
		l.Quota = used + ", " + when.Told(legs, now)
		account, _ := in.job.Account()
		l.Ledger = quota.Path(in.env.State, account)
	}
	if in.test == nil {
		l.Window = in.job.Delivery.Windows.String()
	}
	if until, said := g.Full(now); !until.IsZero() {
		_, shown := in.job.Account()
		l.Full = admission.FullWords(shown, until, now, said)
	}
	return l
}

// checkLimits says what holds n of the rows of a check up. It writes nothing.
func (in *inputs) checkLimits(c *checked, n int) (Limits, error) {
	g, err := in.openGate(c)
	if err != nil {
		return Limits{}, err
	}
	return in.limitsOf(g, c, n), nil
}

// limits adds to the question what holds the rows up.
func (r *run) limits(q *Question, c *checked) {
	l := r.limitsOf(r.gate, c, c.plan.Send.Len())
	q.Rate, q.Quota, q.Window, q.Full, q.Takes = l.Rate, l.Quota, l.Window, l.Full, l.Takes
	if r.options.At.After(r.env.Now()) {
		q.Begin = when.Moment(r.options.At, r.env.Now())
	}
}

// heldNow returns why no message may go yet, where that is known before anybody is asked and the run
// does not wait.
func (r *run) heldNow() error {
	o := &r.options
	now := r.env.Now()
	if r.gate == nil || o.Wait || !o.At.IsZero() {
		return nil
	}
	s := r.gate.Schedule(r.rate(), now)
	if until, _ := r.gate.Full(now); !until.IsZero() || !s.Next(1).After(now) {
		return nil
	}
	_, held := r.gate.Admit(now, 1)
	if held == nil {
		return nil
	}
	return held.Why
}

// ignoreFull lets messages go although the server said that the account is used up, if the user says
// so or has answered the question that tells it.
func (r *run) ignoreFull() {
	asked := r.env.Confirm != nil && !r.options.Yes && !r.options.Wait
	if r.gate != nil && (r.options.Now || asked) {
		r.gate.Ignore()
	}
}

// await waits until the first message may go, or returns why it may not.
func (s *sending) await(ctx context.Context) error {
	if err := s.gate.Ready(s.env.Now()); err != nil {
		return err
	}
	w := admission.Waiter{Gate: s.gate, At: s.options.At, Wait: s.options.Wait, Now: s.env.Now, Tell: func(until time.Time, why string) {
		if s.env.Event != nil {
			s.env.Event(delivery.Event{Kind: delivery.Holding, Total: s.plan.Send.Len(), Until: until, Text: why})
		}
	}}
	if err := w.Await(ctx); err != nil {
		return err
	}
	return nil
}

// admit adds to what the engine needs when messages may go.
func (s *sending) admit(c *delivery.Config) {
	if s.gate == nil {
		return
	}
	c.Admission, c.Wait = s.gate, s.options.Wait
	c.Renew = func(ctx context.Context) *problem.Error {
		if s.job.Server.Password.Ask {
			return nil // nobody is asked in the middle of a run
		}
		if err := server.Authenticate(ctx, s.dialer, s.job, s.env.Env); err != nil {
			return err.(*problem.Error)
		}
		return nil
	}
}

// rateHint names the quota for a rate by the hour or the day; "" for others.
func (in *inputs) rateHint() string {
	r := in.rate()
	if r.Per < time.Hour || len(in.job.Delivery.Quotas) > 0 {
		return ""
	}
	return fmt.Sprintf("if that is what the provider allows, write quota: %s, which counts recipients and does not space them", r)
}
