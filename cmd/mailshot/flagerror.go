package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/job/problem"
)

// flagErrors returns what makes the errors of pflag those of a command line that can't be. args are
// the words of the command line.
func flagErrors(args []string) func(*cobra.Command, error) error {
	return func(c *cobra.Command, err error) error {
		var value *pflag.InvalidValueError
		if errors.As(err, &value) {
			return usageError{fmt.Errorf("--%s %s: that is no value for it (see %s --help)", value.GetFlag().Name, value.GetValue(), c.CommandPath())}
		}
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) && (c.Name() == "run" || c.Name() == "rerun" || !c.HasParent()) {
			if meant := meantBy[unknown.GetSpecifiedName()]; meant != "" {
				job := problem.Quote(cmp.Or(jobIn(c, args), "JOB"))
				return problem.Fail(problem.Usage, "%w", err).WithHint(meant, job)
			}
		}
		return usageError{fmt.Errorf("%w (see %s --help)", err, c.CommandPath())}
	}
}

// lookFirst is what those want who ask a run to send nothing.
const lookFirst = "mailshot check %[1]s finds what is wrong, mailshot preview %[1]s shows the letters; neither sends"

// meantBy has options of other programs, and how the same is done here.
var meantBy = map[string]string{
	"n": lookFirst, "dry-run": lookFirst, "dryrun": lookFirst, "dry": lookFirst, "no-send": lookFirst,
	"check": lookFirst, "preview": lookFirst,
	"simulate": "mailshot run --sandbox %s sends to a server inside mailshot; nothing leaves this machine",
	"test":     "mailshot run --to ADDRESS %s sends the first letter to this address alone",
}

// jobIn returns the job file of a command line that can't be parsed, as far as it can be known, or
// "".
func jobIn(c *cobra.Command, args []string) string {
	if before := c.Flags().Args(); c.HasParent() && len(before) > 0 {
		return before[0]
	}
	at := slices.IndexFunc(args, func(a string) bool { return filepath.Ext(a) == ".yaml" || filepath.Ext(a) == ".yml" })
	if at < 0 {
		return ""
	}
	return args[at]
}
