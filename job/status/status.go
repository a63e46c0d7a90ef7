package status

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/index"
	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/recipients"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/transport/redact"
)

// A Report says how a mailing stands.
type Report struct {
	Job        string
	Mailing    string
	Results    string // path of the log
	Server     string // host and port; "" in the sandbox
	Practised  bool   // what is sent went to mailshot sandbox, in a sandbox run or as a server: nobody has it
	Begun      bool   // the log has a record, or a run is on its way to the first
	Counts     delivery.Counts
	Skipped    int
	InFlight   int   // rows that a run has on its way; they are in no other count
	Untried    int   // rows of the recipients file without a record
	Unread     error // why Untried is not known; nil if it is
	Failures   []reasons.Group
	Skips      []reasons.Group  // rows with a record that says skipped, by its words
	Gone       []reasons.Name   // the first failed keys that no row of the recipients file has any more
	GoneCount  int              // how many there are
	Runs       []Run            // in the order of their first records
	Unfinished *Unfinished      // nil if no run is on its way and none was cut off
	LastRun    *mailing.LastRun // what it decided; nil if nothing is known of it
	Mailings   []mailing.Log    // of the job, in the order in which they began
}

// A Run is what a run did.
type Run struct {
	result.RunSummary
	OtherLetter bool // not that of the newest run
}

// Began returns when the run began, by its id.
func (r *Run) Began() time.Time {
	if _, start, _, err := result.ParseRun(r.ID); err == nil {
		return start
	}
	return r.First
}

// An Unfinished run goes on, or was cut off.
type Unfinished struct {
	Run    string // its id
	Alive  bool
	Holder string // of the lock, if it goes on
	Rows   int    // that it has on its way, or had; the latter are unknown

	inFlight int // of these, if it goes on, those that are not sent already
}

// An Env is what the program lends to a look at a mailing. Nil fields are what
// their comments say.
type Env struct {
	Stdin io.Reader        // recipients of a job that reads "-"
	Now   func() time.Time // nil: time.Now
	Files result.FS        // where the results log and its journal are; nil: the system's files

	Secrets secret.Env // to strike the password out of what the log has; the zero Env: it is not
}

// Read reads the log of a mailing and the recipients file, and writes nothing.
// It gives the deciding record of each unknown row to unknown, in the order of
// the log.
func Read(ctx context.Context, ref mailing.Ref, env Env, unknown func(*result.Record) error) (*Report, error) {
	r, err := newReader(ctx, ref, env)
	if err != nil {
		return nil, err
	}
	s, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	return s, r.rest(ctx, s, unknown)
}

// rest completes a report of which look has made the counts.
func (r *reader) rest(ctx context.Context, s *Report, unknown func(*result.Record) error) (err error) {
	counted := make(chan error, 1)
	go func() { counted <- r.countRows(ctx, s) }() // the fold is only read from here on
	err = r.records(ctx, s, unknown)
	if s.Unread = <-counted; ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	if err == nil && s.Unread == nil && r.failedRows < s.Counts.Failed() {
		err = r.gone(ctx, s)
	}
	return err
}

// gone reads the log once more, for failed keys that no row has any more.
func (r *reader) gone(ctx context.Context, s *Report) error {
	h := r.history
	for e, err := range h.EachOf(result.Failed) {
		switch {
		case err != nil:
			return mailing.Unreadable(h.Path, err)
		case ctx.Err() != nil:
			return problem.InterruptedBy(ctx)
		}
		if slot, ok := h.Fold.Slot(e.Key); ok && !r.seen.Has(slot) && h.Fold.Decides(&e) {
			if s.GoneCount++; s.GoneCount <= reasons.MaxNames {
				s.Gone = append(s.Gone, reasons.NameOf(&e.Record))
			}
		}
	}
	return nil
}

// A reader looks at a mailing.
type reader struct {
	ref     mailing.Ref
	env     Env
	job     *jobfile.Job
	paths   mailing.Paths
	history *mailing.History
	secrets *redact.Redactor
	run     string                     // by the records of this run alone; "": by all
	every   func(*result.Record, bool) // see ReadEvery; nil: only what decides is read

	failedRows int        // rows of the recipients file that failed
	seen       index.Bits // slots of these in the fold
}

// newReader loads the job, finds its log and opens nothing else.
func newReader(ctx context.Context, ref mailing.Ref, env Env) (*reader, error) {
	if env.Now == nil {
		env.Now = time.Now
	}
	j, err := ref.Load()
	if err != nil {
		return nil, err
	}
	r := &reader{ref: ref, env: env, job: j, paths: ref.Paths(j), secrets: secretsOf(ctx, j, env.Secrets)}
	r.paths.Resolve()
	return r, nil
}

// look reads the log, and counts what its fold knows.
func (r *reader) look(ctx context.Context) (*Report, error) {
	left, err := r.watch(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.history.CheckJob(r.job); err != nil {
		return nil, err
	}
	return r.count(left), nil
}

// count makes a report of what the fold knows.
func (r *reader) count(left *Unfinished) *Report {
	h := r.history
	c := h.Fold.Counts()
	s := &Report{
		Job: r.job.Name, Mailing: r.ref.Mailing, Results: h.Path, Begun: h.Begun() || left.alive(), Skipped: c.Skipped,
		Counts:     delivery.Counts{Sent: c.Sent, Temporary: c.Temporary, Permanent: c.Permanent, Unknown: c.Unknown},
		Unfinished: left, Mailings: r.paths.Mailings(r.job), LastRun: r.lastRun(),
	}
	if kind, err := h.Kind(); err == nil { // what can't be read is told of records
		s.Practised = kind == mailing.Practised
	}
	if !r.ref.Sandbox {
		s.Server = fmt.Sprintf("%s:%d", r.job.Server.Host, r.job.Server.Port)
	}
	runs := h.Fold.Runs()
	for i := range runs {
		if left.alive() && runs[i].ID == left.Run {
			runs[i].Unknown -= left.Rows
		}
		s.Runs = append(s.Runs, Run{runs[i], mailing.LetterDigest(runs[i].ID) != mailing.LetterDigest(runs[len(runs)-1].ID)})
	}
	if left.alive() {
		s.InFlight = left.inFlight
		s.Counts.Unknown -= s.InFlight
	}
	return s
}

// records reads the log once more, for what the fold does not know.
func (r *reader) records(ctx context.Context, s *Report, unknown func(*result.Record) error) error {
	h := r.history
	var only []result.Status
	if s.Counts.Failed() > 0 {
		only = append(only, result.Failed)
	}
	if s.Counts.Unknown > 0 {
		only = append(only, result.Unknown)
	}
	if h.Fold.Counts().Skipped > 0 {
		only = append(only, result.Skipped)
	}
	all := h.EachOf(only...)
	if r.every != nil {
		all = h.History.Each()
	}
	var failed, skipped reasons.Groups
	for e, err := range all {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return problem.Fail(problem.Exists, "another run has begun while the log was read").WithHint("look again")
		case err != nil:
			return mailing.Unreadable(h.Path, err)
		case ctx.Err() != nil:
			return problem.InterruptedBy(ctx)
		case r.run != "" && e.Run != r.run:
			continue
		}
		decides := h.Fold.Decides(&e)
		if !decides && r.every == nil {
			continue
		}
		r.strike(&e.Record)
		if r.every != nil {
			r.every(&e.Record, decides)
		}
		switch {
		case !decides || e.Status == result.Sent:
		case e.Status == result.Failed:
			failed.Add(&e.Record)
		case e.Status == result.Skipped:
			skipped.Add(&e.Record)
		default:
			if err := unknown(&e.Record); err != nil {
				return err
			}
		}
	}
	s.Failures, s.Skips = failed.List(), skipped.List()
	return nil
}

// countRows counts the rows of the recipients file that no record speaks of,
// and those that are skipped. Only the file tells which row a record without
// a key of its own is about today.
func (r *reader) countRows(ctx context.Context, s *Report) error {
	if r.job.Recipients.File == "-" {
		return errors.New("the recipients come from standard input")
	}
	f, err := recipients.Open(r.job, r.env.Stdin)
	if err != nil {
		return err
	}
	defer f.Close()
	rd, err := sheet.NewReader(f, recipients.SheetOptions(r.job))
	if err != nil {
		return err
	}
	fold := &r.history.Fold
	keys, err := r.rowKeys(ctx, s.Skipped == 0)
	if err != nil {
		return err
	}
	defer keys.free()
	untried, skipped := 0, 0
	for in, err := range rd.Ahead() {
		if errors.Is(err, io.EOF) {
			s.Untried, s.Skipped = untried, skipped
			return nil
		}
		if err = cmp.Or(err, context.Cause(ctx)); err != nil {
			return err
		}
		key, own := keys.of(in)
		state := fold.Of(key).Status
		if state == "" && keys.excluded.Of(in.Number) != recipients.Included {
			state = result.Skipped
		}
		if state == "" && !own && in.Key != "" {
			state = fold.Of(in.Key).Status
		}
		switch state {
		case "":
			untried++
		case result.Skipped:
			skipped++
		case result.Failed:
			if slot, ok := fold.Slot(key); ok && own && !r.seen.Has(slot) {
				r.seen.Add(slot)
				r.failedRows++
			}
		}
	}
	return nil // the file ends above
}
