package job

import (
	"errors"
	"io/fs"
	"path/filepath"

	"mailshot/job/problem"
	"mailshot/job/result"
)

// logLost says whether the end of reading is that there is a journal, and not
// the log that it belongs to.
func (m *mailing) logLost(err error) bool {
	if errors.Is(err, result.ErrNoLog) {
		return true
	}
	if !errors.Is(err, result.ErrJournal) {
		return false
	}
	_, err = m.fsys().Stat(m.place.file)
	return errors.Is(err, fs.ErrNotExist)
}

// beginAnew gives the next step where the log is lost.
func (m *mailing) beginAnew(err error) error {
	var e *problem.Error
	o := &m.options
	switch {
	case !errors.As(err, &e) || !m.logLost(err):
		return err
	case o.Sandbox:
		return e.WithHint("begin anew: %s", o.Command("run"))
	case m.test != nil:
		return e.WithHint("remove %s.journal: it is that of a test", m.place.results)
	}
	return e.WithHint("restore %s; or begin anew, which may send a second copy to everyone: %s", m.place.results, o.Command("run", "--fresh"))
}

// warn adds to the question who may get a second copy.
func (m *mailing) warn(q *Question) (err error) {
	if len(m.options.Again) > 0 {
		m.seconds, err = m.copies()
		q.Again = m.seconds
		return err
	}
	if !m.options.Fresh || !m.history.begun() && !m.noLog {
		return nil
	}
	if m.aside, err = m.history.AsideName(m.start); err != nil {
		return &problem.Error{Kind: problem.Exists, Err: err}
	}
	counts := m.history.Fold.Counts()
	q.Copies, q.Aside, q.NoLog = counts.Sent+counts.Unknown, m.told(m.aside), m.noLog
	if m.noLog {
		q.Copies = m.book.Total
	}
	return nil
}

// told is how a file beside the log is told: as the log is, where that leads to
// it.
func (m *mailing) told(file string) string {
	told := filepath.Join(filepath.Dir(m.place.results), filepath.Base(file))
	if at, err := result.Resolve(told); err != nil || at != file {
		return file
	}
	return told
}

// putAside puts the old log aside, if a new one is to be made in its place.
func (m *mailing) putAside(r *Report) error {
	if m.aside == "" {
		return nil
	}
	if err := m.history.PutAside(m.aside); err != nil {
		return &problem.Error{Kind: problem.Exists, Err: err}
	}
	r.Aside, r.Begun = m.told(m.aside), false
	return nil
}
