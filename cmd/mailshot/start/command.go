// Package start has the command init.
package start

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/mailing"
	"mailshot/job/preset"
	"mailshot/job/problem"
	"mailshot/job/start"
)

// An Env is what the program lends to the command.
type Env struct {
	Out   func(text string) bool // what was found and made
	Note  func(text string)
	Check func(context.Context, job.Options) (*job.CheckReport, error)
	Given func(*cobra.Command, ...string) error

	// Say and Read put a question on the terminal, and read a line; nil: nobody is there.
	Say  func(text string) bool
	Read func(context.Context) (string, error)
}

// Command returns the command init.
func Command(e Env) *cobra.Command {
	var o start.Options
	c := &cobra.Command{
		Use:   "init [flags] [DIR | SHEET]",
		Short: "make a job of a spreadsheet, or a first one to look at",
		Long: `Init makes a job: the job file, the letter, and a .gitignore, beside the spreadsheet that
is named. It finds in which encoding a CSV file is, what stands between its cells, in which
line the columns are named, which of them have the address, the name and a number or code by
which rows are known, and how numbers and dates are written; and says what it saw. The server
is that of --preset or --host, or is known by the sender's domain. Without a spreadsheet there
is an example in DIR.

What is not known is asked on a terminal, one question at a time; elsewhere the options say it.
Nothing is guessed: what can be read in two ways is asked, or an error that names the option.
Nothing is written over: a file that is there is an error, and then nothing is made. The job is
checked as check --sandbox does, and run --sandbox sends it to a server inside mailshot at once.

EXIT STATUS
  0   made, and all well
  2   the command line is wrong, or does not say all
  65  the spreadsheet can't be read, or not in one way; or the job is made, and rows are bad
  66  the spreadsheet is missing
  73  a file is there already, or can't be made
  129, 130, 143  interrupted
`,
		Example: `  mailshot init members.csv
  mailshot init --from "Club Office <office@club.example>" --host smtp.club.example members.csv
  mailshot init newsletter                an example, in a new directory`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &problem.Error{Kind: problem.Usage, Err: fmt.Errorf("%s takes one directory or spreadsheet, not %d", c.CommandPath(), len(args))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := e.Given(c); err != nil {
				return err
			}
			if len(args) == 1 {
				o.Path = args[0]
			}
			return e.start(c.Context(), o)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&o.From, "from", "", "who the letters are from: an `address`, with a name before it or not")
	fs.StringVar(&o.Subject, "subject", "", "the `subject`, a template as the letter is")
	fs.StringVar(&o.Preset, "preset", "", "the provider of the account: a `name` of mailshot help presets")
	fs.StringVar(&o.Host, "host", "", "the `server` that takes the mail of the account")
	fs.StringVar(&o.Username, "username", "", "as whom the account signs in, a `name` (default: the address of --from)")
	fs.BoolVar(&o.HTML, "html", false, "make a letter in HTML, too")
	fs.StringVar(&o.Email, "email", "", "the `column` with the address")
	fs.StringVar(&o.Name, "name", "", "the `column` with the name; - is none")
	fs.StringVar(&o.Key, "key", "", "the `column` by which rows are known; - is none: the address")
	fs.StringVar(&o.Duplicates, "duplicates", "", "rows with one address: `first`, all or error")
	fs.StringVar(&o.Sheet, "sheet", "", "the `name` of the sheet with the recipients, where a spreadsheet has several")
	fs.StringVar(&o.Encoding, "encoding", "", "the `encoding` of a CSV file, such as windows-1252")
	fs.StringVar(&o.Delimiter, "delimiter", "", "what stands between the cells of CSV: a `character`, or tab")
	fs.IntVar(&o.Header, "header", 0, "the `line` with the names of the columns")
	fs.StringVar(&o.Numbers, "numbers", "", "how 1234.50 is written, such as `1.234,50`")
	fs.StringVar(&o.Dates, "dates", "", "how dates are written, such as `dd/mm/yyyy`")
	complete(c)
	return c
}

// complete registers the values of options that are other than those that options of the same names have
// elsewhere.
func complete(c *cobra.Command) {
	for name, values := range map[string][]string{
		"from": nil, "key": nil, "preset": preset.Names(), "duplicates": {"first", "all", "error"},
	} {
		of := cobra.FixedCompletions(nil, cobra.ShellCompDirectiveNoFileComp)
		if values != nil {
			of = func(_ *cobra.Command, _ []string, typed string) (found []string, _ cobra.ShellCompDirective) {
				for _, v := range values {
					if strings.HasPrefix(v, typed) {
						found = append(found, v)
					}
				}
				return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
			}
		}
		_ = c.RegisterFlagCompletionFunc(name, of) // the option is there
	}
}

// start makes the job, checks it, and tells what comes next.
func (e Env) start(ctx context.Context, o start.Options) error {
	var ask start.Asker
	if e.Read != nil {
		ask = e.ask
	}
	d, err := start.New(ctx, o, ask)
	if err != nil {
		return err
	}
	made, err := d.Write()
	if err != nil {
		return err
	}
	e.Out(told(d, made))
	for _, note := range d.Notes {
		e.Note(wording.Clean(note))
	}
	ref := mailing.Ref{Path: d.JobPath(), Sandbox: true}
	r, err := e.Check(ctx, job.Options{Ref: ref})
	if err != nil {
		if je, ok := errors.AsType[*problem.Error](err); ok {
			je.Hint = checkedHint(je.Hint, wording.Clean(command(d, "check")))
		}
		return err
	}
	e.Out(e.well(d, r))
	return nil
}

// checkedHint returns the hint of a check for a job that has just been made.
func checkedHint(hint, next string) string {
	more := strings.TrimPrefix(strings.TrimPrefix(hint, "nothing was sent; correct these"), ", ")
	if more != "" {
		more = ", " + more
	}
	return "the job is made; correct this" + more + ". Then: " + next
}

// told returns what was seen and made.
func told(d *start.Draft, made []string) string {
	var b strings.Builder
	for _, s := range d.Saw {
		fmt.Fprintf(&b, "  %-9s%s\n", s.What, wording.Clean(s.Words))
	}
	fmt.Fprintf(&b, "  %-9s%s\n", "made", wording.Clean(strings.Join(made, ", ")))
	if d.Dir != "." {
		fmt.Fprintf(&b, "  %-9s%s\n", "in", wording.Clean(d.Dir))
	}
	return b.String()
}

// well returns how the first letter begins, and which commands come next.
func (e Env) well(d *start.Draft, r *job.CheckReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-9s%s", "checked", wording.Plural(r.Letters, "letter"))
	if r.Letters > 0 {
		first := ""
		if r.Letter != nil {
			first, _, _ = strings.Cut(strings.TrimSpace(r.Letter.Text), "\n")
			first = ": " + first
		}
		fmt.Fprintf(&b, ", the first to %s%s", wording.Clean(r.First), wording.Clean(first))
	}
	fmt.Fprintf(&b, "\n\nNext: write the letter in %s. Then look at it, send a test to yourself, and send it:\n\n", wording.Clean(d.LetterFile()))
	for _, c := range []string{command(d, "preview", "--web"), command(d, "run", "--to", d.Sender()), command(d, "run")} {
		fmt.Fprintf(&b, "  %s\n", wording.Clean(c))
	}
	return b.String()
}

// command returns a command about the job, as it is typed.
func command(d *start.Draft, name string, flags ...string) string {
	ref := mailing.Ref{Path: d.JobPath()}
	return ref.Command(name, flags...)
}

// ask puts a question on the terminal.
func (e Env) ask(ctx context.Context, q start.Question) (string, error) {
	var b strings.Builder
	b.WriteString("\n" + wording.Clean(q.Text) + "\n")
	for i, c := range q.Choices {
		fmt.Fprintf(&b, "  %d  %s", i+1, wording.Clean(c.Value))
		if c.Words != "" {
			fmt.Fprintf(&b, "  (%s)", wording.Clean(c.Words))
		}
		b.WriteString("\n")
	}
	if q.Default != "" {
		fmt.Fprintf(&b, "[%s] ", wording.Clean(q.Default))
	}
	e.Say(b.String() + "> ")
	answer, err := e.Read(ctx)
	switch {
	case errors.Is(err, io.EOF):
		e.Say("\n")
		return "", problem.Fail(problem.Declined, "nothing was made")
	case err != nil:
		e.Say("\n")
		return "", problem.InterruptedBy(ctx)
	}
	return answer, nil
}
