// Package signin has the commands login and logout.
package signin

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/secret/oauth"
	"mailshot/job/server"
	"mailshot/job/signin"
)

// An Env is what the program lends to the commands.
type Env struct {
	Server func(ctx context.Context, state string) server.Env
	Say    func(text string) // to the person, a line or several
	Result func(text string) // is what was done
	Given  func(*cobra.Command, ...string) error
	Args   cobra.PositionalArgs
}

// flags are the options of both commands.
type flags struct {
	signin.Options
	state  string
	noOpen bool
}

func (f *flags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.state, "state", "", "keep the tokens in `DIR` (default $STATE_DIRECTORY, or mailshot in $XDG_STATE_HOME or ~/.local/state)")
	fs.StringVar(&f.Server, "server", "", "a `file` with the keys of the section server, in the place of the job's")
}

const exitStatus = `EXIT STATUS
  0   done
  2   the command line is wrong
  66  the job file is missing; or nobody has signed in
  69  the provider can't be reached
  73  there is no place for the tokens
  74  the tokens can't be kept or removed
  77  the provider refuses, another account signed in, or the keyring is locked
  78  bad job file, or the client's secret can't be read
  129, 130, 143  interrupted
`

// Login returns the command login.
func Login(e Env) *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "login [flags] JOB",
		Short: "sign the account in, where the provider takes no password",
		Long: `Login signs the account of the job's server.oauth in. Where the provider has a code
for it, as Microsoft, you open a page on any device and type the code; else, as with
Google, a page opens in the browser of this machine, and --no-browser prints it.

What is kept is a token by which runs go on without you: in the keyring of the desktop,
or with --store file in a file for you only. What runs from cron, systemd or ssh has no
keyring, and needs --store file. A run never asks; one whose sign-in has ended says so.

` + exitStatus,
		Example: `  mailshot login renewal.yaml
  mailshot login --store file renewal.yaml     for cron, systemd and ssh
  mailshot login --no-browser renewal.yaml     print the page, do not open it`,
		Args: e.Args,
		RunE: func(c *cobra.Command, args []string) error {
			if err := e.Given(c); err != nil {
				return err
			}
			if f.Store != "" && f.Store != oauth.InKeyring && f.Store != oauth.InFile {
				return &problem.Error{Kind: problem.Usage, Err: fmt.Errorf("--store %s: it is %s or %s", f.Store, oauth.InKeyring, oauth.InFile)}
			}
			f.Path = args[0]
			return e.login(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.Store, "store", "", "keep the token in the `keyring or file`; default: keyring")
	c.Flags().BoolVar(&f.noOpen, "no-browser", false, "print the page to sign in instead of opening it")
	c.Flags().BoolVar(&f.Browser, "browser", false, "sign in in the browser of this machine, also where the provider has codes")
	f.register(c)
	return c
}

// Logout returns the command logout.
func Logout(e Env) *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "logout [flags] JOB",
		Short: "take a sign-in back, and forget it",
		Long: `Logout has the provider take the token of the job's server.oauth back, where it has a
way for that, and removes it from the keyring or its file, whether or not it could.

` + exitStatus,
		Example: `  mailshot logout renewal.yaml`,
		Args:    e.Args,
		RunE: func(c *cobra.Command, args []string) error {
			if err := e.Given(c); err != nil {
				return err
			}
			f.Path = args[0]
			return e.logout(c.Context(), f)
		},
	}
	f.register(c)
	return c
}

func (e Env) login(ctx context.Context, f *flags) error {
	env := signin.Env{Env: e.Server(ctx, f.state)}
	env.Code = func(p oauth.Prompt) {
		text := fmt.Sprintf("to sign in, open %s on any device, and type the code %s", wording.Clean(p.URL), wording.Clean(p.Code))
		if left := time.Until(p.Expires).Round(time.Minute); left > 0 {
			text += fmt.Sprintf("\nit is waited for, up to %s", wording.Plural(int(left/time.Minute), "minute"))
		}
		e.Say(text)
	}
	env.Page = func(page string) {
		if f.noOpen || open(page) != nil {
			e.Say("to sign in, open this page in a browser of this machine:\n" + wording.Clean(page))
			return
		}
		e.Say("a page to sign in opens in the browser; if none does, open this one there:\n" + wording.Clean(page))
	}
	r, err := signin.Login(ctx, f.Options, env)
	if err != nil {
		return err
	}
	if !r.Told {
		e.Say(fmt.Sprintf("the provider did not say whose account signed in; doctor shows whether the server takes it as %s", wording.Clean(r.Account)))
	}
	e.Result(fmt.Sprintf("%s is signed in, for %s; kept in %s", wording.Clean(r.Account), wording.Clean(r.Scope), kept(r)))
	e.Say("Next: " + ref(f).Command("doctor"))
	return nil
}

func (e Env) logout(ctx context.Context, f *flags) error {
	r, err := signin.Logout(ctx, f.Ref, signin.Env{Env: e.Server(ctx, f.state)})
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s is signed out", wording.Clean(r.Account))
	if r.Revoked {
		text += ", and the provider took the token back"
	} else {
		e.Say(fmt.Sprintf("the provider still has the token: %s; take it back in the account's security settings", wording.Clean(r.Why.Error())))
	}
	e.Result(text)
	return nil
}

func ref(f *flags) *mailing.Ref { return &mailing.Ref{Path: f.Path, Server: f.Server} }

func kept(r *signin.Report) string {
	if r.Store == oauth.InKeyring {
		return "the keyring"
	}
	return wording.Clean(r.Path)
}

// open opens a page in the browser.
func open(page string) error {
	var c *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		c = exec.Command("open", page)
	case "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", page)
	default:
		c = exec.Command("xdg-open", page)
	}
	if c.Err != nil {
		return errors.New("there is nothing that opens a browser")
	}
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }()
	return nil
}
