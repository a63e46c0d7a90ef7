package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// Run sends a job: it checks everything, asks, opens one session to try the
// server, sends, and records. The report is nil if nothing could be sent, and
// is given beside the error if the run was stopped on its way.
func Run(ctx context.Context, o Options, env Env) (report *Report, err error) {
	m, err := open(o, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if err := m.prepare(ctx); err != nil {
		return nil, err
	}
	if m.unbegun() {
		m.history = m.newHistory()
		return nil, m.mayBegin()
	}
	if err := m.hold(); err != nil {
		return nil, err
	}
	if err := m.load(ctx); err != nil {
		return nil, err
	}
	m.larder = newLarder(m.spool.Tail())
	c, subject, err := m.check(ctx)
	if err != nil {
		return nil, err
	}
	q := m.question(c, subject)
	if err := m.warn(&q); err != nil {
		return nil, err
	}
	if err := m.ask(ctx, q); err != nil && c.send.Len() > 0 {
		return nil, err
	}
	return m.send(ctx, c)
}

// prepare checks what can be known without the recipients and without writing.
func (m *mailing) prepare(ctx context.Context) error {
	return both(m.prepareServer(), m.prepareDKIM(ctx))
}

func (m *mailing) prepareServer() error {
	if m.options.Sandbox {
		return nil
	}
	if err := m.job.CheckServer(); err != nil {
		return &problem.Error{Kind: problem.BadJob, Err: err}
	}
	var err error
	if m.dialer, err = dialer(m.job, m.env); err != nil {
		return err
	}
	return m.checkSecrets()
}

// check chooses the rows, and makes every message that is to be sent.
func (m *mailing) check(ctx context.Context) (c *choice, subject string, err error) {
	if c, err = m.choose(); err != nil {
		return nil, "", err
	}
	if subject, err = m.checkLetters(ctx, c); err != nil {
		return nil, "", err
	}
	if problems := m.book.Rejected.Problems(); problems.Len() > 0 {
		e := &problem.Error{Kind: problem.BadData, Err: problems, Hint: "nothing was sent; correct these"}
		if problems.Len() > m.filter.Problems().Len() {
			e.Hint += ", or leave bad rows out with --skip-invalid"
		}
		return nil, "", e
	}
	if c.send.Len() > 0 {
		m.doubtLetters(&c.tally)
	}
	return c, subject, m.allTaken(c)
}

func (m *mailing) question(c *choice, subject string) Question {
	q := Question{
		Messages: c.send.Len(), Subject: subject, First: c.first, Last: c.last, With: c.copies,
		From: shownMailbox(m.job.Message.From), Left: c.leave,
		Mailing: m.options.Mailing, Results: m.place.results,
		Server: fmt.Sprintf("%s:%d (%s)", m.job.Server.Host, m.job.Server.Port, m.job.Server.TLS),
	}
	if rate := m.rate(); rate.Count > 0 {
		q.Rate = rate.String()
		q.Estimate = time.Duration(float64(rate.Per) / float64(rate.Count) * float64(c.send.Len()))
	}
	if m.test != nil {
		q.To = m.test.String()
	} else if !m.options.Fresh {
		q.Earlier = m.history.earlierLetters(m.digest)
	}
	return q
}

func shownMailbox(m address.Mailbox) string {
	if m.Name == "" {
		return m.Address.String()
	}
	return fmt.Sprintf("%s <%s>", m.Name, m.Address)
}

// send makes the log and runs the passes.
func (m *mailing) send(ctx context.Context, c *choice) (*Report, error) {
	report := &Report{
		Job: m.job.Name, Run: m.run, Total: c.send.Len(), Left: c.leave,
		Results: m.place.results, Sandbox: m.place.sandbox, Test: m.options.To, Earlier: m.history.Fold.Runs(),
	}
	begun := m.env.Now()
	slices.Sort(c.skipped)
	report.Skipped, report.Begun = m.shownSkips(c), m.history.begun() && m.aside == ""
	report.LeftOut = c.named
	skips := m.skips(c)
	if c.send.Len() == 0 && (skips.len() == 0 || m.aside != "") {
		return report, m.sendNothing(report)
	}
	server, closeServer, err := m.server(ctx, c)
	if err != nil {
		return nil, err
	}
	defer closeServer()
	log, err := m.begin(report)
	if err != nil {
		return nil, err
	}
	r := m.runner(c, server.dialer, server.recorder(m.listen(logRecorder{log})))
	r.canary = server.canary
	written, stopped := m.recordSkips(ctx, log, skips)
	if stopped == nil {
		r.tell(Event{Kind: Started, PerSecond: perSecond(m.rate())})
		stopped = r.run(ctx, m.firstPass(c, r), func(rows []later) source { return m.nextPass(c, rows, r) })
	}
	r.attempts.transcripts.tell(report)
	report.Begun = report.Begun || written > 0 || r.counts.Done() > 0
	report.Counts, report.Lost, report.Took = r.counts, r.lost, m.env.Now().Sub(begun)
	if err := log.Close(); err != nil && (stopped == nil || stopped.Kind > problem.CantWrite) {
		stopped = problem.Fail(problem.CantWrite, "closing the results log: %w", err)
	}
	m.reportAgain(report)
	if stopped != nil && stopped.Kind == problem.CantWrite {
		report.Begun = report.Begun || m.recovers()
	}
	if stopped != nil {
		return report, stopped
	}
	return report, nil
}

// sendNothing ends a run that has nothing to send and nothing to record.
func (m *mailing) sendNothing(report *Report) error {
	if !m.history.Exists {
		report.Results = ""
	}
	if m.options.Sandbox && !m.options.Rerun { // what an earlier run sent is no outcome of this one
		if err := emptySandbox(m.place); err != nil {
			return &problem.Error{Kind: problem.Exists, Err: err}
		}
	}
	return nil
}

// A target is the server that a run sends to, real or captured.
type target struct {
	dialer   *transport.Dialer
	recorder func(Recorder) Recorder
	canary   func() // ends the canary's session; nil: there is none
}

// server gets the server ready and tries it.
func (m *mailing) server(ctx context.Context, c *choice) (target, func(), error) {
	if m.options.Sandbox {
		return m.startSandbox()
	}
	t := target{dialer: m.dialer, recorder: func(r Recorder) Recorder { return r }}
	if c.send.Len() == 0 {
		return t, func() {}, nil
	}
	if err := m.runDKIM(ctx); err != nil {
		return t, nil, err
	}
	if err := authenticate(ctx, t.dialer, m.job, m.env); err != nil {
		return t, nil, err
	}
	var err error
	t.canary, err = canary(ctx, t.dialer, m.job)
	return t, t.canary, err
}

func (m *mailing) runner(c *choice, d deliverer, rec Recorder) *runner {
	workers := m.job.Delivery.Workers
	if m.options.Workers > 0 {
		workers = m.options.Workers
	}
	workers = max(1, min(workers, c.send.Len()))
	r := &runner{
		attempts: attempts{run: m.run, server: d, recorder: rec, now: m.env.Now},
		retry:    m.job.Delivery.Retry, now: m.env.Now, begun: m.start,
		grace: m.env.Grace, job: m.job, event: m.env.Event, total: c.send.Len(),
		health: health{giveUp: m.job.Delivery.GiveUpAfter},
	}
	for range workers {
		r.composers = append(r.composers, m.letters.composer(false))
	}
	if rate := m.rate(); rate.Count > 0 {
		r.limiter = newLimiter(rate.Count, rate.Per)
	}
	if m.job.Delivery.KeepTranscripts == "failed" && !m.options.Sandbox {
		r.attempts.transcripts.dir = transcriptsDir(m.place.results)
	}
	if m.options.Sandbox {
		r.retry.Wait = 0
	}
	return r
}

// perSecond is a rate as a number; 0 is no limit.
func perSecond(r jobfile.Rate) float64 {
	if r.Count == 0 {
		return 0
	}
	return float64(r.Count) / r.Per.Seconds()
}

// newLimiter spaces starts evenly: no burst, not even at the beginning.
func newLimiter(count int, per time.Duration) *rate.Limiter {
	return rate.NewLimiter(rate.Every(per/time.Duration(count)), 1)
}
