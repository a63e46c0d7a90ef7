package job

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
	"mailshot/job/server"
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
	Settings   string // what comes from outside the job file, and from where; "" if nothing does
	Limits     Limits
	Signed     string           // by whom, and with which kind of key; "" if not
	Recipients string           // the recipients file
	Columns    []columns.Column // that letters use

	Untaken []branches.Branch // of the templates, which no letter takes

	Letter *FirstLetter // nil: there is none
	Tested *TestSent    // nil: it is not asked, as in the sandbox
	Begun  *Begun       // nil: the mailing has not begun
	Ref    mailing.Ref

	Unready bool // the letters are well, and what the server section needs is not: see the error
}

// Check finds all that can be known before a run, and writes nothing. Where the server section alone
// is at fault, there is a report beside the error.
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
	log := sync.OnceValue(in.log)
	defer func() { log().Free() }()
	c, err := b.check(ctx, in.history(), false, nil, func() bool { return log() == nil })
	if err != nil {
		return nil, err
	}
	begun, left, err := in.begun(b, &c, log())
	if err != nil {
		return nil, err
	}
	skipped, err := c.plan.SkippedReasons()
	if err != nil {
		return nil, err
	}
	limits, err := in.checkLimits(&c, left)
	if err != nil {
		return nil, err
	}
	report = &CheckReport{
		Skipped: skipped, Limits: limits, Begun: begun, Unready: server != nil,
		Job: in.job.Name, Rows: b.table.Total, Letters: c.plan.Send.Len(), Left: c.plan.Left, Recipients: b.table.File,
		First: c.First, Last: c.Last, Subject: c.Subject, Server: in.serverWords(), Settings: in.settings(), Signed: letter.SignedBy(ready.dkim),
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

// A Begun is how far a mailing is that has begun.
type Begun struct {
	Since   time.Time
	Words   string // what its log says: "328 sent, 12 failed"
	Results string // path of the log
	Left    int    // rows that a rerun would send

	Practised bool // what is sent went to mailshot sandbox: nobody has it
}

// log returns what the mailing's log says. It is nil if that has no record, or can't be read, which is
// for the run to tell of.
func (in *inputs) log() *mailing.History {
	if in.options.Sandbox {
		return nil // a sandbox run begins anew
	}
	paths := in.paths
	if !paths.HaveDir() {
		return nil
	}
	paths.Resolve()
	h := in.ref.History(paths, in.env.Files)
	if h.Read() != nil || !h.Begun() {
		h.Free()
		return nil
	}
	return h
}

// begun returns how far the mailing of a log is, if there is one, and how many letters are still to be
// sent. It warns of one that went to mailshot sandbox where the job's server is another machine.
func (in *inputs) begun(b *batch, c *checked, log *mailing.History) (begun *Begun, left int, err error) {
	if log == nil {
		return nil, c.plan.Send.Len(), nil
	}
	p, err := b.choose(log, true)
	if err != nil {
		return nil, 0, err
	}
	is, err := log.Kind()
	if err != nil {
		return nil, 0, err
	}
	if is == mailing.Practised && !server.OnThisMachine(in.job) {
		in.env.Warn(practisedBefore(&in.options, log).Error())
	}
	left = p.Send.Len()
	return &Begun{log.Fold.Runs()[0].First, log.Words(), log.Path, left, is == mailing.Practised}, left, nil
}
