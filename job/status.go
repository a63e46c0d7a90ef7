package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// A StatusReport says how a mailing stands.
type StatusReport struct {
	Job        string
	Mailing    string
	Results    string // path of the log
	Server     string // host and port; "" in the sandbox
	Begun      bool   // the log has a record, or a run is on its way to the first
	Counts     Counts
	Skipped    int
	InFlight   int   // rows that a run has on its way; they are in no other count
	Untried    int   // rows of the recipients file without a record
	Unread     error // why Untried is not known; nil if it is
	Failures   []Failure
	Runs       []RunStatus // in the order of their first records
	Unfinished *Unfinished // nil if no run is on its way and none was cut off
}

// A RunStatus is what a run did.
type RunStatus struct {
	result.RunSummary
	OtherLetter bool // not that of the newest run
}

// An Unfinished run goes on, or was cut off.
type Unfinished struct {
	Run    string // its id
	Alive  bool
	Holder string // of the lock, if it goes on
	Rows   int    // that it has on its way, or had; the latter are unknown

	inFlight int // of these, if it goes on, those that are not sent already
}

// Status reads the log of a mailing and the recipients file, and writes nothing.
// It gives the deciding record of each unknown row to unknown, in the order of
// the log.
func Status(ctx context.Context, o Options, env Env, unknown func(*result.Record) error) (*StatusReport, error) {
	m, err := openStatus(o, env)
	if err != nil {
		return nil, err
	}
	s, err := m.look(ctx)
	if err != nil {
		return nil, err
	}
	counted := make(chan error, 1)
	go func() { counted <- m.countRows(ctx, s) }() // the fold is only read from here on
	err = m.records(ctx, s, unknown)
	if s.Unread = <-counted; ctx.Err() != nil {
		return nil, problem.InterruptedBy(ctx)
	}
	return s, err
}

// openStatus loads the job, finds its log and opens nothing else.
func openStatus(o Options, env Env) (*mailing, error) {
	j, err := jobfile.Load(o.Path)
	if err != nil {
		return nil, loadError(o.Path, err)
	}
	m := &mailing{job: j, options: o, env: env.filled(), place: placeOf(j, o)}
	m.start = m.env.Now()
	if err := m.checkOptions(); err != nil {
		return nil, err
	}
	m.place.resolve()
	return m, nil
}

// look reads the log, and counts what its fold knows.
func (m *mailing) look(ctx context.Context) (*StatusReport, error) {
	left, err := m.watch(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.history.belongs(m.job.Name); err != nil {
		return nil, err
	}
	h := m.history
	c := h.Fold.Counts()
	s := &StatusReport{
		Job: m.job.Name, Mailing: m.options.Mailing, Results: h.path, Begun: h.begun() || left.alive(), Skipped: c.Skipped,
		Counts:     Counts{Sent: c.Sent, Temporary: c.Temporary, Permanent: c.Permanent, Unknown: c.Unknown},
		Unfinished: left,
	}
	if !m.options.Sandbox {
		s.Server = fmt.Sprintf("%s:%d", m.job.Server.Host, m.job.Server.Port)
	}
	runs := h.Fold.Runs()
	for i := range runs {
		if left.alive() && runs[i].ID == left.Run {
			runs[i].Unknown -= left.Rows
		}
		s.Runs = append(s.Runs, RunStatus{runs[i], digestOf(runs[i].ID) != digestOf(runs[len(runs)-1].ID)})
	}
	if left.alive() {
		s.InFlight = left.inFlight
		s.Counts.Unknown -= s.InFlight
	}
	return s, nil
}

// records reads the log once more, for what the fold does not know.
func (m *mailing) records(ctx context.Context, s *StatusReport, unknown func(*result.Record) error) error {
	h := m.history
	var only []result.Status
	if s.Counts.Failed() > 0 {
		only = append(only, result.Failed)
	}
	if s.Counts.Unknown > 0 {
		only = append(only, result.Unknown)
	}
	var failed failures
	for e, err := range h.EachOf(only...) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return problem.Fail(problem.Exists, "another run has begun while the log was read").WithHint("look again")
		case err != nil:
			return unreadable(h.path, err)
		case ctx.Err() != nil:
			return problem.InterruptedBy(ctx)
		case !h.Fold.Decides(&e):
		case e.Status == result.Failed:
			failed.add(&e.Record)
		default:
			if err := unknown(&e.Record); err != nil {
				return err
			}
		}
	}
	s.Failures = failed.list()
	return nil
}

// countRows counts the rows of the recipients file that no record speaks of,
// and those that are skipped. Only the file tells which row a record without
// a key of its own is about today.
func (m *mailing) countRows(ctx context.Context, s *StatusReport) error {
	if m.job.Recipients.File == "-" {
		return errors.New("the recipients come from standard input")
	}
	f, err := recipients.Open(m.job, m.env.Stdin)
	if err != nil {
		return err
	}
	defer f.Close()
	rd, err := sheet.NewReader(f, recipients.SheetOptions(m.job))
	if err != nil {
		return err
	}
	fold := &m.history.Fold
	keys, err := m.rowKeys(ctx, s.Skipped == 0)
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
		}
	}
	return nil // the file ends above
}
