// Package preview is the command preview: letters on the screen, in files, and compared with others.
//
//	command.go  the command and its options
//	show.go     a letter on the screen
//	diff.go     what differs from earlier letters
//	pager.go    what shows more than a screen
//	web.go      all letters on a page for a browser
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/plan"
	"mailshot/job/preview"
	"mailshot/job/problem"
)

// An Env is what the program lends to the command.
type Env struct {
	Stdin    func(context.Context) io.Reader
	Out      io.Writer
	Terminal *os.File // what Out is; nil: it is no terminal
	Lookup   func(string) (string, bool)
	Warn     func(string)
	Given    func(*cobra.Command, ...string) error // refuses options that are given and say nothing
	Args     cobra.PositionalArgs
}

// A command is one call of preview.
type command struct {
	Env
	options preview.Options
	rows    string
	eml     string
	mbox    string
	dir     string // of earlier letters
	web     bool   // on a page
	listen  string
	left    bool // the reader has gone before the end
}

// Command returns the command preview.
func Command(e Env) *cobra.Command {
	p := &command{Env: e}
	c := &cobra.Command{
		Use:   "preview [flags] JOB",
		Short: "look at the letters; send nothing",
		Long: `Preview makes letters as a run would send them and shows what their readers get:
the header, the text, the HTML as text, and which files go with it. On a terminal
they are shown by $PAGER, or by less. It needs no server and no password, sends
nothing, does not look at the results log, and writes only what --eml and --mbox
name.

Without a choice it shows the first three letters, and with --eml, --mbox or --diff
it takes all. A row of --rows or --key that gets no letter is shown with the reason.
Each letter is looked at alone: check finds what is wrong with all of them together.

With --web all rows are on a page for a browser on this machine, to be searched, with
the HTML as a browser shows it and with what check says. It ends with Ctrl-C, and 0.

EXIT STATUS
  0   the letters are shown or written
  2   the command line is wrong
  65  bad data: in the templates, or a chosen row is bad
  66  an input file is missing
  69  the address of --web can't be listened on
  73  a file to be written is there already or can't be made
  74  a file can't be written
  78  bad job file
  129, 130, 143  interrupted
`,
		Example: `  mailshot preview renewal.yaml
  mailshot preview --key 0012 renewal.yaml
  mailshot preview --sample 5 --seed 1 renewal.yaml     five by chance, the same each time
  mailshot preview --outliers 5 renewal.yaml            the five that differ most
  mailshot preview --eml letters renewal.yaml           all, to open in a mail program
  mailshot preview --diff letters renewal.yaml          what changed since
  mailshot preview --web renewal.yaml                   all, in a browser`,
		Args: e.Args,
		RunE: func(c *cobra.Command, args []string) error {
			p.options.Path = args[0]
			if err := p.check(c); err != nil {
				return err
			}
			if p.web {
				return p.serve(c.Context())
			}
			return p.run(c.Context())
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&p.rows, "rows", "", "only these `rows`: 1-10,42")
	fs.StringSliceVar(&p.options.Keys, "key", nil, "only the rows with these `keys`: K,…")
	fs.IntVar(&p.options.Limit, "limit", 0, "`N` letters at most")
	fs.IntVar(&p.options.Sample, "sample", 0, "`N` letters by chance")
	fs.Uint64Var(&p.options.Seed, "seed", 1, "another `number` makes another sample")
	fs.IntVar(&p.options.Outliers, "outliers", 0, "the `N` letters that differ most: empty cells, long subjects, rare branches, size")
	fs.StringVar(&p.eml, "eml", "", "write each letter to a file of its own in `DIR`, as 000001.eml for row 1")
	fs.StringVar(&p.mbox, "mbox", "", "write the letters to one new `file`, for mail programs")
	fs.StringVar(&p.dir, "diff", "", "show what differs from the letters in `DIR`, which --eml or a sandbox left there")
	fs.BoolVar(&p.web, "web", false, "show all letters on a page for a browser on this machine")
	fs.StringVar(&p.listen, "listen", "127.0.0.1:0", "with --web, the `address` of the page; port 0 is one that is free")
	fs.StringVar(&p.options.Mailing, "mailing", "", "the mailing's `name`, for letters that show it")
	return c
}

// check holds that the flags go together, and completes the options.
func (p *command) check(c *cobra.Command) (err error) {
	if err := p.Given(c); err != nil {
		return err
	}
	if err := p.checkWeb(c); err != nil {
		return err
	}
	o := &p.options
	for _, n := range []struct {
		flag  string
		value int
	}{{"limit", o.Limit}, {"sample", o.Sample}, {"outliers", o.Outliers}} {
		if c.Flags().Changed(n.flag) && n.value < 1 {
			return problem.Fail(problem.Usage, "--%s %d: it is 1 or more", n.flag, n.value)
		}
	}
	if c.Flags().Changed("seed") && o.Sample == 0 {
		return problem.Fail(problem.Usage, "--seed goes with --sample")
	}
	if o.Rows, err = plan.ParseRanges(p.rows); err != nil {
		return problem.Fail(problem.Usage, "--rows %w", err).WithHint("rows are given as 1-10,42 or 13-")
	}
	writes := p.eml != "" || p.mbox != ""
	if writes && p.dir != "" {
		return problem.Fail(problem.Usage, "--diff goes with neither --eml nor --mbox")
	}
	o.All = writes || p.dir != ""
	return nil
}

// run makes the letters, and shows or writes them.
func (p *command) run(ctx context.Context) error {
	var r *preview.Report
	var err error
	switch {
	case p.dir != "":
		r, err = p.diff(ctx)
	case p.options.All:
		r, err = p.write(ctx)
	default:
		r, err = p.show(ctx)
	}
	if err != nil {
		return err
	}
	switch {
	case p.left:
	case r.Bad > 0:
		return problem.Fail(problem.BadData, "%s of %s %s no letter", wording.Plural(r.Bad, "row"), r.Recipients, wording.Pick(r.Bad, "is bad and has", "are bad and have")).
			WithHint("mailshot check %s says why", problem.Quote(p.options.Path))
	case r.Letters == 0:
		p.Warn("no letter: there is nobody to send to")
	case r.Letters < r.Candidates && p.options.Sample+p.options.Outliers+p.options.Limit == 0:
		p.Warn(fmt.Sprintf("the first %d of %d; --rows, --key, --sample and --outliers show others", r.Letters, r.Candidates))
	}
	return nil
}

func (p *command) letters(ctx context.Context, yield func(*preview.Letter) error) (*preview.Report, error) {
	return preview.Letters(ctx, p.options, preview.Env{Stdin: p.Stdin(ctx)}, yield)
}

// write writes the letters to files.
func (p *command) write(ctx context.Context) (r *preview.Report, err error) {
	if p.eml != "" {
		if err := preview.MakeDir(p.eml); err != nil {
			return nil, err
		}
	}
	var box *preview.Mbox
	if p.mbox != "" {
		if box, err = preview.NewMbox(p.mbox); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, box.Close()) }()
	}
	r, err = p.letters(ctx, func(l *preview.Letter) error {
		if l.Why != "" {
			p.Warn(plan.RowReason(l.Row, l.Why))
			return nil
		}
		if p.eml != "" {
			if err := l.WriteIn(p.eml); err != nil {
				return err
			}
		}
		if box == nil {
			return nil
		}
		return box.Add(l)
	})
	if err != nil {
		return nil, err
	}
	for _, to := range []string{p.eml, p.mbox} {
		if to != "" {
			fmt.Fprintf(p.Out, "%s to %s\n", wording.Plural(r.Letters, "letter"), wording.Clean(to))
		}
	}
	return r, nil
}
