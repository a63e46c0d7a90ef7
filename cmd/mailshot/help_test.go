package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// helpAt returns what the help of a command prints on so many columns.
func helpAt(t *testing.T, columns int, command ...string) string {
	t.Helper()
	var out strings.Builder
	p := commandLine()
	p.stdout = &printer{w: &out}
	p.lookup = func(name string) (string, bool) {
		return map[string]string{"COLUMNS": fmt.Sprint(columns)}[name], name == "COLUMNS"
	}
	root := p.root()
	root.SetArgs(append(command, "--help"))
	if err := root.Execute(); err != nil {
		t.Fatalf("%q --help: %v", command, err)
	}
	p.stdout.flush()
	return out.String()
}

// The help of run fits a narrow terminal and an ordinary one.
func TestHelpOfRun(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80} {
		golden := filepath.Join("testdata", "help", fmt.Sprintf("run.%d.txt", columns))
		got := helpAt(t, columns, "run")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("run --help on %d columns:\n%s\nwant\n%s", columns, got, want)
		}
	}
}

// No command's help has a line wider than the terminal, but for what can be typed as it stands.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	root := commandLine().root()
	commands := [][]string{nil}
	var walk func(c *cobra.Command, path []string)
	walk = func(c *cobra.Command, path []string) {
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				own := append(append([]string{}, path...), sub.Name())
				commands = append(commands, own)
				walk(sub, own)
			}
		}
	}
	walk(root, nil)
	for _, command := range commands {
		for _, columns := range []int{40, 80, 100} {
			for line := range strings.Lines(helpAt(t, columns, command...)) {
				line = strings.TrimSuffix(line, "\n")
				typed := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "  mailshot ") || strings.HasPrefix(line, "  # ")
				if wide := len([]rune(line)); wide > columns && !typed {
					t.Errorf("%q --help on %d columns has a line of %d: %s", command, columns, wide, line)
				}
			}
		}
	}
}
