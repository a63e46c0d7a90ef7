package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/job/status"
)

// statusFlags are the options of status.
type statusFlags struct {
	mailing.Ref
	sandbox string
	json    bool
	states  string
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
reply to the next. With --status the rows in these states are listed, one a line:
sent, failed, temporary, permanent, unknown, skipped, untried, or several of them.
With --export, too, they are written to a new file that has the shape of the recipients file, and the columns mailshot_status,
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
  mailshot status --status permanent,skipped renewal.yaml
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
			case f.states != "":
				return p.list(c.Context(), f)
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
	fs.StringVar(&f.states, "status", "", "list the rows in these `states`: sent, failed, temporary, permanent, unknown, skipped, untried")
	fs.StringVar(&f.export.File, "export", "", "write these rows to a new `file`, as CSV; - is stdout")
	fs.StringVar(&f.export.Run, "run", "", "with --status: by the records of this run `ID` alone")
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
		return usageError{errors.New("--export needs a --status: sent, failed, temporary, permanent, unknown, skipped, untried, or several of them")}
	case set("run") && !set("status"):
		return usageError{errors.New("--run goes with --status")}
	case set("export") && f.json:
		return usageError{errors.New("--export and --json do not go together")}
	case set("status") && f.json:
		return usageError{errors.New("--status and --json do not go together")}
	}
	if set("status") {
		var err error
		if f.export.States, err = status.ParseStates(f.states); err != nil {
			return err
		}
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
	t := screen.Status{Columns: p.width()}
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
	p.warnGone(r)
	told := fmt.Sprintf("%s to %s", wording.Plural(r.Rows, "row"), name)
	if f.export.File == "-" {
		p.warn(told)
		return nil
	}
	p.stdout.print(wording.Clean(told) + "\n")
	return nil
}

// warnGone says how many records are of rows that the recipients file does not have.
func (p *program) warnGone(r *status.ExportReport) {
	if r.Gone > 0 {
		p.warn(fmt.Sprintf("%s %s no row in %s any more", wording.Plural(r.Gone, "record"), wording.Pick(r.Gone, "has", "have"), r.Recipients))
	}
}

// list prints rows, one a line.
func (p *program) list(ctx context.Context, f *statusFlags) error {
	out := bufio.NewWriter(p.stdout.w)
	r, err := status.List(ctx, f.Ref, p.statusEnv(ctx), f.export.States, f.export.Run, func(row status.ListedRow) error {
		if _, err := out.WriteString(screen.Row(row)); err != nil {
			return &problem.Error{Kind: problem.CantWrite, Err: fmt.Errorf("printing the rows: %w", err)}
		}
		return nil
	})
	if err := cmp.Or(err, out.Flush()); err != nil {
		return err
	}
	p.warnGone(r)
	p.warn(wording.Plural(r.Rows, "row"))
	return nil
}

// statusEnv returns what the program lends to a look at a mailing.
func (p *program) statusEnv(ctx context.Context) status.Env {
	return status.Env{Stdin: untilDone(ctx, p.stdin), Secrets: secret.Env{Lookup: p.lookup}}
}
