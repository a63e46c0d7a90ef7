package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/cmd/mailshot/after"
	"mailshot/cmd/mailshot/events"
	"mailshot/cmd/mailshot/fleet"
	"mailshot/cmd/mailshot/manual"
	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/trace"
	"mailshot/cmd/mailshot/tuning"
	"mailshot/job"
	"mailshot/job/delivery"
	"mailshot/job/delivery/admission"
	"mailshot/job/delivery/quota"
	"mailshot/job/jobfile/when"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/reasons"
)

// sendFlags are the options that run and rerun share.
type sendFlags struct {
	job.Options
	sandbox string
	rows    string
	only    []string
	changed string
	rate    string
	at      string
	trace   string
	quiet   bool
	json    bool
	after   string
	noColor bool
}

// noDir is what --sandbox without a directory sets.
const noDir = "NAME.sandbox"

func (f *sendFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.Mailing, "mailing", "", "a `name` for this mailing, as 2026-12; each has a results log of its own")
	fs.StringVar(&f.sandbox, "sandbox", "", "send to a server inside mailshot, which keeps the messages in `DIR`")
	fs.Lookup("sandbox").NoOptDefVal = noDir
	fs.IntVar(&f.Limit, "limit", 0, "send `N` messages at most; the rest by a rerun")
	fs.StringVar(&f.rows, "rows", "", "only these `rows`: 1-10,42")
	fs.StringSliceVar(&f.Keys, "key", nil, "only the rows with these `keys`: K,…")
	fs.BoolVar(&f.SkipInvalid, "skip-invalid", false, "record bad rows as skipped instead of stopping")
	fs.BoolVar(&f.SameLetter, "same-letter", false, "send the letter also to those who have it by another mailing")
	fs.BoolVarP(&f.Yes, "yes", "y", false, "do not ask")
	fs.IntVar(&f.Workers, "workers", 0, "sessions open at once: `N`")
	fs.StringVar(&f.rate, "rate", "", "messages per time, as `50/5m` or 10/s")
	fs.BoolVar(&f.Wait, "wait", false, "go on by itself where a quota or a window ends a run")
	fs.StringVar(&f.at, "at", "", "begin at this `time`: 08:00, or 2026-12-01 08:00")
	fs.BoolVar(&f.Now, "now", false, "try although the server said that the account may send no more for a while")
	stateFlag(c, &f.StateDir)
	serverFlag(c, &f.Server)
	fleet.Run(fs, &f.Fleet)
	fs.StringVar(&f.trace, "trace", "", "write the protocol to a `file`, without secrets; - is stderr")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "say nothing but what is wrong")
	fs.BoolVar(&f.noColor, "no-color", false, "no colours; there are none yet")
	fs.BoolVar(&f.AcceptEdited, "accept-edited", false, "read a results log that another program changed")
	fs.BoolVar(&f.json, "json", false, "print what happens for programs, one JSON object a line, and no summary")
	fs.StringVar(&f.after, "after", "", "start this `executable` when the run has ended; it is told how by MAILSHOT_STATUS and the like")
}

// options makes the flags into options for a job.
func (f *sendFlags) options(c *cobra.Command, path string) (job.Options, error) {
	o := f.Options
	o.Path = path
	if c.Flags().Changed("sandbox") {
		o.Sandbox = true
		if f.sandbox != noDir {
			o.SandboxDir = f.sandbox
		}
	}
	if err := noneEmpty(c); err != nil {
		return o, err
	}
	for _, n := range []struct {
		flag  string
		value int
	}{{"workers", f.Workers}, {"limit", f.Limit}} {
		if c.Flags().Changed(n.flag) && n.value < 1 {
			return o, usageError{fmt.Errorf("--%s %d: it is 1 or more", n.flag, n.value)}
		}
	}
	if f.rate != "" {
		r, err := when.ParseRate(f.rate)
		if err != nil {
			return o, usageError{fmt.Errorf("--rate %s: %w", f.rate, err)}
		}
		o.Rate = r
	}
	if f.at != "" {
		at, err := when.ParseAt(f.at, time.Now())
		if err != nil {
			return o, usageError{fmt.Errorf("--at %s %w", f.at, err)}
		}
		o.At = at
	}
	return o, f.choice(&o)
}

// choice parses the flags that choose rows.
func (f *sendFlags) choice(o *job.Options) (err error) {
	if o.Rows, err = plan.ParseRanges(f.rows); err != nil {
		return &problem.Error{Kind: problem.Usage, Err: fmt.Errorf("--rows %w", err), Hint: "rows are given as 1-10,42 or 13-"}
	}
	if o.Changed, err = plan.ParseChanged(f.changed); err != nil {
		return usageError{fmt.Errorf("--changed %w", err)}
	}
	if o.Only, err = plan.ParseStates(f.only); err != nil {
		return usageError{fmt.Errorf("--only %w", err)}
	}
	return nil
}

// noneEmpty refuses flags and arguments that are given and say nothing, as
// --to "$ME" does where ME is not set: what was to be narrowed would not be.
func noneEmpty(c *cobra.Command, args ...string) (err error) {
	for _, a := range args {
		if strings.TrimSpace(a) == "" {
			return usageError{errors.New("an argument is empty")}
		}
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		empty := func(v string) bool { return strings.TrimSpace(v) == "" }
		if len(values) == 0 || slices.ContainsFunc(values, empty) && f.Name != "note" && f.Name != "sandbox" {
			err = usageError{fmt.Errorf("--%s is given and says nothing", f.Name)}
		}
	})
	return err
}

func (p *program) runCommand() *cobra.Command {
	f := &sendFlags{}
	c := &cobra.Command{
		Use:   "run [flags] JOB",
		Short: "check everything, ask, send, log",
		Long: `Run starts a mailing: it checks every row and letter, asks, tries the server with
one session, and sends. What became of each row is written to the results log.
A mailing that has begun is not run again: rerun goes on with it, and so does
run --resume, which does whatever is to be done and is made for cron.

` + manual.ExitStatus(),
		Example: `  mailshot run renewal.yaml
  mailshot run --sandbox renewal.yaml              nothing leaves this machine
  mailshot run --to me@club.example renewal.yaml   the first letter, to me
  mailshot run --mailing 2026-12 renewal.yaml      the same job, next month
  mailshot run --resume --yes renewal.yaml         begin it, or go on with it`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error { return p.send(c, f, args[0]) },
	}
	f.register(c)
	c.Flags().StringVar(&f.To, "to", "", "a test: send the first letter to this `address` instead (more with --limit, --rows, --key)")
	c.Flags().BoolVar(&f.Resume, "resume", false, "go on with the mailing if it has begun, as rerun does")
	f.changes(c, "with --resume: ")
	c.Flags().BoolVar(&f.Fresh, "fresh", false, "move the results log to an archive and begin anew; asks, since many may get a second copy")
	return c
}

func (p *program) rerunCommand() *cobra.Command {
	f := &sendFlags{}
	f.Rerun = true
	include := ""
	c := &cobra.Command{
		Use:   "rerun [flags] JOB",
		Short: "send what has not been sent",
		Long: `Rerun goes on with a mailing: it sends the rows that failed and those that were
never tried. Rows are known by their key, so the recipients file may have been
sorted, extended or corrected meanwhile. Nobody who was sent the letter, or may
have been sent it, gets another.

` + manual.ExitStatus(),
		Example: `  mailshot rerun renewal.yaml
  mailshot rerun --only temporary renewal.yaml
  mailshot rerun --include unknown renewal.yaml   also those who may have it already
  mailshot rerun --again 0012 renewal.yaml        one member once more`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			if include != "" && include != "unknown" {
				return usageError{fmt.Errorf("--include %s: only unknown rows can be included", include)}
			}
			f.IncludeUnknown = include == "unknown"
			return p.send(c, f, args[0])
		},
	}
	f.register(c)
	c.Flags().StringSliceVar(&f.only, "only", nil, "only rows in this `state`: temporary, permanent or untried")
	c.Flags().StringVar(&include, "include", "", "send rows in this `state` too: unknown, which the server may have")
	c.Flags().StringSliceVar(&f.Again, "again", nil, "send the rows with these `keys`, whatever became of them, and no others: K,…")
	f.changes(c, "")
	return c
}

// changes registers the options for what changed since an earlier run.
func (f *sendFlags) changes(c *cobra.Command, when string) {
	c.Flags().StringVar(&f.changed, "changed", "", when+"people whose key or address changed: `skip or send`")
	c.Flags().BoolVar(&f.ChangedLetter, "changed-letter", false, when+"the letter may differ from that of an earlier run")
}

// send runs or reruns a job, tells how it went, and starts what is to be started
// afterwards.
func (p *program) send(c *cobra.Command, f *sendFlags, path string) error {
	o, err := f.options(c, path)
	if err != nil {
		return err
	}
	afterwards := after.Program{Output: p.stderr}
	if afterwards.Path, err = after.Find(f.after); err != nil {
		return usageError{fmt.Errorf("--after %w", err)}
	}
	tuning.ForSending(p.lookup)
	p.stdout.detach()
	p.stderr.detach()
	teller := events.Teller{File: path, Mailing: o.Mailing}
	if f.json {
		teller.Print = p.printEvent
	}
	env := p.env(c.Context())
	if f.quiet {
		env.Note = nil // nothing is to mend
	}
	env.State = quota.Dir(p.lookup, f.StateDir)
	env.OAuth.Dir, env.OAuth.State = env.State, f.StateDir
	var withheld after.Withheld
	env.Secrets.Lookup = withheld.Lookup(p.lookup)
	report, err := p.runJob(c.Context(), o, f, env, &teller)
	status := p.ended(p.tell(report, o, f, err))
	p.stdout.flush() // so that there is room for the end
	end := teller.End(report, status, err)
	if status != exitUsage && status != exitHeld {
		afterwards.Environ = append(withheld.Environ(os.Environ()), end.Environ()...)
		p.runAfter(c.Context(), afterwards, f.after)
	}
	return &finished{status}
}

// runJob runs or reruns a job, and tells how that goes on.
func (p *program) runJob(ctx context.Context, o job.Options, f *sendFlags, env job.Env, teller *events.Teller) (*job.Report, error) {
	protocol, err := trace.Open(f.trace, p.stderr)
	if err != nil {
		return nil, err
	}
	if protocol != nil {
		env.Trace = protocol.Event
	}
	progress := p.newProgress(f)
	env.Step = teller.Step
	env.Event = func(e delivery.Event) {
		progress.event(e)
		teller.Event(e)
	}
	report, err := job.Run(ctx, o, env)
	progress.end()
	if protocol != nil {
		if err := protocol.Close(); err != nil {
			p.warn(err.Error())
		}
	}
	return report, err
}

// runAfter starts the program of --after, whose failure changes nothing.
func (p *program) runAfter(ctx context.Context, a after.Program, name string) {
	p.stdout.flush()
	p.stderr.flush()
	if ctx.Err() != nil { // the run was interrupted, and is over
		ctx = context.WithoutCancel(ctx)
	}
	if err := a.Run(ctx); err != nil {
		p.warn(fmt.Sprintf("--after %s: %v; the exit status is that of the run", name, err))
	}
}

// tell says how a run went, and gives the error whose status is the program's.
func (p *program) tell(r *job.Report, o job.Options, f *sendFlags, err error) error {
	if f.quiet && waitsAlone(r, err) {
		return &finished{exitStatus(err)}
	}
	if r == nil {
		return p.unsent(o, err)
	}
	if !f.quiet && !f.json {
		p.stdout.print(screen.Summary(r, o, p.width()))
		p.stdout.flush() // what is left to do comes last
	}
	return p.verdict(r, o, err)
}

// unsent says how to go on where the server could not be had.
func (p *program) unsent(o job.Options, err error) error {
	var je *problem.Error
	if !errors.As(err, &je) || je.Kind != problem.AuthRefused && je.Kind != problem.Unreachable && je.Kind != problem.Interrupted && je.Kind != problem.Limited {
		return err
	}
	p.complain(err)
	if je.Kind != problem.Interrupted && je.Kind != problem.Limited && !o.Sandbox {
		p.hint((&mailing.Ref{Path: o.Path, Server: o.Server}).Command("doctor") + " looks closer")
	}
	p.warn("nothing was sent" + screen.NextFrom(opening(err)) + o.Repeat())
	return &finished{exitStatus(err)}
}

// verdict says what is left to do, and gives the error whose status is the
// program's.
func (p *program) verdict(r *job.Report, o job.Options, err error) error {
	p.warnSkipped(r.Skipped)
	for _, line := range r.LeftOut {
		p.warn("left out: " + line)
	}
	if r.Left.Nobody() && r.Total == 0 {
		p.warn(screen.Nobody(r.Left))
	}
	if err != nil {
		p.complain(err)
	}
	for _, text := range r.Warnings {
		p.warn(text)
	}
	if len(r.Lost) > 0 {
		p.warn(fmt.Sprintf("maybe accepted, and in the journal alone: %s; the next run makes them unknown in the log", strings.Join(r.Lost, ", ")))
	}
	if doubt := screen.Doubt(r, o); doubt != "" {
		p.warn(doubt)
	}
	if left := screen.Remains(r); left != "" {
		p.warn(left + screen.Next(r, o, opening(err)))
	}
	status := outcomeStatus(r.Outcome())
	if err != nil && !(limited(err) && (status == exitSomeUnknown || status == exitSomeFailed)) {
		status = exitStatus(err)
	}
	if status != 0 {
		return &finished{status}
	}
	return nil
}

// waitsAlone reports whether a quota or a window of the job is all that ended a run: it goes on later,
// and nothing is wrong.
func waitsAlone(r *job.Report, err error) bool {
	var c *admission.Closed
	if !errors.As(err, &c) || !c.Own {
		return false
	}
	return r == nil || r.Outcome() == job.AllSent && len(r.Skipped)+len(r.LeftOut)+len(r.Lost)+len(r.Warnings) == 0
}

// opening returns from when a run may go on that a quota or a window ended; "" if none did.
func opening(err error) string {
	var c *admission.Closed
	if !errors.As(err, &c) {
		return ""
	}
	return when.Opening(c.Until, time.Now())
}

// limited reports whether a limit of the server ended a run: its rows say more.
func limited(err error) bool {
	var je *problem.Error
	return errors.As(err, &je) && je.Kind == problem.Limited
}

// warnSkipped tells why bad rows are left out, and which they are.
func (p *program) warnSkipped(groups []reasons.Group) {
	for _, line := range screen.Skipped(groups) {
		p.warn(line)
	}
}
