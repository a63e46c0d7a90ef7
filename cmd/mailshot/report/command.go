// Package report is the command report: one page of HTML to hand on.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/problem"
	"mailshot/job/status"
	"mailshot/job/status/page"
)

// An Env is what the program lends to the command.
type Env struct {
	Out    io.Writer
	Status func(context.Context) status.Env
	Given  func(*cobra.Command, ...string) error // refuses options that are given and say nothing
	Args   cobra.PositionalArgs
}

// A command is one call of report.
type command struct {
	Env
	options page.Options
	sandbox string
	output  string
	force   bool
}

// noDir is what --sandbox without a directory sets.
const noDir = "NAME.sandbox"

// Command returns the command report.
func Command(e Env) *cobra.Command {
	p := &command{Env: e}
	c := &cobra.Command{
		Use:   "report [flags] JOB",
		Short: "one HTML page to hand on: who got the letter, who did not, and why",
		Long: `Report reads the results log and writes one page of HTML, which needs nothing else
and has no script in it: it opens from a mail, and prints on A4. It tells what was
sent by whom to how many, what failed and why and what to do, which rows are unknown,
what the domains, the times and the runs were, the letter as the job makes it today,
and the digest of the log. Rows are named up to some hundreds of each kind.

It has the figures of status, and changes neither log nor journal. Data in other
forms are those of status --json and status --export.

The page has names and addresses. --anonymous leaves them out, with all keys, cells
and replies; it names domains with five rows or more, and shows the letter as its
template.

The file is for its owner only. None is replaced but, with --force, an earlier
report, and none through a link.

EXIT STATUS
  0   the page is written
  2   the command line is wrong
  65  bad data: an edited log
  66  there is no job file, or no record in the log
  73  the log can't be read; the file is there already or can't be made
  74  the file can't be written
  78  bad job file, or the log of another job
  129, 130, 143  interrupted
`,
		Example: `  mailshot report renewal.yaml
  mailshot report --mailing 2026-12 renewal.yaml
  mailshot report --anonymous --output board.html renewal.yaml`,
		Args: e.Args,
		RunE: func(c *cobra.Command, args []string) error {
			if err := p.Given(c); err != nil {
				return err
			}
			p.options.Path = args[0]
			if c.Flags().Changed("sandbox") {
				p.options.Sandbox = true
				if p.sandbox != noDir {
					p.options.SandboxDir = p.sandbox
				}
			}
			return p.run(c.Context())
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&p.options.Mailing, "mailing", "", "the mailing's `name`")
	fs.StringVar(&p.sandbox, "sandbox", "", "the log of the sandbox in `DIR`")
	fs.Lookup("sandbox").NoOptDefVal = noDir
	fs.StringVar(&p.options.Run, "run", "", "by the records of this run `ID` alone")
	fs.BoolVar(&p.options.Anonymous, "anonymous", false, "without addresses, keys, names, cells and replies")
	fs.StringVar(&p.output, "output", "", "write to this `file`, instead of NAME.report.html beside the log; - is stdout")
	fs.BoolVar(&p.force, "force", false, "replace an earlier report")
	fs.BoolVar(&p.options.AcceptEdited, "accept-edited", false, "read a results log that another program changed")
	return c
}

// run makes the page and writes it.
func (p *command) run(ctx context.Context) error {
	r, err := page.Make(ctx, p.options, page.Env{Env: p.Status(ctx)})
	if err != nil {
		return err
	}
	if p.output == "-" {
		return r.Write(p.Out)
	}
	path := p.output
	if path == "" {
		path = r.DefaultName(p.options.Anonymous)
	}
	if err := refuse(path, r.Results); err != nil {
		return err
	}
	var may func(string) error
	if p.force {
		may = isReport
	}
	err = status.WriteNew(path, may, r.Write)
	var taken *problem.Error
	if errors.As(err, &taken) && !p.force && exists(path) {
		_ = taken.WithHint("add --force to replace an earlier report, or name another file with --output")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Out, "report in %s\n", wording.Clean(path))
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// refuse refuses the names that the log, its journal and the files beside it have, also while they are
// not there.
func refuse(path, log string) error {
	logs := []string{log}
	if real, err := filepath.EvalSymlinks(log); err == nil {
		logs = append(logs, real)
	}
	name := strings.ToLower(filepath.Base(path))
	for _, log := range logs {
		if strings.HasPrefix(name, strings.ToLower(filepath.Base(log))) && sameDir(filepath.Dir(path), filepath.Dir(log)) {
			return problem.Fail(problem.Usage, "--output %s: that is a name of the results log, or of a file that belongs to it", path)
		}
	}
	return nil
}

func sameDir(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// isReport returns why a file is none that report wrote.
func isReport(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	begin := make([]byte, page.MarkSize)
	if _, err := io.ReadFull(f, begin); err != nil || !page.Is(begin) {
		return errors.New("it is no report of mailshot")
	}
	return nil
}
