package job

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
	"mailshot/template/branches"
)

// A CheckReport says what a check has found well.
type CheckReport struct {
	Job        string
	Rows       int // in the recipients file
	Letters    int // that can be sent
	Left       plan.Left
	Skipped    plan.SkippedReasons
	First      string // recipient
	Last       string
	Subject    string // of the first letter
	Copies     string // who gets the first letter too: cc …; bcc …
	Octets     int64  // in all letters
	Largest    int64  // octets in the largest one
	LargestRow int
	Froms      []string // the domains of rows' own From, sorted
	Attached   []int    // where it differs: how many letters have how many attachments
	Server     string
	Limits     Limits
	Signed     string           // by whom, and with which kind of key; "" if not
	Recipients string           // the recipients file
	Columns    []columns.Column // that letters use

	Untaken []branches.Branch // of the templates, which no letter takes

	Letter *FirstLetter // nil: there is none
	Tested *TestSent    // nil: it is not asked, as in the sandbox
	Ref    mailing.Ref
}

// Check finds all that can be known before a run, and writes nothing.
func Check(ctx context.Context, o Options, env Env) (report *CheckReport, err error) {
	if env.Secrets.Prompt == nil { // a run may have the terminal that is not here
		env.Secrets.Prompt = func(context.Context, string) (string, error) { return "", errors.New("a check asks for no secret") }
	}
	in, err := open(o, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.source.Close()) }()
	in.paths.Resolve()
	in.branches = &branches.Set{}
	if err := in.paths.CheckDir(); err != nil {
		return nil, err
	}
	ready, server := in.prepare(ctx) // told together with what is wrong with the rows
	defer func() { err = both(server, err) }()
	sp, err := recipients.NewSpool("")
	if err != nil {
		return nil, problem.Fail(problem.Exists, "making a spool: %w", err)
	}
	defer func() { err = errors.Join(err, sp.Close()) }()
	b, err := in.readRows(ctx, sp, ready.dkim)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	c, err := b.check(ctx, in.history(), false, nil, sync.OnceValue(in.begins))
	if err != nil {
		return nil, err
	}
	skipped, err := c.plan.SkippedReasons()
	if err != nil {
		return nil, err
	}
	limits, err := in.checkLimits(&c)
	if err != nil {
		return nil, err
	}
	report = &CheckReport{
		Skipped: skipped, Limits: limits,
		Job: in.job.Name, Rows: b.table.Total, Letters: c.plan.Send.Len(), Left: c.plan.Left, Recipients: b.table.File,
		First: c.First, Last: c.Last, Subject: c.Subject, Server: in.serverWords(), Signed: letter.SignedBy(ready.dkim),
		Columns: c.Columns, Copies: c.Copies, Octets: c.Tally.Octets, Largest: c.Tally.Largest, LargestRow: c.Tally.LargestRow,
		Froms: slices.Sorted(maps.Keys(c.Tally.Froms)),
	}
	for n, branch := range in.branches.All() {
		if report.Letters > 0 && !c.Taken.Has(n) {
			report.Untaken = append(report.Untaken, branch)
		}
	}
	if report.Letter, err = firstLetter(b, &c); err != nil {
		return nil, err
	}
	if report.Ref = in.ref; !o.Sandbox {
		t := in.lastTest()
		report.Tested = &t
	}
	if b.letters.Attachments.Differ() {
		report.Attached = c.Tally.Attached
	}
	return report, nil
}

// begins reports whether the mailing's log has no record. One that can't be read
// is for the run to tell of.
func (in *inputs) begins() bool {
	if in.options.Sandbox {
		return true // a sandbox run begins anew
	}
	paths := in.paths
	if !paths.HaveDir() {
		return true
	}
	paths.Resolve()
	h := in.ref.History(paths, in.env.Files)
	defer func() { h.Fold.Free() }()
	return h.Read() != nil || !h.Begun()
}
