// Package completion tells a shell the values of arguments and options: job files, and what a job,
// its recipients and its results log have. It asks nobody, writes nothing, starts nothing and prints
// no error: what can't be read has no values.
//
//	completion.go  which argument and option has which values
//	list.go        words, also behind commas
//	job.go         the job that the command line names
//	values.go      what the job's files have
//	deadline.go    files that end when the time is over
package completion

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/job/plan"
	"mailshot/job/secret/oauth"
	"mailshot/job/status"
)

// An Env is what the program lends. Nil fields are what their comments say.
type Env struct {
	Faults []string         // what sandbox --fault takes, each with a tab and what it does
	Now    func() time.Time // nil: time.Now
}

// Add registers the values of all arguments and options below root. What has none that could be
// known gets none, rather than the names of files.
func Add(root *cobra.Command, e Env) {
	if e.Now == nil {
		e.Now = time.Now
	}
	e.addTo(root)
}

func (e Env) addTo(c *cobra.Command) {
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
		c.ValidArgsFunction = e.arguments(c.Name())
	}
	options := e.options()
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		values, ok := options[f.Name]
		if !ok {
			values = nothing
		}
		// An option that has values already keeps them.
		_ = c.RegisterFlagCompletionFunc(f.Name, values)
	})
	for _, sub := range c.Commands() {
		e.addTo(sub)
	}
}

// arguments returns the values of a command's arguments.
func (e Env) arguments(command string) cobra.CompletionFunc {
	switch command {
	case "run", "rerun", "check", "preview", "doctor", "status", "report", "login", "logout":
		return first(jobFiles)
	case "settle":
		return e.settle
	case "man":
		return first(directories)
	case "init":
		return first(files)
	}
	return nothing
}

// options returns the values of the options that have some, by their names.
func (e Env) options() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"only":    list(fixed(plan.StateNames())),
		"status":  list(fixed(status.StateNames())),
		"changed": one(fixed([]string{string(plan.SkipChanged), string(plan.SendChanged)})),
		"include": one(fixed([]string{"unknown"})),
		"fault":   list(fixed(e.Faults)),
		"mailing": one(e.mailings),
		"run":     one(e.runs),
		"key":     list(e.keys),
		"again":   list(e.keys),
		"sandbox": directories,
		"dir":     directories,
		"eml":     directories,
		"diff":    directories,
		"state":   directories,
		"store":   one(fixed([]string{oauth.InKeyring, oauth.InFile})),
		"server":  files,
		"trace":   files,
		"export":  files,
		"from":    files,
		"mbox":    files,
		"output":  files,
		"after":   files,
	}
}

func jobFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

func directories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func files(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// first has values for the first argument alone.
func first(values cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nothing(c, args, typed)
		}
		return values(c, args, typed)
	}
}

// settle completes the job file, and then the keys of rows that can be settled.
func (e Env) settle(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return jobFiles(c, args, typed)
	}
	given := args[1:]
	return list(func(j *job, typed string, most int) []string {
		return without(e.settled(j, typed, most+len(given)), given)
	})(c, args, typed)
}
