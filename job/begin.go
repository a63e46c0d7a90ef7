package job

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// hold locks the mailing and makes its spool.
func (m *mailing) hold() error {
	var err error
	if m.lock, err = m.place.take(m.env.Holder); err != nil {
		return err
	}
	m.spool, err = recipients.NewSpool(m.place.spool)
	if err != nil {
		return problem.Fail(problem.Exists, "making the spool: %w", err)
	}
	return nil
}

// recall reads what the log says so far, and recovers it after a run that was
// cut off. A sandbox run begins anew.
func (m *mailing) recall() error {
	m.history = m.newHistory()
	o := &m.options
	if o.Sandbox && !o.Rerun && !o.Resume {
		return nil
	}
	err := m.history.read()
	if o.Fresh && m.logLost(err) {
		m.noLog, err = true, nil
	}
	if err != nil {
		return m.beginAnew(err)
	}
	if err := m.history.belongs(m.job.Name); err != nil || m.noLog {
		return err
	}
	if err := m.history.recover(); err != nil {
		return err
	}
	o.Rerun = o.Rerun || o.Resume && m.history.begun()
	return nil
}

// load reads the log and sees whether the run may begin, and meanwhile reads
// the recipients: with a million of each that saves a fifth of the time. Those
// that come from a pipe, which may never come, are read afterwards.
func (m *mailing) load(ctx context.Context) error {
	begin := func() error {
		if err := m.recall(); err != nil {
			return err
		}
		return m.mayBegin()
	}
	if m.job.Recipients.File == "-" {
		if err := begin(); err != nil {
			return err
		}
		return m.readRows(ctx)
	}
	reading, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() { done <- m.readRows(reading) }()
	err := begin()
	if err != nil {
		cancel(err)
	}
	return cmp.Or(err, <-done)
}

// readRows parses the templates and spools the recipients.
func (m *mailing) readRows(ctx context.Context) (err error) {
	m.book, err = recipients.NewTable(ctx, m.source, m.job, m.filter, m.spool, recipients.NewRejected(m.options.SkipInvalid))
	if err != nil {
		return err
	}
	if err := m.parse(m.book.Columns); err != nil {
		return err
	}
	return m.book.Read(ctx)
}

// mayBegin keeps a second `run` from mailing everybody again, and a `rerun`
// from being the first run.
func (m *mailing) mayBegin() error {
	o, h := &m.options, m.history
	switch {
	case o.To != "":
		return nil
	case o.Rerun && !h.begun():
		return problem.Fail(problem.NoInput, "there is nothing to rerun: %s", noLog(h)).WithHint("%s", o.Command("run"))
	case !o.Rerun && h.begun() && !o.Sandbox && !o.Fresh:
		runs := h.Fold.Runs()
		anew := *o
		anew.Mailing = "NAME"
		return problem.Fail(problem.Exists, "this mailing was begun on %s: %s (%s)", runs[0].First.Local().Format("2 January 2006 at 15:04"), h.counts(), h.path).
			WithHint("to go on with it:       %s\nto send all once more:  %s", o.Command("rerun"), anew.Command("run"))
	}
	return nil
}

// unbegun says that a rerun was asked for where not even the directory of the
// log is there, which then is not made.
func (m *mailing) unbegun() bool {
	_, err := os.Stat(filepath.Dir(m.place.results))
	return m.options.Rerun && errors.Is(err, fs.ErrNotExist)
}

func noLog(h *history) string {
	if h.Exists {
		return h.path + " has no record"
	}
	return "there is no " + h.path
}

// begin makes the log if there is none, or if it is to be a new one, and the
// journal.
func (m *mailing) begin(r *Report) (*result.Writer, error) {
	if err := m.putAside(r); err != nil {
		return nil, err
	}
	log, err := m.history.Begin(m.run)
	if err == nil {
		return log, nil
	}
	e := problem.Fail(problem.Exists, "%w", err)
	switch {
	case r.Aside != "":
		e.WithHint("nothing was sent; the old log is %s now", r.Aside)
	case errors.Is(err, result.ErrTaken), errors.Is(err, fs.ErrExist):
		e.WithHint("nothing was sent; begin again, with the log as it is now")
	}
	return nil, e
}

// recovers says whether the next run will find a record, as there are intents
// in the journal that could not become records.
func (m *mailing) recovers() bool {
	h := m.newHistory()
	return h.read() == nil && h.begun()
}
