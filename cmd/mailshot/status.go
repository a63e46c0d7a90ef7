package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job/mailing"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/job/status"
)

// statusFlags are the options of status.
type statusFlags struct {
	mailing.Ref
	sandbox string
	json    bool
	export  status.ExportOptions
}

func (p *program) statusCommand() *cobra.Command {
	f := &statusFlags{}
	c := &cobra.Command{
		Use:   "status JOB",
		Short: "what became of each row",
		Long: `Status reads the results log and tells how many rows are in each state, what
failed and why, which rows are unknown and how to look them up, what each run
did, what is on its way while a run goes on, and which other mailings of the job
there are. It changes nothing.

Failures are grouped by what the server said; … stands for what differs from one
reply to the next. With --export the rows in one state are written to a new file
that has the shape of the recipients file, and the columns mailshot_status,
mailshot_reason, mailshot_time, mailshot_message_id and mailshot_advice.

EXIT STATUS
  0   the status is told, whatever it is
  2   the command line is wrong
  65  bad data: an edited log; with --export, the recipients
  66  an input file is missing
  73  the log can't be read; the file of --export is there already or can't be made
  74  the file of --export can't be written
  78  bad job file, or the log of another job
`,
		Example: `  mailshot status renewal.yaml
  mailshot status --mailing 2026-12 renewal.yaml
  mailshot status --export failed.csv --status failed renewal.yaml`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			f.Path = args[0]
			switch {
			case f.export.File != "":
				return p.export(c.Context(), f)
			case f.json:
				return p.statusJSON(c.Context(), f.Ref)
			}
			return p.status(c.Context(), f.Ref)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.Mailing, "mailing", "", "the mailing's `name`")
	fs.StringVar(&f.sandbox, "sandbox", "", "the log of the sandbox in `DIR`")
	fs.Lookup("sandbox").NoOptDefVal = noDir
	fs.BoolVar(&f.json, "json", false, "one JSON object, for programs")
	fs.StringVar(&f.export.File, "export", "", "write the rows in a state to a new `file`, as CSV; - is stdout")
	fs.StringVar(&f.export.Status, "status", "", "the `state` to export: sent, failed, unknown, skipped or untried")
	fs.StringVar(&f.export.Run, "run", "", "export by the records of this run `ID` alone")
	fs.BoolVar(&f.AcceptEdited, "accept-edited", false, "read a results log that another program changed")
	return c
}

// check holds that the flags go together, and completes the options.
func (f *statusFlags) check(c *cobra.Command) error {
	set := c.Flags().Changed
	switch {
	case set("export") && f.export.File == "":
		return usageError{errors.New("--export has no file")}
	case set("export") && !set("status"):
		return usageError{errors.New("--export needs a --status: sent, failed, unknown, skipped or untried")}
	case !set("export") && (set("status") || set("run")):
		return usageError{errors.New("--status and --run go with --export")}
	case set("export") && f.json:
		return usageError{errors.New("--export and --json do not go together")}
	}
	if set("sandbox") {
		f.Sandbox = true
		if f.sandbox != noDir {
			f.SandboxDir = f.sandbox
		}
	}
	return nil
}

// status tells how a mailing stands.
func (p *program) status(ctx context.Context, ref mailing.Ref) error {
	var t screen.Status
	s, err := status.Read(ctx, ref, p.statusEnv(ctx), func(r *result.Record) error {
		t.Unknown(r)
		return nil
	})
	if err != nil {
		return err
	}
	if !s.Begun {
		p.stdout.printf("no record yet in %s; to begin: %s\n", wording.Clean(s.Results), ref.Command("run"))
		p.stdout.print(screen.Mailings(s))
		return nil
	}
	p.stdout.print(t.Of(s, ref))
	return nil
}

// export writes rows to a file or to stdout.
func (p *program) export(ctx context.Context, f *statusFlags) error {
	x, name := f.export, f.export.File
	if name == "-" {
		x.File, x.Out, name = "", p.stdout.w, "standard output"
	}
	r, err := status.Export(ctx, f.Ref, p.statusEnv(ctx), x)
	if err != nil {
		return err
	}
	if r.Gone > 0 {
		has := "have"
		if r.Gone == 1 {
			has = "has"
		}
		p.warn(fmt.Sprintf("%s %s no row in %s any more", wording.Plural(r.Gone, "record"), has, r.Recipients))
	}
	told := fmt.Sprintf("%s to %s", wording.Plural(r.Rows, "row"), name)
	if f.export.File == "-" {
		p.warn(told)
		return nil
	}
	p.stdout.print(wording.Clean(told) + "\n")
	return nil
}

// statusEnv returns what the program lends to a look at a mailing.
func (p *program) statusEnv(ctx context.Context) status.Env {
	return status.Env{Stdin: untilDone(ctx, p.stdin), Secrets: secret.Env{Lookup: p.lookup}}
}
