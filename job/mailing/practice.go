package mailing

import (
	"errors"
	"io/fs"
	"os"

	"mailshot/job/private"
	"mailshot/job/problem"
)

// A Practice is a directory of sandbox runs that a server without a run writes to. Messages that
// are in it stay.
type Practice struct {
	*SandboxList
	lock *private.Lock
}

// OpenPractice makes, or claims and locks, a directory for a server without a run, as a sandbox run
// would. option names it on the command line, and the holder is named in the lock file.
func OpenPractice(dir, option, holder string) (*Practice, error) {
	p := &Paths{Sandbox: dir, option: option}
	if err := p.claimDir(); err != nil {
		return nil, err
	}
	lock, err := private.TryLock(p.mark(), holder)
	var held *private.HeldError
	if errors.As(err, &held) {
		return nil, problem.Fail(problem.Held, "another run or server holds %s: %s", dir, held.Holder).WithHint("%s", p.elsewhere())
	}
	if err != nil {
		return nil, &problem.Error{Kind: problem.Exists, Err: err}
	}
	if _, err = os.Lstat(p.mark()); errors.Is(err, fs.ErrNotExist) {
		err = p.writeMark()
	}
	var list *SandboxList
	if err == nil {
		list, err = p.OpenSandboxList()
	}
	if err != nil {
		return nil, problem.Fail(problem.Exists, "listing the files of the sandbox: %w", errors.Join(err, lock.Unlock()))
	}
	return &Practice{list, lock}, nil
}

// Close closes the mark and leaves the directory to others.
func (p *Practice) Close() error { return errors.Join(p.SandboxList.Close(), p.lock.Unlock()) }
