package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"mailshot/cmd/mailshot/completion"
	"mailshot/cmd/mailshot/fleet"
	"mailshot/cmd/mailshot/manual"
	"mailshot/cmd/mailshot/practice"
	"mailshot/cmd/mailshot/preview"
	"mailshot/cmd/mailshot/report"
	"mailshot/cmd/mailshot/signin"
	"mailshot/cmd/mailshot/start"
	"mailshot/job"
	"mailshot/job/delivery/quota"
)

// root returns the command line.
func (p *program) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "mailshot",
		Short: "send a personal notice to everyone in a spreadsheet",
		Long: `mailshot sends a personal notice to everyone in a spreadsheet. A job file names
the recipients, the letter and the server. Everything is checked before the
first message leaves, each row's outcome is written to a results log, and what
failed is rerun from that log.`,
		Example: `  mailshot init members.csv              make a job of a spreadsheet
  mailshot check renewal.yaml            find what is wrong, send nothing
  mailshot preview renewal.yaml          look at the letters
  mailshot run --sandbox renewal.yaml    send all to a server inside mailshot
  mailshot doctor renewal.yaml           can this machine talk to the server?
  mailshot run renewal.yaml              check, ask, send, log
  mailshot rerun renewal.yaml            send what has not been sent`,
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usageError{unknownCommand(c, args[0])}
		},
	}
	c.SetOut(p.stdout)
	c.SetErr(p.stderr)
	c.SetIn(p.stdin)
	c.SetVersionTemplate("mailshot {{.Version}}\n")
	c.SetUsageTemplate(usageTemplate)
	c.SuggestionsMinimumDistance = 2
	c.AddCommand(p.runCommand(), p.rerunCommand(), p.checkCommand(), p.previewCommand(), p.doctorCommand(), p.statusCommand(), p.settleCommand(), p.versionCommand())
	c.AddCommand(explainCommand(p.stdin, p.askable, untilDone), schemaCommand(none), practice.Command(none, p.holder))
	c.AddCommand(report.Command(report.Env{Out: p.stdout.w, Status: p.statusEnv, Given: noneEmpty, Args: one("job file")}))
	signIn := signin.Env{Server: p.serverEnv, Say: p.warn, Result: func(text string) { p.stdout.print(text + "\n") }, Given: noneEmpty, Args: one("job file")}
	c.AddCommand(signin.Login(signIn), signin.Logout(signIn))
	c.AddCommand(start.Command(p.startEnv()))
	c.AddCommand(fleet.Work(fleet.Env{
		Worker: p.workEnv, State: func() string { return quota.Dir(p.lookup, "") }, Host: p.hostname, Given: noneEmpty, Args: one("NATS server's URL"),
	}))
	manual.Add(c, p.stdout.w, p.lookup, func(name string) error { return usageError{unknownCommand(c, name)} }, one("directory"))
	c.InitDefaultHelpCmd()
	c.InitDefaultCompletionCmd()
	completion.Add(c, completion.Env{Faults: practice.Names()})
	return c
}

func unknownCommand(c *cobra.Command, name string) error {
	err := fmt.Errorf("there is no command %q", name)
	if near := c.SuggestionsFor(name); len(near) > 0 {
		return fmt.Errorf("%w; did you mean %q?", err, slices.MinFunc(near, func(a, b string) int {
			return cmp.Compare(max(len(a)-len(name), len(name)-len(a)), max(len(b)-len(name), len(name)-len(b)))
		}))
	}
	return fmt.Errorf("%w (see mailshot --help)", err)
}

const usageTemplate = `Usage:{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{else}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasHelpSubCommands}}

Topics:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad (printf "help %s" .Name) 17}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" tells more about a command.{{end}}
`

func (p *program) previewCommand() *cobra.Command {
	e := preview.Env{
		Stdin: func(ctx context.Context) io.Reader { return untilDone(ctx, p.stdin) },
		Out:   p.stdout.w, Lookup: p.lookup, Warn: p.warn, Given: noneEmpty, Args: one("job file"),
	}
	if f, ok := p.stdout.w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		e.Terminal = f
	}
	return preview.Command(e)
}

// startEnv returns what the program lends to init.
func (p *program) startEnv() start.Env {
	e := start.Env{Out: p.stdout.print, Note: p.noteOf, Given: noneEmpty}
	e.Check = func(ctx context.Context, o job.Options) (*job.CheckReport, error) {
		return job.Check(ctx, o, p.env(ctx))
	}
	if p.askable {
		e.Say, e.Read = p.stderr.print, p.readLine
	}
	return e
}
