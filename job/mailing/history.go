package mailing

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// A History is what the results log says so far.
type History struct {
	*result.History
	Path string // of the log, as it is told
	ref  *Ref
	fsys result.FS
	file string // the log, as it is opened
}

// History returns that of the mailing's log, which is not read yet. fsys is where
// the log and its journal are; nil is the system's files.
func (r *Ref) History(p Paths, fsys result.FS) *History {
	if fsys == nil {
		fsys = result.OS{}
	}
	o := result.ReadOptions{Name: filepath.Base(p.Results), AcceptEdited: r.AcceptEdited}
	return &History{History: result.NewHistory(fsys, p.File, o, address.CompareText), Path: p.Results, ref: r, fsys: fsys, file: p.File}
}

// Read folds the log and its journal, and writes nothing. A log that is not
// there is no error.
func (h *History) Read() error {
	err := h.History.Read()
	if err == nil {
		return nil
	}
	if n := h.damaged(err); n > 1 {
		err = fmt.Errorf("%w; %d lines of it are damaged", err, n)
	}
	return Unreadable(h.Path, err)
}

// LostLog adds the next step to the error of reading where the log is lost. command is that
// of the options, or Ref.Command.
func (h *History) LostLog(err error, command func(verb string, flags ...string) string) error {
	var e *problem.Error
	switch {
	case !errors.As(err, &e) || !h.Lost(err):
		return err
	case h.ref.Sandbox:
		return e.WithHint("begin anew: %s", command("run"))
	case h.ref.Test:
		return e.WithHint("remove %s.journal: it is that of a test", h.Path)
	}
	return e.WithHint("restore %s; or begin anew, which may send a second copy to everyone: %s", h.Path, command("run", "--fresh"))
}

// damaged counts the lines of the log that can't be relied on, where the error is of one.
func (h *History) damaged(err error) int {
	var line *result.Error
	if !errors.As(err, &line) || strings.HasSuffix(line.Name, ".journal") || !errors.Is(err, result.ErrBroken) && !errors.Is(err, result.ErrEdited) {
		return 0
	}
	return h.Damaged()
}

// Unreadable returns the end for a log or journal that can't be read as it was
// written.
func Unreadable(path string, err error) error {
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
		return e.WithHint("restore %s as mailshot wrote it; or take the line out: what it says of its row is then forgotten, and a rerun may send a second copy", path)
	}
	return e.WithHint("restore %s as mailshot wrote it", path)
}

// Each reads the log once more and gives every record to f.
func (h *History) Each(f func(result.Entry) error) error {
	for e, err := range h.History.Each() {
		if err != nil {
			return Unreadable(h.Path, err)
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// Free gives back what the Fold takes. A nil History has none.
func (h *History) Free() {
	if h != nil {
		h.Fold.Free()
	}
}

// Begun reports whether the mailing has a log with a record in it.
func (h *History) Begun() bool { return h.Fold.Records() > 0 }

// CheckJob refuses a log that runs of another job wrote, or sandbox runs where the
// mailing is a real one, and the other way round.
func (h *History) CheckJob(j *jobfile.Job) error {
	job := h.ref.RunName(j)
	runs := h.Fold.Runs()
	if left, _ := h.Left(); left != "" {
		runs = append(runs, result.RunSummary{ID: left})
	}
	for _, run := range runs {
		name, _, _, err := result.ParseRun(run.ID)
		if own, kind, _ := strings.Cut(name, "~"); err == nil && name != job && own == j.Name {
			switch {
			case h.ref.Sandbox:
				return problem.Fail(problem.BadJob, "%s is the log of real runs: it holds run %s", h.Path, run.ID).
					WithHint("move it to where it belongs, or name another directory with --sandbox=DIR")
			case kind == "":
				return problem.Fail(problem.BadJob, "%s is the log of real runs, and no place for a test: it holds run %s", h.Path, run.ID).
					WithHint("move it to where it belongs, or name another place with `results`")
			case "~"+kind == testRun:
				return problem.Fail(problem.BadJob, "%s is the log of tests: it holds run %s", h.Path, run.ID).
					WithHint("take it away, or name another place with `results`")
			}
			return problem.Fail(problem.BadJob, "%s is the log of sandbox runs, which send nothing: it holds run %s", h.Path, run.ID).
				WithHint("take it away, or name another place with `results`")
		}
		if err != nil || name != job {
			return problem.Fail(problem.BadJob, "%s is the log of another job: it holds run %s, and this job is %q", h.Path, run.ID, j.Name).
				WithHint("give this job its own log with `results`, or set `name` as it was")
		}
	}
	return nil
}

// Recover brings the log to what is known, after a run that was cut off. The
// caller holds the lock.
func (h *History) Recover() error {
	if err := h.History.Recover(); err != nil {
		return problem.Fail(problem.CantWrite, "recovering the results log: %w", err).
			WithHint("nothing was sent; when %s and its journal can be written, begin again", h.Path)
	}
	return nil
}

// OtherLetters counts those who were sent, or may have been sent, a letter
// that is not the one with this digest.
func (h *History) OtherLetters(digest string) int {
	n, settled := 0, 0
	for _, run := range h.Fold.Runs() {
		settled += run.Settled
		if LetterDigest(run.ID) != digest {
			n += run.Sent + run.Unknown
		}
	}
	if n == 0 || settled == 0 {
		return n
	}
	got := 0 // but for those of whom the user found out that they have none
	err := h.Each(func(e result.Entry) error {
		one := e.Stage != result.StageSettle && (e.Status == result.Sent || e.Status == result.Unknown)
		if one && LetterDigest(e.Run) != digest && h.Fold.Of(e.Key).Delivered() {
			got++
		}
		return nil
	})
	if err != nil {
		return n
	}
	return got
}

// LetterDigest returns the digest of the letter in a run's id.
func LetterDigest(run string) string {
	_, _, digest, err := result.ParseRun(run)
	if err != nil {
		return ""
	}
	return digest
}

// Words says in words what the log holds: "1,213 sent, 37 failed".
func (h *History) Words() string {
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

// Lost reports whether the error of Read is that there is a journal, and not the
// log that it belongs to.
func (h *History) Lost(err error) bool {
	if errors.Is(err, result.ErrNoLog) {
		return true
	}
	if !errors.Is(err, result.ErrJournal) {
		return false
	}
	_, err = h.fsys.Stat(h.file)
	return errors.Is(err, fs.ErrNotExist)
}

// None says in words that the log has no record.
func (h *History) None() string {
	if h.Exists {
		return h.Path + " has no record"
	}
	return "there is no " + h.Path
}
