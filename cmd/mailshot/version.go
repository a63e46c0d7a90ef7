package main

import (
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "print the version",
		Example: "  mailshot version",
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			p.stdout.print("mailshot " + version() + "\n")
			return nil
		},
	}
}

// version returns what the build knows of itself.
func version() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	parts := []string{b.Main.Version}
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			parts = append(parts, s.Value)
		case s.Key == "vcs.time":
			parts = append(parts, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			parts = append(parts, "modified")
		}
	}
	return strings.Join(append(parts, b.GoVersion), " ")
}
