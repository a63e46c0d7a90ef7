package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What packages have for systemd and cron calls mailshot as it can be called, and so that a run goes on
// by itself and asks nobody.
func TestPackagedSchedules(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"systemd/mailshot@.service", "cron/mailshot"} {
		data, err := os.ReadFile(filepath.Join("packaging", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for line := range strings.Lines(string(data)) {
			_, command, found := strings.Cut(line, "mailshot run ")
			if !found {
				continue
			}
			calls++
			command, _, _ = strings.Cut(command, " ||")
			args := strings.Join(parseLine(t, name, "mailshot run "+strings.TrimSpace(command)), " ")
			if want := "run --resume --yes --quiet "; !strings.HasPrefix(args, want) || strings.Count(args, " ") != 4 {
				t.Errorf("%s calls mailshot with %q, want %q and a job", name, args, want)
			}
		}
		if calls == 0 {
			t.Errorf("%s does not call mailshot", name)
		}
	}
}
