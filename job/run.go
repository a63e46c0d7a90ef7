package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/delivery/admission"
	"mailshot/job/fleet"
	"mailshot/job/fleet/earlier"
	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/preflight"
	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A run is a run of a job, with its mailing locked.
type run struct {
	*inputs
	preparation
	spool *recipients.Spool
	gate  *admission.Gate // nil in the sandbox
	lock  *private.Lock

	history *mailing.History // what the log says so far
	rerun   bool             // the mailing has begun, and goes on
	noLog   bool             // Fresh: there is the journal of a log that is lost
	archive string           // Fresh: where the log is moved; "" if there is none
	second  []plan.SecondCopy
}

// Run sends a job: it checks everything, asks, opens one session to try the
// server, sends, and records. The report is nil if nothing could be sent, and
// is returned beside the error if the run was stopped on its way.
func Run(ctx context.Context, o Options, env Env) (report *Report, err error) {
	in, err := open(o, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.source.Close()) }()
	in.step(Step{Kind: Opened, Job: in.job.Name, Run: in.id, Results: in.paths.Results, Sandbox: in.paths.Sandbox})
	r := &run{inputs: in, rerun: o.Rerun}
	if r.preparation, err = in.prepare(ctx); err != nil {
		return nil, err
	}
	if o.Rerun && !in.paths.HaveDir() { // which then is not made
		r.history = in.history()
		return nil, r.admit()
	}
	lock, err := in.paths.TryLock(in.env.Holder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	r.lock = lock
	if r.spool, err = recipients.NewSpool(in.paths.Spool); err != nil {
		return nil, problem.Fail(problem.Exists, "making the spool: %w", err)
	}
	defer func() { err = errors.Join(err, r.spool.Close()) }()
	return r.all(ctx)
}

// all returns a run from the reading of its files to the last record.
func (r *run) all(ctx context.Context) (report *Report, err error) {
	defer func() { r.history.Fold.Free() }()
	b, err := r.load(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	cache := letter.NewCache(r.spool.Tail())
	c, err := b.check(ctx, r.history, r.rerun, cache, func() bool { return !r.rerun && r.test == nil })
	if err != nil {
		return nil, err
	}
	r.step(Step{Kind: Checked, Rows: b.table.Total, Letters: c.plan.Send.Len(), Left: c.plan.Left})
	if r.gate, err = r.openGate(&c); err != nil {
		return nil, err
	}
	q := r.question(&c, r.earlier())
	q.Before = r.sameLetterBefore(q.Earlier)
	if err := r.attached(b, &c, &q); err != nil {
		return nil, err
	}
	r.limits(&q, &c)
	if err := r.askOfCopies(b, c.plan, &q); err != nil {
		return nil, err
	}
	if err := r.heldNow(); err != nil {
		return nil, err
	}
	if err := r.ask(ctx, q); err != nil && c.plan.Send.Len() > 0 {
		return nil, err
	}
	r.ignoreFull()
	s := &sending{run: r, batch: b, plan: c.plan, tally: c.Tally, cache: cache}
	return s.send(ctx)
}

// earlier counts the recipients of an earlier, different letter.
func (r *run) earlier() int {
	if r.test != nil || r.options.Fresh {
		return 0
	}
	return r.history.OtherLetters(r.digest)
}

// attached adds to a question that is put which files go with the first letter.
func (r *run) attached(b *batch, c *checked, q *Question) error {
	if r.options.Yes || r.env.Confirm == nil || b.letters.Attachments == nil {
		return nil
	}
	l, err := firstLetter(b, c)
	if err != nil || l == nil {
		return err
	}
	q.Attached, q.AttachedDiffer = l.Attached, b.letters.Attachments.Differ()
	return nil
}

// sameLetterBefore returns when the run before ended, if all that was sent of the mailing is the letter
// as it is now; else the zero time. earlier counts the recipients of other letters.
func (r *run) sameLetterBefore(earlier int) (at time.Time) {
	if r.test != nil || r.options.Fresh || earlier > 0 {
		return at
	}
	for _, run := range r.history.Fold.Runs() {
		if run.Sent+run.Failed+run.Unknown == 0 { // of settle records alone
			continue
		}
		if at = run.Last; mailing.LetterDigest(run.ID) != r.digest {
			at = time.Time{}
		}
	}
	return at
}

// load reads the log and sees whether the run may begin, and meanwhile reads
// the recipients: with a million of each that saves a fifth of the time. Those
// that come from a pipe, which may never come, are read afterwards.
func (r *run) load(ctx context.Context) (*batch, error) {
	begin := func() error {
		if err := r.recover(); err != nil {
			return err
		}
		return r.admit()
	}
	if r.job.Recipients.File == "-" {
		if err := begin(); err != nil {
			return nil, err
		}
		return r.readRows(ctx, r.spool, r.dkim)
	}
	reading, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var b *batch
	done := make(chan error, 1)
	go func() {
		var err error
		b, err = r.readRows(reading, r.spool, r.dkim)
		done <- err
	}()
	err := begin()
	if err != nil {
		cancel(err)
	}
	if err = cmp.Or(err, <-done); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// recover reads what the log says so far, and recovers it after a run that was
// cut off. A sandbox run begins anew.
func (r *run) recover() error {
	o := &r.options
	r.history = r.inputs.history()
	if o.Sandbox && !o.Rerun && !o.Resume {
		return nil
	}
	err := r.history.Read()
	if o.Fresh && r.history.Lost(err) {
		r.noLog, err = true, nil
	}
	if err != nil {
		return r.history.LostLog(err, o.Command)
	}
	if err := r.history.CheckJob(r.job); err != nil || r.noLog {
		return err
	}
	if err := r.history.Recover(); err != nil {
		return err
	}
	if err := r.hearWorkers(); err != nil {
		return err
	}
	r.rerun = o.Rerun || o.Resume && r.history.Begun()
	return nil
}

// hearWorkers has the workers of a fleet say what became of rows that the log has as unknown, before
// this run decides about them.
func (r *run) hearWorkers() error {
	if r.options.Fleet.URL == "" || r.history.Fold.Counts().Unknown == 0 {
		return nil
	}
	conn, err := r.connectFleet()
	if err != nil {
		return err
	}
	defer conn.Close()
	c := r.fleetConfig(conn, nil)
	c.Run = result.RunID(r.ref.RunName(r.job), r.env.Now(), r.digest)
	n, err := earlier.Hear(context.Background(), c, r.history)
	if err != nil || n == 0 {
		return err
	}
	r.env.Note(fmt.Sprintf("workers told what became of %d rows that were unknown", n))
	r.history.Fold.Free()
	r.history = r.inputs.history()
	return r.history.Read()
}

// connectFleet connects to the NATS server of the fleet.
func (r *run) connectFleet() (*fleet.Conn, error) {
	a := r.options.Fleet
	a.Name = "mailshot run " + r.job.Name
	a.Lost = func(err error) { r.env.Warn(fmt.Sprintf("the connection to the fleet is lost: %v", err)) }
	a.Back = func() { r.env.Note("the connection to the fleet is there again") }
	c, err := fleet.Connect(a, false)
	if err != nil {
		return nil, &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	return c, nil
}

// joinFleet connects to the fleet; nil if there is none.
func (r *run) joinFleet(t *preflight.Tally) (*fleet.Conn, error) {
	if r.options.Fleet.URL == "" {
		return nil, nil
	}
	if t.Largest > fleet.MaxMessage {
		return nil, problem.Fail(problem.BadData, "row %d: its message has %d octets, and a fleet takes %d at most", t.LargestRow, t.Largest, fleet.MaxMessage).
			WithHint("make the letter or its attachments smaller, or send without a fleet; no message was sent")
	}
	return r.connectFleet()
}

// coordinate has the rows of the run sent by a fleet; nil if there is none.
func (r *run) coordinate(conn *fleet.Conn, rec delivery.Recorder) (*fleet.Coordinator, *problem.Error) {
	if conn == nil {
		return nil, nil
	}
	return earlier.Start(r.fleetConfig(conn, rec), r.history)
}

// draining has a fleet begin no more rows once the run begins none, whatever the reason.
func draining(f *fleet.Coordinator, next func(delivery.Event)) func(delivery.Event) {
	if f == nil {
		return next
	}
	return func(e delivery.Event) {
		if e.Kind == delivery.Finishing {
			f.Drain()
		}
		next(e)
	}
}

func (r *run) fleetConfig(b fleet.Bus, rec delivery.Recorder) fleet.Config {
	s := &r.job.Server
	return fleet.Config{
		Bus: b, Recorder: rec, Run: r.id, Server: fleet.Server(s.Host, s.Username), PerSession: r.job.Delivery.PerSession, Now: r.env.Now, Tell: r.env.Note,
	}
}

// admit keeps a second `run` from mailing everybody again, and a `rerun` from
// being the first run.
func (r *run) admit() error {
	o, h := &r.options, r.history
	switch {
	case r.test != nil:
		return nil
	case r.rerun && !h.Begun():
		return problem.Fail(problem.NoInput, "there is nothing to rerun: %s", h.None()).WithHint("%s", o.Command("run")+r.otherMailings())
	case !r.rerun && h.Begun() && !o.Sandbox && !o.Fresh:
		is, err := h.Kind()
		if err != nil {
			return err
		}
		if is == mailing.Practised {
			e := practisedBefore(o, h)
			return e.WithHint("to go on practising: %s\n%s", o.Command("rerun"), e.Hint)
		}
		runs := h.Fold.Runs()
		anew := *o
		anew.Mailing = "NAME"
		return problem.Fail(problem.Exists, "this mailing was begun on %s: %s (%s)", shownTime(runs[0].First), h.Words(), h.Path).
			WithHint("to go on with it:       %s\nto send all once more:  %s", o.Command("rerun"), anew.Command("run"))
	}
	return nil
}

// otherMailings names those that have begun, as a line of a hint of its own.
func (r *run) otherMailings() string {
	var names []string
	for _, l := range r.paths.Mailings(r.job) {
		names = append(names, l.Path)
	}
	if len(names) == 0 {
		return ""
	}
	more := ""
	if n := len(names) - problem.Listed; n > 0 { // the newest come last
		names, more = names[n:], fmt.Sprintf("%d older ones, ", n)
	}
	return "\nthese have begun: " + more + strings.Join(names, ", ")
}

func shownTime(t time.Time) string { return t.Local().Format("2 January 2006 at 15:04") }

// askOfCopies adds to the question who may get a second copy.
func (r *run) askOfCopies(b *batch, p *plan.Plan, q *Question) (err error) {
	if len(r.options.Again) > 0 {
		r.second, err = p.SecondCopies(r.history)
		q.Again = r.second
		return err
	}
	if q.Same, err = r.sameLetter(p); err != nil {
		return err
	}
	if q.Same.MustAsk() {
		q.Copies = q.Same.People
	}
	if !r.options.Fresh || !r.history.Begun() && !r.noLog {
		return nil
	}
	if r.archive, err = r.history.ArchiveName(r.start); err != nil {
		return &problem.Error{Kind: problem.Exists, Err: err}
	}
	counts := r.history.Fold.Counts()
	q.Copies, q.Archive, q.NoLog = counts.Sent+counts.Unknown, r.paths.Shown(r.archive), r.noLog
	if r.noLog {
		q.Copies = b.table.Total
	}
	return nil
}
