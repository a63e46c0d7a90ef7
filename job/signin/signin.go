// Package signin signs the account of a job in at its provider, and out.
package signin

import (
	"context"
	"errors"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/secret/oauth"
	"mailshot/job/server"
)

// Options say what to sign in, and how. The zero value but for Path signs in as the provider has it.
type Options struct {
	mailing.Ref
	Store   string // oauth.InKeyring or oauth.InFile; "": the keyring
	Browser bool   // in a browser of this machine, also where the provider has codes for other devices
}

// An Env is what the program lends. Its fields must be given.
type Env struct {
	server.Env
	Code func(oauth.Prompt) // is told what a person is to do
	Page func(url string)   // is told the page that a person is to open on this machine
}

// A Report says what was done.
type Report struct {
	Account  string
	Provider string
	Told     bool   // the provider said whose account it is
	Store    string // oauth.InKeyring or oauth.InFile
	Path     string // of the file
	Scope    string
	Revoked  bool  // Logout: the provider took the token back
	Why      error // Logout: why it did not; nil: it did
}

// Login signs in, and keeps the tokens.
func Login(ctx context.Context, o Options, env Env) (*Report, error) {
	j, err := load(o.Ref, env)
	if err != nil {
		return nil, err
	}
	client, source, err := server.SignIn(ctx, j, env.Env, true)
	if err != nil {
		return nil, err
	}
	where := o.Store
	if where == "" {
		where = oauth.InKeyring
	}
	if where == oauth.InKeyring { // before somebody signs in in vain
		if err := source.TryKeyring(); err != nil {
			return nil, problem.Fail(problem.AuthRefused, "%w", err).WithHint("%s --store file", j.LoginCommand(env.OAuth.State))
		}
	}
	if client.Endpoints.Token == "" {
		if client.Endpoints, err = oauth.Discover(ctx, env.OAuth.HTTP, j.Server.OAuth.Issuer); err != nil {
			return nil, ended(ctx, err)
		}
	}
	grant, err := signIn(ctx, client, o, env)
	if err != nil {
		return nil, ended(ctx, err)
	}
	k, err := source.Keep(ctx, grant, where)
	if err != nil {
		return nil, problem.Fail(problem.CantWrite, "keeping the tokens: %w", err)
	}
	return &Report{Account: k.Account, Provider: j.Server.OAuth.Name(), Told: grant.Account != "", Store: k.Store, Path: source.Path(), Scope: k.Scope}, nil
}

func signIn(ctx context.Context, client *oauth.Client, o Options, env Env) (oauth.Grant, error) {
	if client.Endpoints.Device != "" && !o.Browser {
		return client.Device(ctx, env.Code)
	}
	return client.Browser(ctx, env.Page)
}

// Logout takes the sign-in back, and forgets it.
func Logout(ctx context.Context, ref mailing.Ref, env Env) (*Report, error) {
	j, err := load(ref, env)
	if err != nil {
		return nil, err
	}
	_, source, err := server.SignIn(ctx, j, env.Env, true)
	if err != nil {
		return nil, err
	}
	k, err := source.Look()
	if errors.Is(err, oauth.ErrNotSignedIn) {
		return nil, problem.Fail(problem.NoInput, "%w for %s", err, j.Server.Username)
	}
	if err != nil {
		return nil, problem.Fail(problem.CantWrite, "%w", err)
	}
	r := &Report{Account: k.Account, Provider: j.Server.OAuth.Name(), Store: k.Store, Path: source.Path()}
	r.Revoked, r.Why, err = source.Forget(ctx)
	if err != nil {
		return nil, problem.Fail(problem.CantWrite, "forgetting the tokens: %w", err)
	}
	return r, nil
}

// load loads a job whose account signs in.
func load(ref mailing.Ref, env Env) (*jobfile.Job, error) {
	j, err := ref.LoadWith(env.Settings)
	if err != nil {
		return nil, err
	}
	if err := j.CheckServer(); err != nil {
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	if j.Server.OAuth.IsZero() {
		return nil, problem.Fail(problem.BadJob, "%s has no `server.oauth`, so nobody signs in", j.ServerPath()).
			WithHint("oauth: {provider: google, client_id: …} in the place of password; mailshot help oauth tells how")
	}
	return j, nil
}

// ended returns the end for a sign-in that came to nothing.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	var refused *oauth.RefusedError
	var account *oauth.AccountError
	var silent *oauth.UnreachableError
	e := problem.Fail(problem.AuthRefused, "%w", err)
	switch {
	case errors.As(err, &account):
		return e.WithHint("nothing was kept; sign in as %s, or change `username`", account.Want)
	case errors.As(err, &silent):
		return problem.Fail(problem.Unreachable, "%w", err).WithHint("try again later")
	case errors.As(err, &refused):
		return e.WithHint("%s", hint(refused.Code))
	}
	return e
}

// hint returns what to do about a refusal (RFC 6749, sections 4.1.2.1 and 5.2; RFC 8628, section 3.5).
func hint(code string) string {
	switch code {
	case "access_denied":
		return "nothing was kept; sign in again, and grant what is asked for"
	case "expired_token", "expired":
		return "nothing was kept; sign in again, and sooner"
	case "invalid_client", "unauthorized_client":
		return "look at client_id and client_secret, and for which kind of sign-in the program is registered; mailshot help oauth tells how"
	case "invalid_scope":
		return "look at scopes, and what the program is registered for"
	}
	return "nothing was kept; mailshot help oauth tells how a program is registered"
}
