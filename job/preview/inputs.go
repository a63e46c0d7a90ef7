package preview

import (
	"context"
	"errors"
	"io"
	"time"

	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/jobfile"
	"mailshot/job/letter"
	"mailshot/job/plan"
	"mailshot/job/preflight"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
	"mailshot/template/branches"
)

// inputs are what the job names, read, and which of its rows are shown.
type inputs struct {
	options Options
	start   time.Time
	job     *jobfile.Job
	source  io.ReadCloser
	filter  *recipients.Filter
	spool   *recipients.Spool
	table   *recipients.Table
	letters *letter.Letters
	plan    *plan.Plan

	branches *branches.Set // of the templates, where outliers are looked for; else nil

	shown   index.Bits     // rows that are handed out, with a letter or with the reason why there is none
	because map[int]string // why a row is among the outliers
	report  Report
}

// open reads the job, the rows and the templates. Bad rows are kept, as those that are chosen are told.
func open(ctx context.Context, o Options, env Env) (in *inputs, err error) {
	in = &inputs{options: o, start: env.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if in.job, err = o.Load(); err != nil {
		return in, err
	}
	if in.source, err = recipients.Open(in.job, env.Stdin); err != nil {
		return in, err
	}
	if in.filter, err = recipients.NewFilter(in.job); err != nil {
		return in, err
	}
	if in.spool, err = recipients.NewSpool(""); err != nil {
		return in, problem.Fail(problem.Exists, "making a spool: %w", err)
	}
	in.table, err = recipients.NewTable(ctx, in.source, in.job, in.filter, in.spool, recipients.NewRejected(true))
	if err != nil {
		return in, err
	}
	if err := in.parse(env); err != nil {
		return in, err
	}
	return in, in.table.Read(ctx)
}

// parse parses the templates, which needs the columns.
func (in *inputs) parse(env Env) (err error) {
	if in.options.Outliers > 0 {
		in.branches = &branches.Set{}
	}
	in.letters, err = letter.New(letter.Config{
		Job: in.job, Columns: in.table.Columns, Files: &attachment.Files{Job: in.job}, Mailing: in.options.Mailing,
		Now: in.start, Random: env.Random, Suppressed: in.filter.SuppressedBy, Branches: in.branches,
	})
	where := in.filter.Parse(in.job, in.table.Columns, in.start, in.options.Mailing)
	if where != nil || err != nil {
		return letter.Problems(errors.Join(append(problem.Split(where), problem.Split(err)...)...))
	}
	return nil
}

// close frees what was opened, as far as it was.
func (in *inputs) close() error {
	if in.table != nil {
		in.table.Free()
	}
	err := in.letters.Close()
	if in.spool != nil {
		err = errors.Join(err, in.spool.Close())
	}
	if in.source != nil {
		err = errors.Join(err, in.source.Close())
	}
	return err
}

// makePlan chooses the rows by what was asked for and by what is known of them without their letters.
func (in *inputs) makePlan() (err error) {
	o := &in.options
	paths := o.Paths(in.job)
	paths.Resolve()
	selection := o.Selection
	selection.Limit = 0
	in.plan, err = plan.New(in.table, o.History(paths, nil), plan.Params{Selection: selection, Test: true})
	if key, ok := errors.AsType[*plan.KeyError](err); ok {
		return problem.Fail(problem.BadData, "--key %w", key)
	}
	if err != nil {
		return err
	}
	in.report = Report{Recipients: in.table.File, Rows: in.table.Total, Candidates: in.plan.Send.Len()}
	return nil
}

// choose chooses the rows, and looks at their letters as a check does.
func (in *inputs) choose(ctx context.Context) (err error) {
	if err := in.makePlan(); err != nil {
		return err
	}
	o := &in.options
	if o.Outliers > 0 {
		return in.chooseOutliers(ctx)
	}
	if o.Sample > 0 {
		in.plan.Send = sample(&in.plan.Send, o.Sample, o.Seed)
	}
	in.plan.Send = first(&in.plan.Send, o.limit())
	in.shown = first(&in.plan.Send, 0)
	if o.Narrowed() && o.Limit+o.Sample == 0 {
		if err := in.showLeft(ctx); err != nil {
			return err
		}
	}
	return in.look(ctx, nil)
}

// first returns the first members of a set; most is 0 for all of them.
func first(set *index.Bits, most int) (chosen index.Bits) {
	for n := range set.All() {
		chosen.Add(n)
		if chosen.Len() == most {
			break
		}
	}
	return chosen
}

// showLeft adds the rows that were asked for by number or key and get no letter.
func (in *inputs) showLeft(ctx context.Context) error {
	return in.plan.Skips(false, true).Each(ctx, in.spool, func(r *recipients.Row, _ recipients.Reason) error {
		in.shown.Add(r.Number)
		return nil
	})
}

// look makes the letters that are chosen once, and sets apart the rows that are bad. seen may be nil.
func (in *inputs) look(ctx context.Context, seen preflight.Seen) error {
	look := in.check(seen)
	look.Test, look.Warn, look.Note = true, func(string) {}, func(string) {}
	_, err := look.Run(ctx)
	return err
}

// check returns a check of the letters in the plan.
func (in *inputs) check(seen preflight.Seen) *preflight.Check {
	return &preflight.Check{
		Table: in.table, Spool: in.spool, Plan: in.plan, Letters: in.letters, MessageID: in.letters.MessageID,
		Date: in.start, Rules: columns.New(in.job, in.table.Columns), Seen: seen,
	}
}
