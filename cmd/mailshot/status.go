package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"mailshot/job"
	"mailshot/job/result"
)

func (p *program) statusCommand() *cobra.Command {
	var o job.Options
	sandbox := ""
	c := &cobra.Command{
		Use:   "status JOB",
		Short: "what became of each row",
		Long: `Status reads the results log and tells how many rows are in each state, and for
each row that failed or is unknown its key, its address and the server's reply.
It writes nothing.`,
		Example: `  mailshot status renewal.yaml
  mailshot status --mailing 2026-12 renewal.yaml`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path = args[0]
			if c.Flags().Changed("sandbox") {
				o.Sandbox = true
				if sandbox != noDir {
					o.SandboxDir = sandbox
				}
			}
			return p.status(c.Context(), o)
		},
	}
	fs := c.Flags()
	fs.StringVar(&o.Mailing, "mailing", "", "the mailing's `name`")
	fs.StringVar(&sandbox, "sandbox", "", "the log of the sandbox in `DIR`")
	fs.Lookup("sandbox").NoOptDefVal = noDir
	fs.BoolVar(&o.AcceptEdited, "accept-edited", false, "read a results log that another program changed")
	notYet(c, "json", "export")
	return c
}

func (p *program) status(ctx context.Context, o job.Options) error {
	var rows strings.Builder
	table := tabwriter.NewWriter(&rows, 0, 8, 2, ' ', 0)
	flush := func() {
		_ = table.Flush()
		p.stdout.say(rows.String())
		rows.Reset()
	}
	n := 0
	s, err := job.Status(o, p.env(ctx), func(r *result.Record) error {
		if n == 0 {
			fmt.Fprintln(table, "STATUS\tROW\tKEY\tADDRESS\tSTAGE\tREPLY")
		}
		if n++; n%1000 == 0 {
			flush()
		}
		state := string(r.Status)
		if r.Class != "" {
			state += " " + string(r.Class)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\n", state, r.Row, clean(r.Key), clean(r.Recipient), r.Stage, clean(replied(r)))
		return nil
	})
	if err != nil {
		return err
	}
	if !s.Begun {
		p.stdout.sayf("no record yet in %s; to begin: %s\n", clean(s.Results), o.Command("run"))
		return nil
	}
	if n > 0 {
		fmt.Fprintln(table)
	}
	flush()
	p.stdout.say(standing(s))
	return nil
}

// replied is what the server said, or what went wrong where it said nothing.
func replied(r *result.Record) string {
	if r.Code == 0 {
		return r.Error
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", r.Code, r.Enhanced, r.Reply)), " ")
}

func standing(s *job.StatusReport) string {
	var b strings.Builder
	for _, l := range []struct {
		name string
		n    int
	}{
		{"sent", s.Counts.Sent}, {"failed, temporary", s.Counts.Temporary}, {"failed, permanent", s.Counts.Permanent},
		{"unknown", s.Counts.Unknown}, {"skipped", s.Skipped},
	} {
		fmt.Fprintf(&b, "%7d  %s\n", l.n, l.name)
	}
	if s.Unread != nil {
		why, _, _ := strings.Cut(s.Unread.Error(), "\n")
		fmt.Fprintf(&b, "      ?  untried: %s\n", clean(why))
	} else {
		fmt.Fprintf(&b, "%7d  untried\n", s.Untried)
	}
	fmt.Fprintf(&b, "results %s\n", clean(s.Results))
	return b.String()
}
