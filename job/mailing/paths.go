package mailing

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"mailshot/job/jobfile"
	"mailshot/job/private"
	"mailshot/job/problem"
)

// Paths are where a mailing keeps its files.
type Paths struct {
	Results string // the log, as it is told
	File    string // the log, as it is opened: no link leads elsewhere
	Lock    string // what is locked; the lock file is this and ".lock"
	Spool   string
	Sandbox string // directory of the captured messages; "" outside the sandbox
	real    string // in the sandbox: the log of real runs
	option  string // that names Sandbox; "" is --sandbox=DIR
}

// Paths returns where the mailing keeps its files. File and Spool are known
// once Resolve was called.
func (r *Ref) Paths(j *jobfile.Job) Paths {
	p := Paths{Results: j.ResultsPath(r.Mailing, r.Test)}
	p.Lock = p.Results
	if r.Sandbox {
		p.Sandbox = r.SandboxDir
		if p.Sandbox == "" {
			p.Sandbox = filepath.Join(j.Dir, j.Name+".sandbox")
		}
		p.real = p.Results
		p.Results = filepath.Join(p.Sandbox, sandboxLog(filepath.Base(p.real)))
		p.Lock = p.mark()
	}
	return p
}

// Resolve finds out where the log really is, so that two names of one log are
// one mailing. The directory must exist.
func (p *Paths) Resolve() {
	p.File = p.Results
	if file, err := private.Resolve(p.Results); err == nil {
		p.File = file // else making or reading it will tell the reason
	}
	p.Spool = p.File + ".spool"
}

// HaveDir reports whether the directory of the log is there.
func (p *Paths) HaveDir() bool {
	_, err := os.Stat(filepath.Dir(p.Results))
	return !errors.Is(err, fs.ErrNotExist)
}

// TryLock locks the mailing for a run, and resolves the paths. The holder is
// named in the lock file. It does not wait: a mailing that another run holds is
// an error of kind problem.Held.
func (p *Paths) TryLock(holder string) (*private.Lock, error) {
	if p.Sandbox != "" {
		if err := p.claimSandbox(); err != nil {
			return nil, err
		}
	}
	dir := filepath.Dir(p.Results)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, problem.Fail(problem.Exists, "there is no directory %s to keep the results log in", dir).WithHint("make it, or name another place with `results`")
	}
	p.Resolve()
	if err := p.CheckDir(); err != nil {
		return nil, err
	}
	lock, err := private.TryLock(p.Lock, holder)
	var held *private.HeldError
	if errors.As(err, &held) {
		return nil, problem.Fail(problem.Held, "another run holds this mailing: %s", held.Holder).WithHint("wait until it has ended")
	}
	if err != nil {
		return nil, (&problem.Error{Kind: problem.Exists, Err: err}).WithHint("see what %s.lock is; if it is not meant to be there, remove it", p.Lock)
	}
	if p.Sandbox != "" {
		if err := p.listLog(); err != nil {
			err = errors.Join(err, lock.Unlock())
			return nil, problem.Fail(problem.Exists, "listing the files of the sandbox: %w", err)
		}
	}
	return lock, nil
}

// RemoveSpool removes the spool that a run which was killed has left. The caller
// holds the lock.
func (p *Paths) RemoveSpool() error {
	if err := os.Remove(p.Spool); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return problem.Fail(problem.Exists, "removing an old spool: %w", err)
	}
	return nil
}

// Shown returns how a file beside the log is told: as the log is, where that
// leads to it.
func (p *Paths) Shown(file string) string {
	told := filepath.Join(filepath.Dir(p.Results), filepath.Base(file))
	if at, err := private.Resolve(told); err != nil || at != file {
		return file
	}
	return told
}
