package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/job"
)

func (p *program) checkCommand() *cobra.Command {
	var o job.Options
	c := &cobra.Command{
		Use:   "check JOB",
		Short: "find all that can be known beforehand; send nothing",
		Long: `Check reads the job file, every row of the recipients, the templates and where
the password comes from, and makes every letter. It sends nothing, writes nothing
and does not talk to the server.`,
		Example: `  mailshot check renewal.yaml`,
		Args:    one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path = args[0]
			env := p.env(c.Context())
			env.State = stateDir(p.lookup, o.StateDir)
			r, err := job.Check(c.Context(), o, env)
			if err != nil {
				return err
			}
			p.stdout.print(checked(r))
			if r.Letters == 0 && r.Left.Nobody() {
				p.warn(nobody(r.Left))
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.Mailing, "mailing", "", "the mailing's `name`, for letters that show it")
	c.Flags().BoolVar(&o.SkipInvalid, "skip-invalid", false, "count bad rows instead of stopping at them")
	c.Flags().BoolVar(&o.Sandbox, "sandbox", false, "check for a sandbox run: the server is not looked at")
	stateFlag(c, &o.StateDir)
	return c
}

func checked(r *job.CheckReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: all well\n", r.Job)
	fmt.Fprintf(&b, "  %-10s %s, %s\n", "rows", clean(r.Recipients), plural(r.Rows, "row"))
	if r.Letters == 0 {
		fmt.Fprintf(&b, "  %-10s none\n", "letters")
	} else {
		fmt.Fprintf(&b, "  %-10s %d, %s … %s\n", "letters", r.Letters, clean(r.First), clean(r.Last))
		fmt.Fprintf(&b, "  %-10s %s\n", "subject", clean(r.Subject))
		if r.Copies != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "copies", clean(r.Copies))
		}
		fmt.Fprintf(&b, "  %-10s %s at most (row %d), %s in all\n", "size", octets(r.Largest), r.LargestRow, octets(r.Octets))
	}
	if left := leftOut(r.Left); left != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "left out", left)
	}
	if r.Signed != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "signed by", clean(r.Signed))
	}
	if r.Server != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "server", clean(r.Server))
	}
	b.WriteString(limits(&r.Limits))
	b.WriteString(columnTable(r.Columns))
	return b.String()
}

// limits says what holds a mailing up.
func limits(l *job.Limits) string {
	var b strings.Builder
	for _, line := range []struct{ name, value string }{
		{"rate", l.Rate}, {"", l.Hint}, {"quota", l.Quota}, {"ledger", l.Ledger}, {"full", l.Full}, {"window", l.Window}, {"time", l.Takes},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", line.name, clean(line.value))
		}
	}
	return b.String()
}

// octets returns a size as people say it.
func octets(n int64) string {
	unit, words := int64(1), []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return fmt.Sprintf("%d octets", n)
	}
	for len(words) > 1 && n >= 999_950*unit {
		unit *= 1000
		words = words[1:]
	}
	return fmt.Sprintf("%.1f %s", float64(n)/float64(1000*unit), words[0])
}
