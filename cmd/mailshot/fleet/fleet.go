// Package fleet has the command work, and the options by which a run finds its workers.
package fleet

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/job/fleet"
	"mailshot/job/problem"
	"mailshot/job/work"
)

// Options registers the options of a fleet beside its address.
func Options(fs *pflag.FlagSet, a *fleet.Address) {
	fs.StringVar(&a.Credentials, "fleet-credentials", "", "a `file` that lets in to the NATS server: .creds, or the seed of an nkey")
	fs.StringVar(&a.CA, "fleet-ca", "", "a PEM `file` with the roots of the NATS server's certificate; TLS is used then on this machine, too")
}

// Run registers the options of a run.
func Run(fs *pflag.FlagSet, a *fleet.Address) {
	fs.StringVar(&a.URL, "fleet", "", "have workers on other machines send: the `URL` of a NATS server (see mailshot help fleet)")
	Options(fs, a)
}

// Doctor registers the options of a look at a fleet.
func Doctor(fs *pflag.FlagSet, a *fleet.Address) {
	fs.StringVar(&a.URL, "fleet", "", "look at the NATS server at this `URL`, and which idle workers of a fleet it leads to")
	Options(fs, a)
}

// An Env is what the program lends to the command.
type Env struct {
	Worker func(ctx context.Context, state string) work.Env
	State  func() string // where state is kept
	Host   string
	Given  func(*cobra.Command, ...string) error
	Args   cobra.PositionalArgs
}

// Work returns the command work.
func Work(e Env) *cobra.Command {
	o := &work.Options{}
	c := &cobra.Command{
		Use:   "work [flags] --server FILE URL",
		Short: "send for a run on another machine",
		Long: `Work sends rows of a run on another machine, which was begun with --fleet and the same
URL, of a NATS server that both reach. It may be started before the run and after it, and
goes on with the next run. Host, user and secret are its own, from the file of --server; a run for
another host or user is refused.

What it has of rows is kept in its state directory, so that after a crash or a power cut it
can say what became of each. Start it again with the same directory; never copy that.
The first interrupt lets sessions in flight finish. See mailshot help fleet.

EXIT STATUS
  2   the command line is wrong
  11  another worker has the state directory
  66  the file with the server section is missing
  69  the mail server or the NATS server can't be reached
  73  the state directory can't be made
  74  the state can't be written, or another worker has a copy of it
  77  the mail server refuses the login
  78  the file with the server section is wrong
  129, 130, 143  interrupted`,
		Example: `  mailshot work --server live.yaml --name east-1 nats://localhost
  mailshot work --server live.yaml --fleet-credentials worker.creds tls://nats.club.example`,
		Args: e.Args,
		RunE: func(c *cobra.Command, args []string) error {
			if err := e.Given(c, args...); err != nil {
				return err
			}
			o.Fleet.URL = args[0]
			return e.work(c, *o)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&o.Server, "server", "", "the `file` with the keys of the section server")
	fs.StringVar(&o.Name, "name", "", "what the run calls this worker; default: this host's `name`")
	fs.IntVar(&o.Sessions, "workers", 10, "sessions open at once: `N`")
	fs.StringVar(&o.State, "state", "", "keep what it has of rows in `DIR`, for this worker alone (default fleet/NAME in $STATE_DIRECTORY, or in mailshot in $XDG_STATE_HOME or ~/.local/state)")
	Options(fs, &o.Fleet)
	return c
}

// maxSessions is how many a worker opens at most.
const maxSessions = 1000

func (e Env) work(c *cobra.Command, o work.Options) error {
	usage := func(format string, args ...any) error {
		return &problem.Error{Kind: problem.Usage, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case o.Server == "":
		return usage("work needs the file with the server section: --server FILE")
	case o.Sessions < 1 || o.Sessions > maxSessions:
		return usage("--workers %d: it is 1 to %d", o.Sessions, maxSessions)
	}
	if o.Name == "" {
		o.Name = e.Host
	}
	if o.Name == "" || len(o.Name) > 64 || strings.ContainsFunc(o.Name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/\:`, r) }) {
		return usage("--name %s: letters, digits, - and . make a name", o.Name)
	}
	if o.State == "" {
		dir := e.State()
		if dir == "" {
			return usage("nobody says where state is kept: --state DIR")
		}
		o.State = filepath.Join(dir, "fleet", o.Name)
	}
	env := e.Worker(c.Context(), "")
	env.Tell(fmt.Sprintf("worker %s: waiting for a run at %s", o.Name, o.Fleet.URL))
	return work.Run(c.Context(), o, env)
}
