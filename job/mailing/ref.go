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

	Server string // a file in the place of the job's section server; "": there is none
}

// Load loads the job file.
func (r *Ref) Load() (*jobfile.Job, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return LoadWith(r.Path, jobfile.Outside{})
}

// LoadWith is Load with what is said outside the job file for its server: by the Ref, and in environment
// variables, which lookup returns; nil: there are none.
func (r *Ref) LoadWith(lookup func(string) (string, bool)) (*jobfile.Job, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return LoadWith(r.Path, jobfile.Outside{Server: r.Server, Lookup: lookup})
}

// LoadWith loads a job file with what is said outside of it.
func LoadWith(path string, o jobfile.Outside) (*jobfile.Job, error) {
	j, err := jobfile.LoadWith(path, o)
	switch {
	case err == nil:
		return j, nil
	case errors.As(err, new(*problem.Error)): // of another file
		return nil, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, notThere(path)
	}
	return nil, notAJob(path, err)
}

// check returns what is wrong with the reference itself.
func (r *Ref) check() error {
	if r.Mailing == "" {
		return nil
	}
	if err := jobfile.ValidMailing(r.Mailing); err != nil {
		return &problem.Error{Kind: problem.Usage, Err: err}
	}
	return nil
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
	if r.Server != "" && slices.Contains([]string{"run", "rerun", "check", "doctor", "login", "logout"}, verb) {
		args = append(args, "--server", r.Server)
	}
	args = append(append(args, more...), r.Path)
	for i := range args {
		args[i] = problem.Quote(args[i])
	}
	return strings.Join(args, " ")
}
