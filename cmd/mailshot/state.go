package main

import (
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/events"
	"mailshot/job/jobfile"
)

// stateFlag registers the option for the directory of what is remembered beyond a mailing.
func stateFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "state", "", "keep the ledger of quotas in `DIR` (default $STATE_DIRECTORY, or mailshot in $XDG_STATE_HOME or ~/.local/state)")
}

// serverFlag registers the option for a file in the place of the job's server section.
func serverFlag(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, "server", "", "a `file` with the keys of the section server, in the place of the job's")
}

// ourVariables returns the names of the environment variables that look like ours, but for those that
// --after sets for its program, from which a run may be started.
func ourVariables(environ []string) (names []string) {
	told := make(map[string]bool)
	for _, v := range new(events.End).Environ() {
		name, _, _ := strings.Cut(v, "=")
		told[name] = true
	}
	for _, v := range environ {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, jobfile.VariablePrefix) && !told[name] {
			names = append(names, name)
		}
	}
	return names
}
