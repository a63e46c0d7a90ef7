package job

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// A place is where a run keeps its files.
type place struct {
	results string // the log, as it is told
	file    string // the log, as it is opened: no link leads elsewhere
	lock    string // what is locked; the lock file is this and ".lock"
	spool   string
	sandbox string // directory of the captured messages; "" outside the sandbox
}

func placeOf(j *jobfile.Job, o Options) place {
	p := place{results: j.ResultsPath(o.Mailing, o.To != "")}
	p.lock = p.results
	if o.Sandbox {
		p.sandbox = o.SandboxDir
		if p.sandbox == "" {
			p.sandbox = filepath.Join(j.Dir, j.Name+".sandbox")
		}
		p.results = filepath.Join(p.sandbox, filepath.Base(p.results))
		p.lock = filepath.Join(p.sandbox, sandboxMark)
	}
	return p
}

// resolve finds out where the log really is, so that two names of one log are
// one mailing. The directory must exist.
func (p *place) resolve() {
	p.file = p.results
	if file, err := result.Resolve(p.results); err == nil {
		p.file = file // else making or reading it will tell the reason
	}
	p.spool = p.file + ".spool"
}

// sandboxMark names, with ".lock", the file that tells a sandbox directory
// from a directory with somebody's files, and keeps two runs in it apart.
const sandboxMark = ".mailshot-sandbox"

// take locks the place for this run.
func (p *place) take(holder string) (*result.Lock, error) {
	if p.sandbox != "" {
		if err := claimSandbox(p.sandbox); err != nil {
			return nil, err
		}
	}
	dir := filepath.Dir(p.results)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, problem.Fail(problem.Exists, "there is no directory %s to keep the results log in", dir).WithHint("make it, or name another place with `results`")
	}
	p.resolve()
	lock, err := result.TryLock(p.lock, holder)
	var held *result.HeldError
	if errors.As(err, &held) {
		return nil, problem.Fail(problem.Held, "another run holds this mailing: %s", held.Holder).WithHint("wait until it has ended")
	}
	if err != nil {
		return nil, &problem.Error{Kind: problem.Exists, Err: err}
	}
	return lock, nil
}

// claimSandbox makes the directory, or accepts one that is empty or marked.
func claimSandbox(dir string) error {
	if err := os.Mkdir(dir, 0o700); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrExist) {
		return problem.Fail(problem.Exists, "making the sandbox directory: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return problem.Fail(problem.Exists, "opening the sandbox directory: %w", err)
	}
	defer d.Close()
	if _, err := os.Stat(filepath.Join(dir, sandboxMark+".lock")); err == nil {
		return nil
	}
	switch _, err := d.Readdirnames(1); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return problem.Fail(problem.Exists, "%s is no directory to keep messages in: %w", dir, err)
	}
	return problem.Fail(problem.Exists, "%s holds files that are not from a sandbox run", dir).WithHint("name another directory with --sandbox=DIR")
}

// sandboxFile is the name of a file that a sandbox run leaves.
var sandboxFile = regexp.MustCompile(`^([0-9]{6,}(-[0-9]+)?\.eml|.*\.results\.csv|\.incoming-.*)$`)

// besideLog are the endings of files that a run keeps beside its log, and that
// one that was killed leaves there. A .new is a file that was not whole yet.
var besideLog = regexp.MustCompile(`(\.journal)?(\.new)?$|\.spool$`)

// emptySandbox removes what the last sandbox run left: its messages and its
// logs with what is beside them, and nothing else.
func emptySandbox(p place) error {
	entries, err := os.ReadDir(p.sandbox)
	if err != nil {
		return fmt.Errorf("reading the sandbox directory: %w", err)
	}
	for _, e := range entries {
		name := besideLog.ReplaceAllString(e.Name(), "")
		ours := sandboxFile.MatchString(name) || name == filepath.Base(p.results)
		if !ours || !e.Type().IsRegular() || e.Name() == filepath.Base(p.spool) {
			continue
		}
		if err := os.Remove(filepath.Join(p.sandbox, e.Name())); err != nil {
			return fmt.Errorf("emptying the sandbox directory: %w", err)
		}
	}
	return nil
}
