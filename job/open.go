package job

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/jobfile/when"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
	"mailshot/template/branches"
)

// inputs are what the user and the job file name, opened, and read as far as that
// goes without the rows.
type inputs struct {
	options   Options
	env       Env
	start     time.Time
	ref       mailing.Ref
	test      *address.Address // nil: this is no test
	selection plan.Selection

	job    *jobfile.Job
	paths  mailing.Paths
	files  *attachment.Files
	digest string // of the letter
	id     string // the run's
	source io.ReadCloser
	filter *recipients.Filter
	warned atomic.Int32 // warnings that were told

	branches *branches.Set // of the templates; nil: nobody asks
}

// open loads the job and finds its files. Nothing is written yet.
func open(o Options, env Env) (*inputs, error) {
	in := &inputs{options: o, env: env.filled(), ref: o.ref(), selection: o.Selection}
	in.start = in.env.Now()
	warn := in.env.Warn
	in.env.Warn = func(text string) {
		in.warned.Add(1)
		warn(text)
	}
	if err := in.checkOptions(); err != nil {
		return nil, err
	}
	var err error
	if in.job, err = in.ref.LoadWith(in.env.Settings); err != nil {
		return nil, err
	}
	if err := in.job.CheckVariables(in.env.Variables, in.env.Warn); err != nil {
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	in.paths = in.ref.Paths(in.job)
	in.files = &attachment.Files{Job: in.job}
	if in.digest, err = in.job.MessageDigest(in.files.Digested); err != nil {
		return nil, in.letterError(err)
	}
	in.id = result.RunID(in.ref.RunName(in.job), in.start, in.digest)
	if in.source, err = recipients.Open(in.job, in.env.Stdin); err != nil {
		return nil, err
	}
	if in.filter, err = recipients.NewFilter(in.job); err != nil {
		return nil, errors.Join(err, in.source.Close())
	}
	return in, nil
}

func (in *inputs) checkOptions() error {
	o := &in.options
	if err := o.check(); err != nil {
		return err
	}
	if err := o.checkFleet(); err != nil {
		return err
	}
	if o.Fresh && in.env.Confirm == nil {
		return problem.Fail(problem.Usage, "--fresh asks, even with --yes, and nobody can be asked here, as there is no terminal")
	}
	if o.To == "" {
		return nil
	}
	to, err := address.Parse(o.To)
	if err != nil {
		return problem.Fail(problem.Usage, "--to %s: %w", o.To, err)
	}
	in.test = &to
	if !in.selection.Narrowed() && in.selection.Limit == 0 {
		in.selection.Limit = 1
	}
	return nil
}

// letterError returns the end for a file that the letter is made of.
func (in *inputs) letterError(err error) error {
	if fe, ok := errors.AsType[*jobfile.FileError](err); ok {
		return in.job.InputError(fe.Line, fe.Err)
	}
	return in.job.InputError(0, err)
}

// history returns that of the mailing's log, which is not read yet.
func (in *inputs) history() *mailing.History { return in.ref.History(in.paths, in.env.Files) }

// rate returns the pace of the run; a sandbox has none.
func (in *inputs) rate() when.Rate {
	switch {
	case in.options.Sandbox:
		return when.Rate{}
	case in.options.Rate.Count > 0:
		return in.options.Rate
	}
	return in.job.Delivery.Rate
}
