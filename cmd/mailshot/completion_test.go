package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/cmd/mailshot/practice"
)

// completed returns the values that the shell is told for the last word, without what they are, and
// what it is to do with them.
func completed(t *testing.T, words ...string) (values []string, directive string) {
	t.Helper()
	var out strings.Builder
	p := commandLine()
	p.stdout = &printer{w: &out}
	root := p.root()
	root.SetArgs(append([]string{cobra.ShellCompRequestCmd}, words...))
	if err := root.Execute(); err != nil {
		t.Errorf("completing %q: %v", words, err)
	}
	p.stdout.flush()
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if directive = strings.TrimPrefix(word, ":"); directive == word {
			values = append(values, word)
		}
	}
	return values, directive
}

// What the shell is to do, by its number (cobra.ShellCompDirective).
var (
	shellFiles   = fmt.Sprint(int(cobra.ShellCompDirectiveDefault))
	shellDirs    = fmt.Sprint(int(cobra.ShellCompDirectiveFilterDirs))
	shellNothing = fmt.Sprint(int(cobra.ShellCompDirectiveNoFileComp))
	shellOrdered = fmt.Sprint(int(cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder))
	shellEndings = fmt.Sprint(int(cobra.ShellCompDirectiveFilterFileExt))
)

// Each argument and option has its values.
func TestCompletion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const rest = "\nmessage:\n  from: o@club.example\n  subject: x\n  text: letter.txt\n"
	file("people.csv", "id,email\n0001,ada@club.example\n0002,bert@club.example\n\"00,3\",cleo@club.example\n0001,dan@club.example\n,eve@club.example\n0104,no address\n")
	job := file("job.yaml", "version: 1\nrecipients:\n  file: people.csv\n  key: id"+rest)
	byMail := file("mail.yaml", "version: 1\nrecipients: people.csv"+rest)
	stdin := file("stdin.yaml", "version: 1\nrecipients: \"-\""+rest)
	broken := file("broken.yaml", "recipients: people.csv")
	large := file("large.yaml", "version: 1\nrecipients: people.csv"+rest+strings.Repeat("# more\n", 1<<20/7))
	yaml := []string{"yaml", "yml"}
	states := []string{"temporary", "permanent", "untried"}
	var faults []string
	for _, name := range practice.Names() {
		word, _, _ := strings.Cut(name, "\t")
		faults = append(faults, word)
	}

	for _, tt := range []struct {
		words     []string
		want      []string
		directive string
	}{
		{[]string{"run", ""}, yaml, shellEndings},
		{[]string{"rerun", "--yes", "jo"}, yaml, shellEndings},
		{[]string{"check", ""}, yaml, shellEndings},
		{[]string{"preview", ""}, yaml, shellEndings},
		{[]string{"doctor", ""}, yaml, shellEndings},
		{[]string{"status", ""}, yaml, shellEndings},
		{[]string{"report", ""}, yaml, shellEndings},
		{[]string{"settle", ""}, yaml, shellEndings},
		{[]string{"run", job, ""}, nil, shellNothing},
		{[]string{"settle", job, ""}, nil, shellOrdered},
		{[]string{"explain", ""}, nil, shellNothing},
		{[]string{"version", ""}, nil, shellNothing},
		{[]string{"sandbox", ""}, nil, shellNothing},
		{[]string{"man", ""}, nil, shellDirs},
		{[]string{"man", "x", ""}, nil, shellNothing},
		{[]string{"init", ""}, nil, shellFiles},
		{[]string{"init", "x", ""}, nil, shellNothing},
		{[]string{"init", "--preset", "gma"}, []string{"gmail"}, shellOrdered},
		{[]string{"init", "--key", ""}, nil, shellNothing},
		{[]string{"init", "--duplicates", ""}, []string{"first", "all", "error"}, shellOrdered},

		{[]string{"rerun", "--only", ""}, states, shellOrdered},
		{[]string{"rerun", "--only", "t"}, states[:1], shellOrdered},
		{[]string{"rerun", "--only", "temporary,"}, []string{"temporary,permanent", "temporary,untried"}, shellOrdered},
		{[]string{"status", "--status", "sent,un"}, []string{"sent,unknown", "sent,untried"}, shellOrdered},
		{[]string{"rerun", "--include", ""}, []string{"unknown"}, shellOrdered},
		{[]string{"rerun", "--changed", "s"}, []string{"skip", "send"}, shellOrdered},
		{[]string{"sandbox", "--fault", ""}, faults, shellOrdered},
		{[]string{"sandbox", "--fault", "slow=2s,dr"}, []string{"slow=2s,drop=5%"}, shellOrdered},
		{[]string{"run", "--sandbox="}, nil, shellDirs},
		{[]string{"preview", "--eml", ""}, nil, shellDirs},
		{[]string{"preview", "--mbox", ""}, nil, shellFiles},
		{[]string{"status", "--export", ""}, nil, shellFiles},
		{[]string{"report", "--output", ""}, nil, shellFiles},
		{[]string{"report", "--run", ""}, nil, shellOrdered},
		{[]string{"run", "--trace", ""}, nil, shellFiles},
		{[]string{"run", "--limit", ""}, nil, shellNothing},

		{[]string{"run", job, "--key", ""}, []string{"0001", "0002", "0104"}, shellOrdered},
		{[]string{"preview", job, "--key", "000"}, []string{"0001", "0002"}, shellOrdered},
		{[]string{"run", job, "--key", "0001,000"}, []string{"0001,0002"}, shellOrdered},
		{[]string{"rerun", job, "--again", "01"}, []string{"0104"}, shellOrdered},
		{[]string{"run", byMail, "--key", "b"}, []string{"bert@club.example"}, shellOrdered},
		{[]string{"run", stdin, "--key", ""}, nil, shellOrdered},
		{[]string{"run", broken, "--key", ""}, nil, shellOrdered},
		{[]string{"run", large, "--key", ""}, nil, shellOrdered},
		{[]string{"run", filepath.Join(dir, "none.yaml"), "--key", ""}, nil, shellOrdered},
		{[]string{"run", dir, "--mailing", ""}, nil, shellOrdered},
		{[]string{"status", broken, "--run", ""}, nil, shellOrdered},
	} {
		values, directive := completed(t, tt.words...)
		if !slices.Equal(values, tt.want) || directive != tt.directive {
			t.Errorf("%q is completed by %q, and directive %s; want %q and %s", tt.words, values, directive, tt.want, tt.directive)
		}
	}
}

// No option with a value, and no command, is left to the names of files by mistake.
func TestCompletionLeavesNoneOut(t *testing.T) {
	t.Parallel()
	files := []string{"trace", "export", "from", "mbox", "output", "after", "server"}
	for _, c := range commandLine().root().Commands() {
		if c.ValidArgsFunction == nil {
			t.Errorf("%s: nothing completes its arguments", c.Name())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			values, ok := c.GetFlagCompletionFunc(f.Name)
			if !ok {
				t.Errorf("%s --%s: nothing completes it", c.Name(), f.Name)
				return
			}
			if _, d := values(c, nil, ""); d == cobra.ShellCompDirectiveDefault && !slices.Contains(files, f.Name) {
				t.Errorf("%s --%s is completed by files", c.Name(), f.Name)
			}
		})
	}
}
