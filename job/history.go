package job

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// A history is what the results log says so far.
type history struct {
	*result.History
	path string // of the log, as it is told
}

// history is that of the mailing's log, which is not read yet.
func (m *mailing) newHistory() *history {
	o := result.ReadOptions{Name: filepath.Base(m.place.results), AcceptEdited: m.options.AcceptEdited}
	return &history{result.NewHistory(m.fsys(), m.place.file, o, address.CompareText), m.place.results}
}

// fsys is where the log and its journal are.
func (m *mailing) fsys() result.FS {
	if m.env.Files == nil {
		return result.OS{}
	}
	return m.env.Files
}

// read folds the log and its journal, and writes nothing. A log that is not
// there is no error.
func (h *history) read() error {
	if err := h.History.Read(); err != nil {
		return unreadable(h.path, err)
	}
	return nil
}

// unreadable is the end for a log or journal that can't be read as it was
// written.
func unreadable(path string, err error) error {
	var line *result.Error
	if !errors.As(err, &line) {
		return problem.Fail(problem.Exists, "reading the results log: %w", err).WithHint("name another place with `results`")
	}
	e := &problem.Error{Kind: problem.BadData, Err: err}
	switch {
	case errors.Is(err, result.ErrNoLog):
		return e.WithHint("restore %s; or begin anew with run --fresh, which may send a second copy to everyone", path)
	case strings.HasSuffix(line.Name, ".journal"):
		return e.WithHint("restore %s.journal; it knows who may have been sent to when the last run was cut off, and is not to be edited", path)
	case errors.Is(err, result.ErrEdited):
		return e.WithHint("restore %s as mailshot wrote it; or, if the change is meant, add --accept-edited", path)
	case errors.Is(err, result.ErrLost):
		return e.WithHint("restore %s as it was: a rerun would send once more to whom it has forgotten; or, if that is meant, add --accept-edited", path)
	case errors.Is(err, result.ErrEmpty):
		return e.WithHint("restore %s as mailshot wrote it; or, if there was nothing in it, remove it", path)
	case errors.Is(err, result.ErrBroken), errors.Is(err, result.ErrRepeated):
		return e.WithHint("restore %s as mailshot wrote it; or take the line out: what it says of its row is then forgotten", path)
	}
	return e.WithHint("restore %s as mailshot wrote it", path)
}

// each reads the log once more and gives every record to f.
func (h *history) each(f func(result.Entry) error) error {
	for e, err := range h.Each() {
		if err != nil {
			return unreadable(h.path, err)
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// begun says whether the mailing has a log with a record in it.
func (h *history) begun() bool { return h.Fold.Records() > 0 }

// belongs refuses a log that runs of another job wrote.
func (h *history) belongs(job string) error {
	runs := h.Fold.Runs()
	if left, _ := h.Left(); left != "" {
		runs = append(runs, result.RunSummary{ID: left})
	}
	for _, run := range runs {
		name, _, _, err := result.ParseRun(run.ID)
		if err != nil || name != job {
			return problem.Fail(problem.BadJob, "%s is the log of another job: it holds run %s, and this job is %q", h.path, run.ID, job).
				WithHint("give this job its own log with `results`, or set `name` as it was")
		}
	}
	return nil
}

// recover brings the log to what is known, after a run that was cut off. The
// caller holds the lock.
func (h *history) recover() error {
	if err := h.Recover(); err != nil {
		return problem.Fail(problem.CantWrite, "recovering the results log: %w", err).
			WithHint("nothing was sent; when %s and its journal can be written, begin again", h.path)
	}
	return nil
}

// earlierLetters counts those who were sent, or may have been sent, a letter
// that is not the one with this digest.
func (h *history) earlierLetters(digest string) int {
	n, settled := 0, 0
	for _, run := range h.Fold.Runs() {
		settled += run.Settled
		if digestOf(run.ID) != digest {
			n += run.Sent + run.Unknown
		}
	}
	if n == 0 || settled == 0 {
		return n
	}
	got := 0 // but for those of whom the user found out that they have none
	err := h.each(func(e result.Entry) error {
		one := e.Stage != result.StageSettle && (e.Status == result.Sent || e.Status == result.Unknown)
		if one && digestOf(e.Run) != digest && delivered(h.Fold.Of(e.Key)) {
			got++
		}
		return nil
	})
	if err != nil {
		return n
	}
	return got
}

// digestOf is the digest of the letter in a run's id.
func digestOf(run string) string {
	_, _, digest, err := result.ParseRun(run)
	if err != nil {
		return ""
	}
	return digest
}

// counts says in words what the log holds: "1,213 sent, 37 failed".
func (h *history) counts() string {
	c := h.Fold.Counts()
	s := fmt.Sprintf("%d sent", c.Sent)
	for _, p := range []struct {
		n    int
		word string
	}{{c.Temporary + c.Permanent, "failed"}, {c.Unknown, "unknown"}, {c.Skipped, "skipped"}} {
		if p.n > 0 {
			s += fmt.Sprintf(", %d %s", p.n, p.word)
		}
	}
	return s
}
