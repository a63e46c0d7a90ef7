package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/tuning"
	"mailshot/job"
	"mailshot/job/delivery/quota"
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
			tuning.ForChecking(p.lookup)
			env := p.env(c.Context())
			env.State = quota.Dir(p.lookup, o.StateDir)
			r, err := job.Check(c.Context(), o, env)
			if err != nil {
				return err
			}
			p.stdout.print(checked(r))
			if o.SkipInvalid || r.Letters == 0 {
				p.warnSkipped(r.Skipped, r.Left)
			}
			switch {
			case r.Letters > 0:
			case r.Left.Nobody():
				p.warn(nobody(r.Left))
			case r.Left.Skipped+r.Left.NoFile > 0:
				p.warn("nobody is left to send to: correct the rows that are skipped")
				return &finished{exitSomeFailed}
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
	verdict := "all well"
	if r.Letters == 0 {
		verdict = "there is no letter to send"
	}
	fmt.Fprintf(&b, "%s: %s\n", r.Job, verdict)
	fmt.Fprintf(&b, "  %-10s %s, %s\n", "rows", clean(r.Recipients), plural(r.Rows, "row"))
	if r.Letters == 0 {
		fmt.Fprintf(&b, "  %-10s none\n", "letters")
	} else {
		fmt.Fprintf(&b, "  %-10s %d, %s … %s\n", "letters", r.Letters, clean(r.First), clean(r.Last))
		fmt.Fprintf(&b, "  %-10s %s\n", "subject", clean(r.Subject))
		if len(r.Froms) > 0 {
			fmt.Fprintf(&b, "  %-10s %s\n", "from", clean(someOf(r.Froms, 5)))
		}
		if r.Copies != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "copies", clean(r.Copies))
		}
		if words := attachedWords(r.Attached, r.Letters); words != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "attached", words)
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

// someOf returns the first few of some names.
func someOf(names []string, most int) string {
	if n := len(names) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n)
	}
	return strings.Join(names, ", ")
}

// attachedWords says how many letters have how many attachments: "1 to 70 of 80, 2 to 3". It is ""
// where nothing was counted.
func attachedWords(counts []int, letters int) string {
	var parts []string
	for files, n := range counts {
		if files > 0 && n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %d", files, n))
		}
	}
	if len(counts) == 0 {
		return ""
	}
	if len(parts) == 0 {
		return fmt.Sprintf("none to %d of %d", letters, letters)
	}
	parts[0] += fmt.Sprintf(" of %d", letters)
	return strings.Join(parts, ", ")
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
