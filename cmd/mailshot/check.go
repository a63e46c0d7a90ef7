package main

import (
	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/tuning"
	"mailshot/job"
	"mailshot/job/delivery/quota"
	"mailshot/job/mailing"
	"mailshot/job/problem"
)

func (p *program) checkCommand() *cobra.Command {
	var o job.Options
	asJSON, config := false, false
	c := &cobra.Command{
		Use:   "check JOB",
		Short: "find all that can be known beforehand; send nothing",
		Long: `Check reads the job file, every row of the recipients, the templates and where
the password comes from, and makes every letter. It sends nothing, writes nothing
and does not talk to the server. It tells what goes to whom, what stands in the
columns that letters use, and how the first letter begins; preview shows letters
whole.`,
		Example: `  mailshot check renewal.yaml
  mailshot check --show-config renewal.yaml     the job as it holds`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path = args[0]
			if config {
				return p.showConfig(o.Ref)
			}
			tuning.ForChecking(p.lookup)
			env := p.env(c.Context())
			env.State = quota.Dir(p.lookup, o.StateDir)
			env.OAuth.Dir, env.OAuth.State = env.State, o.StateDir
			var warnings, notes []string
			if asJSON {
				env.Warn = func(text string) { warnings = append(warnings, text) }
				env.Note = func(text string) { notes = append(notes, text) }
			}
			r, err := job.Check(c.Context(), o, env)
			if r == nil {
				for _, text := range warnings { // an error is told as ever
					p.warn(text)
				}
				return err
			}
			if asJSON {
				if err := printJSON(p.stdout.w, checkJSON(r, warnings, notes)); err != nil {
					return err
				}
			} else {
				p.stdout.print(screen.Check(r, p.width()))
			}
			if o.SkipInvalid || r.Letters == 0 {
				p.warnSkipped(r.Skipped.Groups)
			}
			switch {
			case err != nil:
				return err
			case r.Letters > 0:
			case r.Left.Nobody():
				p.warn(screen.Nobody(r.Left))
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
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	c.Flags().BoolVar(&config, "show-config", false, "print the job as it holds, with what has each value, and check nothing else")
	stateFlag(c, &o.StateDir)
	serverFlag(c, &o.Server)
	c.MarkFlagsMutuallyExclusive("json", "show-config")
	return c
}

// showConfig prints a job with all that is said outside of its file.
func (p *program) showConfig(ref mailing.Ref) error {
	j, err := ref.LoadWith(p.lookup)
	if err != nil {
		return err
	}
	text, err := j.Config()
	if err != nil {
		return &problem.Error{Kind: problem.Internal, Err: err}
	}
	p.stdout.print(string(text))
	return nil
}
