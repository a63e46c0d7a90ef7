// Package mailing knows where a mailing's files are, locks them, and reads and
// recovers what its log says. A mailing is one results log of a job.
package mailing

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// A Ref names a mailing, as the user did. The zero value but for Path is the
// mailing without a name.
type Ref struct {
	Path    string // the job file
	Mailing string // "" is the mailing without a name
	Test    bool   // the log of tests, which are no part of the mailing

	Sandbox    bool   // the log of sandbox runs
	SandboxDir string // "": NAME.sandbox beside the job file

	AcceptEdited bool // read a log that another program changed
}

// Load loads the job file.
func (r *Ref) Load() (*jobfile.Job, error) {
	if r.Mailing != "" {
		if err := jobfile.ValidMailing(r.Mailing); err != nil {
			return nil, &problem.Error{Kind: problem.Usage, Err: err}
		}
	}
	return Load(r.Path)
}

// Load loads a job file.
func Load(path string) (*jobfile.Job, error) {
	j, err := jobfile.Load(path)
	switch {
	case err == nil:
		return j, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, notThere(path)
	}
	return nil, notAJob(path, err)
}

// Command returns the command line that does verb to the mailing, ready to be
// typed into a shell. Flags that narrow the verb come first.
func (r *Ref) Command(verb string, flags ...string) string { return r.CommandWith(verb, flags) }

// CommandWith returns Command with further flags behind those of the mailing.
func (r *Ref) CommandWith(verb string, flags []string, more ...string) string {
	args := append([]string{"mailshot", verb}, flags...)
	if r.Sandbox {
		s := "--sandbox"
		if r.SandboxDir != "" {
			s += "=" + r.SandboxDir
		}
		args = append(args, s)
	}
	if r.Mailing != "" {
		args = append(args, "--mailing", r.Mailing)
	}
	begins := verb == "run" && !slices.Contains(flags, "--resume") && !slices.Contains(flags, "--fresh")
	if r.AcceptEdited && !begins {
		args = append(args, "--accept-edited")
	}
	args = append(append(args, more...), r.Path)
	for i := range args {
		args[i] = problem.Quote(args[i])
	}
	return strings.Join(args, " ")
}
