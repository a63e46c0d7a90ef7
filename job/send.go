package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"mailshot/job/address"
	"mailshot/job/advice"
	"mailshot/job/delivery"
	"mailshot/job/delivery/sessions"
	"mailshot/job/fleet"
	"mailshot/job/jobfile/when"
	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/preflight"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/recipients"
	"mailshot/job/result"
	"mailshot/job/server"
	"mailshot/transport"
	"mailshot/transport/sandbox"
)

// A sending is the part of a run that makes the log and sends.
type sending struct {
	*run
	batch *batch
	plan  *plan.Plan
	tally preflight.Tally // of the letters to be sent
	cache *letter.Cache
	notes *mailing.Notebook
}

// send makes the log and runs the passes.
func (s *sending) send(ctx context.Context) (*Report, error) {
	report := s.newReport()
	begun := s.env.Now()
	var err error
	skipped, err := s.plan.SkippedReasons()
	if report.Skipped = skipped.Groups; err != nil {
		return nil, err
	}
	skips := s.plan.Skips(s.test != nil, s.history.Begun())
	if s.plan.Send.Len() == 0 && (skips.Len() == 0 || s.archive != "") {
		return report, s.sendNothing(report)
	}
	earlier, err := s.earlierReplies()
	if err != nil {
		return nil, err
	}
	t, err := s.target(ctx)
	if err != nil {
		return nil, err
	}
	defer t.close()
	report.Practice = t.practice
	log, err := s.begin(report)
	if err != nil {
		return nil, err
	}
	s.notes = mailing.NewNotebook(s.lock, s.id, s.start)
	rec := t.recorder(logRecorder{log})
	f, failed := s.coordinate(t.fleet, rec)
	if f != nil {
		rec, t.deliverer = f.Wrapped(), f
		defer context.AfterFunc(ctx, f.Drain)()
	}
	outcomes := newOutcomes(rec, len(s.plan.Again()) > 0)
	written, stopped := s.recordSkips(ctx, log, skips)
	if stopped == nil {
		stopped = failed
	}
	var sum delivery.Summary
	if stopped == nil {
		var ends reasons.Ends
		c := s.config(t, outcomes, &earlier)
		c.Event = draining(f, ended(&ends, c.Event))
		sum, stopped = delivery.Run(ctx, c)
		f.Close(context.WithoutCancel(ctx)) // a second signal ends it
		report.Failed, report.Unreached = ends.Failed(sum.Counts.Failed())
		report.Retries = ends.Retries
		s.reportTranscripts(report, &sum)
	}
	report.Begun = report.Begun || written > 0 || sum.Counts.Done() > 0
	report.Sessions, report.Pauses, report.Messages = sum.Sessions, sum.Pauses, sum.Messages
	report.Counts, report.Lost, report.Took = sum.Counts, sum.Lost, s.env.Now().Sub(begun)
	if err := log.Close(); err != nil && (stopped == nil || stopped.Kind > problem.CantWrite) {
		stopped = problem.Fail(problem.CantWrite, "closing the results log: %w", err)
	}
	noteEnd(s.notes, s.env.Now(), report, stopped)
	outcomes.report(report, s.second, s.plan.Again())
	if stopped == nil {
		return report, nil
	}
	if stopped.Kind == problem.CantWrite {
		report.Begun = report.Begun || s.recovers()
	}
	return report, stopped
}

func (s *sending) newReport() *Report {
	return &Report{
		Job: s.job.Name, Run: s.id, Total: s.plan.Send.Len(), Left: s.plan.Left,
		Results: s.paths.Results, Sandbox: s.paths.Sandbox, Test: s.options.To, Earlier: s.history.Fold.Runs(),
		Begun: s.history.Begun() && s.archive == "", LeftOut: s.plan.Named,
	}
}

// sendNothing ends a run that has nothing to send and nothing to record.
func (s *sending) sendNothing(report *Report) error {
	if !s.history.Exists {
		report.Results = ""
	}
	if is, err := s.history.Kind(); err == nil && is == mailing.Practised && s.test == nil && !s.options.Sandbox && s.archive == "" {
		return practisedBefore(&s.options, s.history) // or it would seem that all is done
	}
	if s.test == nil {
		var err error
		if report.Before, err = s.plan.Delivered(s.history); err != nil {
			return err
		}
	}
	if s.options.Sandbox && !s.rerun { // what an earlier run sent is no outcome of this one
		if err := s.paths.EmptySandbox(); err != nil {
			return &problem.Error{Kind: problem.Exists, Err: err}
		}
	}
	return nil
}

// A target is the server that a run sends to, real or captured.
type target struct {
	dialer    *transport.Dialer
	deliverer delivery.Deliverer // nil: dialer
	recorder  func(delivery.Recorder) delivery.Recorder
	canary    *transport.Session // nil: there is none
	fleet     *fleet.Conn        // to workers on other machines; nil: this one sends
	close     func()
	practice  bool // it is mailshot sandbox
}

// target gets the server ready and tries it.
func (s *sending) target(ctx context.Context) (target, error) {
	if s.options.Sandbox {
		return s.startSandbox()
	}
	t := target{dialer: s.dialer, recorder: func(r delivery.Recorder) delivery.Recorder { return r }, close: func() {}}
	if s.plan.Send.Len() == 0 {
		return t, nil
	}
	if err := s.await(ctx); err != nil {
		return t, err
	}
	if err := letter.ReadWaitingKey(ctx, s.job, s.env.Secrets, s.dkim); err != nil {
		return t, err
	}
	if err := server.Authenticate(ctx, s.dialer, s.job, s.env.Env); err != nil {
		return t, err
	}
	s.tell(delivery.Event{Kind: delivery.Connecting, Text: s.dialer.Addr})
	var err error
	if t.fleet, err = s.joinFleet(&s.tally); err != nil {
		return t, err
	}
	begun := s.env.Now()
	canary, err := server.Canary(ctx, s.dialer, s.job, s.tellSilence)
	s.step(Step{Kind: Tried, Server: s.serverWords(), Took: s.env.Now().Sub(begun), Err: err})
	if err != nil {
		t.fleet.Close()
		return t, err
	}
	has := canary.Receipt().Capabilities
	t.canary, t.close, t.practice = canary, func() { _ = canary.Close(); t.fleet.Close() }, slices.Contains(has.Auth, sandbox.Mechanism)
	if err := s.sameKind(t.practice); err != nil {
		t.close()
		return t, err
	}
	if size := has.Size; size > 0 && s.tally.Largest > size { // RFC 1870, section 6: it would be refused
		t.close()
		return t, problem.Fail(problem.BadData, "row %d: its message has %d octets, and the server takes %d at most", s.tally.LargestRow, s.tally.Largest, size).
			WithHint("make the letter or its attachments smaller, which grow by a third on their way, or send a link to them; no message was sent")
	}
	return t, nil
}

// sameKind refuses to send the rest of a mailing to a server that delivers, where mailshot sandbox has
// the messages before, which nobody got, and the other way round: by the log all would have the letter.
func (s *sending) sameKind(practice bool) error {
	if s.test != nil || s.archive != "" {
		return nil
	}
	is, err := s.history.Kind()
	if err != nil || is == mailing.Nowhere {
		return err
	}
	switch {
	case practice && is == mailing.Delivered:
		o := s.options
		o.Rerun, o.Mailing = false, "practice"
		return problem.Fail(problem.Exists, "%s is mailshot sandbox, which delivers nothing, and %s has letters that were delivered", s.dialer.Addr, s.history.Path).
			WithHint("practise with a mailing of its own: %s", o.Command("run"))
	case !practice && is == mailing.Practised:
		return practisedBefore(&s.options, s.history)
	}
	return nil
}

// tellSilence tells what is waited for, and what may keep the server.
func (s *sending) tellSilence(what string) {
	s.tell(delivery.Event{Kind: delivery.Silent, Text: what + ": " + advice.Silence(&s.job.Server)})
}

func (s *sending) tell(e delivery.Event) {
	if s.env.Event != nil {
		s.env.Event(e)
	}
}

// begin makes the log if there is none, or if it is to be a new one, and the
// journal.
func (s *sending) begin(report *Report) (*result.Writer, error) {
	if s.archive != "" {
		if err := s.history.Archive(s.archive); err != nil {
			return nil, &problem.Error{Kind: problem.Exists, Err: err}
		}
		report.Archive, report.Begun = s.paths.Shown(s.archive), false
	}
	log, err := s.history.Begin(s.id)
	if err == nil {
		return log, nil
	}
	e := problem.Fail(problem.Exists, "%w", err)
	switch {
	case report.Archive != "":
		return nil, e.WithHint("nothing was sent; the old log is %s now", report.Archive)
	case errors.Is(err, result.ErrTaken), errors.Is(err, fs.ErrExist):
		return nil, e.WithHint("nothing was sent; begin again, with the log as it is now")
	}
	return nil, e
}

// config returns what the engine needs for this run.
func (s *sending) config(t target, rec delivery.Recorder, earlier *earlierReplies) delivery.Config {
	d := &s.job.Delivery
	c := delivery.Config{
		Run: s.id, Total: s.plan.Send.Len(), Source: newTasks(s), Deliverer: t.dialer, Recorder: rec,
		Retry: delivery.Retries(d.Retry), Rate: delivery.Rate(s.rate()), GiveUpAfter: d.GiveUpAfter,
		Grace: s.env.Grace, ReplyGrace: server.ReplyGrace, Begun: s.start, Now: s.env.Now, Event: noted(s.notes, s.env.Now, s.estimated()),
		ServerError: func(err error) *problem.Error { return advice.ServerError("the server", s.job, err) },
		Before:      earlier.same,
	}
	if t.canary != nil {
		c.Canary = t.close // QUIT decides nothing
	}
	if c.Several = s.several(t); t.deliverer != nil { // whose sessions are its own
		c.Deliverer, c.Canary, c.Several = t.deliverer, func() { _ = t.canary.Close() }, sessions.Config{}
	}
	s.admit(&c)
	for range s.workers() {
		c.Composers = append(c.Composers, newComposer(s.batch.letters.Composer(false), s.job))
		if c.Several.Overlap {
			c.Ahead = append(c.Ahead, newComposer(s.batch.letters.Composer(false), s.job))
		}
	}
	if d.KeepTranscripts == "failed" && !s.options.Sandbox {
		c.Transcripts = transcriptsDir(s.paths.Results)
	}
	if s.options.Sandbox {
		c.Retry.Wait = 0
	}
	return c
}

// several says how sessions take several messages.
func (s *sending) several(t target) sessions.Config {
	most := s.job.Delivery.PerSession
	c := sessions.Config{Most: most, Open: sessions.Opener(t.dialer), Overlap: most > 1}
	if t.canary != nil {
		c.First = t.canary
	}
	if s.job.Server.UsesToken() {
		c.Age = tokenLife
	}
	return c
}

// tokenLife is how old a session may get that began with a token.
const tokenLife = 10 * time.Minute

// estimated returns the engine's listener; nil if nobody listens.
func (s *sending) estimated() func(delivery.Event) {
	if s.env.Event == nil {
		return nil
	}
	n := max(1, s.plan.Send.Len())
	x := &estimate{tell: s.env.Event, rate: s.rate(), recipients: max(1, (s.tally.Recipients+n-1)/n), now: s.env.Now}
	x.schedule = func(r when.Rate, now time.Time) when.Schedule { return when.Schedule{Rate: r, From: now} }
	if s.gate != nil {
		x.schedule = s.gate.Schedule
	}
	return x.event
}

// workers returns how many workers there are: no more than rows.
func (s *sending) workers() int {
	workers := s.job.Delivery.Workers
	if s.options.Workers > 0 {
		workers = s.options.Workers
	}
	return max(1, min(workers, s.plan.Send.Len()))
}

// transcriptsDir returns the directory beside a log: NAME.transcripts for
// NAME.results.csv.
func transcriptsDir(results string) string {
	return strings.TrimSuffix(results, ".results.csv") + ".transcripts"
}

// reportTranscripts tells what was kept of sessions.
func (s *sending) reportTranscripts(r *Report, sum *delivery.Summary) {
	if sum.Transcripts {
		r.Transcripts = transcriptsDir(s.paths.Results)
	}
	if sum.TranscriptsError != nil {
		r.Warnings = append(r.Warnings, fmt.Sprintf("keeping transcripts: %v", sum.TranscriptsError))
	}
}

// recovers reports whether the next run will find a record, as there are intents
// in the journal that could not become records.
func (s *sending) recovers() bool {
	h := s.inputs.history()
	return h.Read() == nil && h.Begun()
}

// recordSkips writes a record for each of the rows, where it changes what the
// log says of it, and returns how many it wrote.
func (s *sending) recordSkips(ctx context.Context, log *result.Writer, skips plan.Skips) (written int, _ *problem.Error) {
	err := skips.Each(ctx, s.spool, func(r *recipients.Row, why recipients.Reason) error {
		rec := s.skipped(r, why)
		if !s.isNews(rec) {
			return nil
		}
		if err := log.Record(rec); err != nil {
			return problem.Fail(problem.CantWrite, "%w", err)
		}
		written++
		return nil
	})
	var e *problem.Error
	errors.As(err, &e) // there are no others
	return written, e
}

func (s *sending) skipped(r *recipients.Row, why recipients.Reason) *result.Record {
	rec := &result.Record{
		Time: s.env.Now(), Run: s.id, Row: r.Number, Line: r.Line, Key: r.RecordKey(why.Own),
		Status: result.Skipped, Error: why.Text,
	}
	rec.Time = result.Later(rec.Time, s.history.Fold.Latest(rec.Key))
	if r.Address != (address.Address{}) {
		rec.Recipient = r.Address.String()
	}
	return rec
}

// isNews reports whether the record says something new about its key.
func (s *sending) isNews(rec *result.Record) bool {
	switch s.history.Fold.Of(rec.Key).Status {
	case result.Sent, result.Unknown:
		return false // which a skip can't change
	case result.Skipped:
		return !s.history.Fold.SkippedFor(rec.Key, rec.Error)
	}
	return true
}
