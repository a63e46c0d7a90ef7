package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/manual"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/mailing"
	"mailshot/job/settle"
)

func (p *program) settleCommand() *cobra.Command {
	var ref mailing.Ref
	var s settle.Finding
	notSent := false
	c := &cobra.Command{
		Use:   "settle [flags] JOB [KEY…]",
		Short: "say what an unknown row is",
		Long: `Settle records what you found out about rows that are unknown: that they have
the message (--sent), or that they do not (--not-sent), after which rerun takes
them. --undo makes them unknown again. It takes unknown rows and those that were
settled, by key or by address, and all of the given ones or none. --from takes
the keys from a file such as status --export writes: from its key column, or
from its address column where the job has no key column.

` + manual.ExitStatus(),
		Example: `  mailshot settle --sent renewal.yaml ann@club.example
  mailshot settle --not-sent --note "asked the provider" renewal.yaml 0012,0019
  mailshot settle --not-sent --from unknown.csv renewal.yaml
  mailshot settle --undo renewal.yaml 0012`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) == 1 && s.From == "" {
				return usageError{fmt.Errorf("%s needs a job file and keys, or --from FILE: %s", c.CommandPath(), c.UseLine())}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := noneEmpty(c, args...); err != nil {
				return err
			}
			if given := howMany(s.Sent, notSent, s.Undo); given != 1 {
				return usageError{errors.New("what are they? either --sent or --not-sent; or --undo")}
			}
			ref.Path, s.Keys = args[0], args[1:]
			return p.settle(ref, s, p.env(c.Context()))
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.BoolVar(&s.Sent, "sent", false, "they have the message")
	fs.BoolVar(&notSent, "not-sent", false, "they do not have it")
	fs.BoolVar(&s.Undo, "undo", false, "they are unknown again, whatever was settled")
	fs.StringVar(&s.From, "from", "", "take the keys from this `file`, as status --export --status unknown writes it")
	fs.StringVar(&s.Note, "note", "", "a `text` that is kept in the results log: how you know")
	fs.StringVar(&ref.Mailing, "mailing", "", "the mailing's `name`")
	fs.BoolVar(&ref.AcceptEdited, "accept-edited", false, "read a results log that another program changed")
	return c
}

func (p *program) settle(ref mailing.Ref, s settle.Finding, env job.Env) error {
	r, err := settle.Record(ref, s, settle.Env{Now: env.Now, Holder: env.Holder, Files: env.Files})
	if err != nil {
		return err
	}
	state := "sent"
	switch {
	case s.Undo:
		state = "unknown again"
	case !s.Sent:
		state = "not sent"
	}
	for _, key := range r.Keys {
		p.stdout.printf("%s: %s\n", wording.Clean(key), state)
	}
	left := fmt.Sprintf("settled in %s", r.Results)
	if r.Unknown > 0 {
		left += fmt.Sprintf("; %s still unknown: %s", wording.Plural(r.Unknown, "row"), ref.Command("status"))
	}
	switch {
	case s.Undo:
	case s.Sent:
		left += ". Next: " + ref.Command("rerun")
	default:
		left += fmt.Sprintf(". A rerun sends to %s again; settle --undo takes it back. Next: %s", wording.Pick(len(r.Keys), "it", "these "+strconv.Itoa(len(r.Keys))), ref.Command("rerun"))
	}
	p.warn(left)
	return nil
}

// howMany returns how many of the flags are set.
func howMany(flags ...bool) (n int) {
	for _, set := range flags {
		if set {
			n++
		}
	}
	return n
}
