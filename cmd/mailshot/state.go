package main

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// stateFlag registers the option for the directory of what is remembered beyond a mailing.
func stateFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "state", "", "keep the ledger of quotas in `DIR` (default $STATE_DIRECTORY, or mailshot in $XDG_STATE_HOME or ~/.local/state)")
}

// stateDir returns the directory of what is remembered beyond a mailing: the one that is given, or that
// of the service (systemd.exec(5), of several the first), or the user's (XDG Base Directory
// Specification, which ignores relative paths); "" if there is none.
func stateDir(lookup func(string) (string, bool), given string) string {
	get := func(name string) string {
		v, _ := lookup(name)
		if !filepath.IsAbs(v) {
			return ""
		}
		return v
	}
	first, _, _ := strings.Cut(get("STATE_DIRECTORY"), ":")
	below := func(dir string, elements ...string) string {
		if dir == "" {
			return ""
		}
		return filepath.Join(append([]string{dir}, elements...)...)
	}
	return cmp.Or(given, first, below(get("XDG_STATE_HOME"), "mailshot"), below(get("HOME"), ".local", "state", "mailshot"))
}
