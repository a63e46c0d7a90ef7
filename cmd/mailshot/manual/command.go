package manual

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/job/problem"
)

// Add adds to the commands of root one for each topic, which "help NAME" shows on out, and help and man.
// lookup looks up the environment, unknown is the error for a topic that is not there, and directory
// judges the arguments of man.
func Add(root *cobra.Command, out io.Writer, lookup func(string) (string, bool), unknown func(string) error, directory cobra.PositionalArgs) {
	for _, t := range Topics() {
		c := &cobra.Command{Use: t.Name, Short: t.Title}
		c.SetHelpFunc(func(c *cobra.Command, _ []string) {
			fmt.Fprint(c.OutOrStdout(), screenOf(out, lookup).show("# "+t.Name+": "+t.Title+"\n"+t.text))
		})
		root.AddCommand(c)
	}
	addHelp(root, out, lookup)
	root.SetHelpCommand(helpCommand(unknown, func() int { return screenOf(out, lookup).width }))
	root.AddCommand(&cobra.Command{
		Use:   "man DIR",
		Short: "write the man pages into a directory",
		Long: `Man writes a man page for each command (section 1) and for each topic of the
manual (section 7) into man1 and man7 of DIR, which need not be there. Pages of
the same name are replaced.`,
		Example: "  mailshot man ~/.local/share/man",
		Args:    directory,
		RunE:    func(c *cobra.Command, args []string) error { return writeAll(c.Root(), args[0]) },
	})
}

// helpCommand tells of a command, shows a topic, or says which topics tell of a word, on as many columns
// as width returns.
func helpCommand(unknown func(string) error, width func() int) *cobra.Command {
	return &cobra.Command{
		Use:   "help [TOPIC]",
		Short: "the commands and topics, or one of them",
		Long: `Help without more lists the commands and the topics of the manual. It shows a
topic, or tells of a command as COMMAND --help does. Of another word it lists the
topics that tell of it.`,
		Example: "  mailshot help recipes\n  mailshot help greylisting",
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, sub := range c.Root().Commands() {
				if !sub.Hidden && len(args) == 0 {
					names = append(names, sub.Name()+"\t"+sub.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			found, rest, err := c.Root().Find(args)
			if err == nil && len(rest) == 0 && !found.Hidden {
				return found.Help()
			}
			word := strings.Join(args, " ")
			topics := search(word)
			if err == nil && found.Hidden || len(c.Root().SuggestionsFor(word)) > 0 || len(topics) == 0 {
				return unknown(word)
			}
			_, err = fmt.Fprint(c.OutOrStdout(), refill(listed(word, topics), width()))
			return err
		},
	}
}

// writeAll writes the man pages into man1 and man7 of dir.
func writeAll(root *cobra.Command, dir string) error {
	pages := make(map[string]string)
	for _, t := range Topics() {
		name := root.Name() + "-" + t.Name
		pages[filepath.Join("man7", name+".7")] = roff(name, "7", t.Title, t.text)
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		name := strings.ReplaceAll(c.CommandPath(), " ", "-")
		pages[filepath.Join("man1", name+".1")] = roff(name, "1", c.Short, commandPage(c))
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				walk(sub)
			}
		}
	}
	walk(root)
	for name, text := range pages {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			return &problem.Error{Kind: problem.CantWrite, Err: err}
		}
	}
	return nil
}

// commandPage returns what a command's help tells, as a page.
func commandPage(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## SYNOPSIS\n\n**%s**\n\n## DESCRIPTION\n\n", c.UseLine())
	text := c.Long
	if text == "" {
		text = c.Short
	}
	text, exits, found := strings.Cut(text, "EXIT STATUS\n")
	b.WriteString(fenced(text))
	if c.HasAvailableSubCommands() {
		b.WriteString("\n## COMMANDS\n\n| | |\n|---|---|\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "| `%s` | %s |\n", sub.Name(), sub.Short)
			}
		}
	}
	if !c.HasParent() {
		b.WriteString("\n## TOPICS\n\n| | |\n|---|---|\n")
		for _, t := range Topics() {
			fmt.Fprintf(&b, "| `help %s` | %s |\n", t.Name, t.Title)
		}
	}
	b.WriteString("\n## OPTIONS\n\n| | |\n|---|---|\n")
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		short := ""
		if f.Shorthand != "" {
			short = "-" + f.Shorthand + ", "
		}
		kind, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.TrimSpace(short+"--"+f.Name+" "+kind), usage)
	})
	if found {
		b.WriteString("\n## EXIT STATUS\n\n```\n" + exits + "```\n")
	}
	if c.Example != "" {
		b.WriteString("\n## EXAMPLES\n\n```\n" + c.Example + "\n```\n")
	}
	return b.String()
}

// fenced puts the indented lines of a plain text between lines that mark code.
func fenced(text string) string {
	var b strings.Builder
	in := false
	for l := range strings.Lines(text) {
		if indented := strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "\t"); indented != in && strings.TrimSpace(l) != "" {
			b.WriteString("```\n")
			in = indented
		}
		b.WriteString(l)
	}
	if in {
		b.WriteString("\n```\n")
	}
	return b.String()
}
