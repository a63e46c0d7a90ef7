package job

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mailshot/job/address"
	"mailshot/job/result"
)

// A history is what the results log says so far. The zero value is that of a
// mailing without a log.
type history struct {
	path   string // as it is told
	file   string // as it is opened
	exists bool   // the file is there, with a record or without
	fold   result.Fold
	opt    result.ReadOptions
}

// readHistory folds the log of a place. A log that is not there is no error.
func readHistory(p place, acceptEdited bool) (*history, error) {
	h := &history{path: p.results, file: p.file, opt: result.ReadOptions{Name: filepath.Base(p.results), AcceptEdited: acceptEdited}}
	h.fold.Compare = address.CompareText
	h.fold.Name = h.opt.Name
	f, err := os.Open(h.file)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fail(Exists, "reading the results log: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fail(Exists, "%s is no file", h.path).hint("name another place with `results`")
	}
	h.exists = true
	for e, err := range result.Read(f, h.opt) {
		if err == nil {
			err = h.fold.Add(e)
		}
		if err != nil {
			return nil, edited(h.path, err)
		}
	}
	return h, nil
}

// edited is the end for a log that can't be read as it was written.
func edited(path string, err error) error {
	e := &Error{Kind: BadData, Err: err}
	switch {
	case errors.Is(err, result.ErrEdited):
		e.hint("restore %s as mailshot wrote it; or, if the change is meant, add --accept-edited", path)
	case errors.Is(err, result.ErrBroken), errors.Is(err, result.ErrRepeated):
		e.hint("restore %s as mailshot wrote it; or take the line out: what it says of its row is then forgotten", path)
	default:
		e.hint("restore %s as mailshot wrote it", path)
	}
	return e
}

// each reads the log once more and gives every record to f.
func (h *history) each(f func(result.Entry) error) error {
	if h.fold.Records() == 0 {
		return nil
	}
	r, err := os.Open(h.file)
	if err != nil {
		return fail(BadData, "reading the results log: %w", err)
	}
	defer r.Close()
	for e, err := range result.Read(r, h.opt) {
		if err != nil {
			return edited(h.path, err)
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// begun says whether the mailing has a log with a record in it.
func (h *history) begun() bool { return h.fold.Records() > 0 }

// belongs refuses a log that runs of another job wrote.
func (h *history) belongs(job string) error {
	for _, run := range h.fold.Runs() {
		name, _, _, err := result.ParseRun(run.ID)
		if err != nil || name != job {
			return fail(BadJob, "%s is the log of another job: it holds run %s, and this job is %q", h.path, run.ID, job).
				hint("give this job its own log with `results`, or set `name` as it was")
		}
	}
	return nil
}

// earlierLetters counts those who were sent, or may have been sent, a letter
// that is not the one with this digest.
func (h *history) earlierLetters(digest string) int {
	n := 0
	for _, run := range h.fold.Runs() {
		if digestOf(run.ID) != digest {
			n += run.Sent + run.Unknown
		}
	}
	return n
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
	c := h.fold.Counts()
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
