package main

import "github.com/spf13/cobra"

// stateFlag registers the option for the directory of what is remembered beyond a mailing.
func stateFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "state", "", "keep the ledger of quotas in `DIR` (default $STATE_DIRECTORY, or mailshot in $XDG_STATE_HOME or ~/.local/state)")
}
