package server

import (
	"cmp"
	"context"
	"errors"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/secret/oauth"
	"mailshot/transport"
)

// SignIn returns the client of a job whose account signs in by OAuth, and what keeps its tokens. The
// endpoints of an issuer are not asked for: those of the sign-in are kept. secret reports whether the
// client's secret is read.
func SignIn(ctx context.Context, j *jobfile.Job, env Env, secret bool) (*oauth.Client, *oauth.Source, error) {
	o := &j.Server.OAuth
	c := &oauth.Client{Account: j.Server.Username, ID: o.ClientID, Scopes: o.Scopes, HTTP: env.OAuth.HTTP, Now: env.Now}
	if p, known := oauth.ProviderOf(o.Provider, o.Tenant); known {
		c.Endpoints, c.Extra, c.RedirectHost = p.Endpoints, p.Extra, p.RedirectHost
		if len(c.Scopes) == 0 {
			c.Scopes = p.Scopes
		}
	} else {
		c.Endpoints = oauth.Endpoints{Issuer: o.Issuer, Authorize: o.AuthorizationURL, Token: o.TokenURL, Device: o.DeviceURL}
	}
	if env.OAuth.Dir == "" {
		return nil, nil, problem.Fail(problem.Exists, "there is no place for the tokens of server.oauth").
			WithHint("set STATE_DIRECTORY, XDG_STATE_HOME or HOME, or name a directory with --state DIR")
	}
	if secret && !o.ClientSecret.IsZero() {
		var err error
		if c.Secret, err = o.ClientSecret.Read(ctx, j.SecretEnv(env.Secrets)); err != nil {
			if ctx.Err() != nil {
				return nil, nil, problem.InterruptedBy(ctx)
			}
			return nil, nil, problem.Fail(problem.BadJob, "server.oauth.client_secret: %w", err)
		}
	}
	return c, env.OAuth.Store().Source(c, o.Name()), nil
}

// authenticateByToken gives the dialer the account's tokens, and gets one.
func authenticateByToken(ctx context.Context, d *transport.Dialer, j *jobfile.Job, env Env) error {
	_, source, err := SignIn(ctx, j, env, true)
	if err != nil {
		return err
	}
	get := func(ctx context.Context, refused string) (string, error) {
		token, err := source.Token(ctx, refused)
		if err != nil && ctx.Err() == nil {
			err = signInError(j, env, err)
		}
		return token, err
	}
	token, err := get(ctx, "")
	if err != nil {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		return err
	}
	mechanism := j.Server.Auth
	if mechanism == "auto" {
		mechanism = ""
	}
	d.Auth = &transport.Auth{Mechanism: mechanism, Username: j.Server.Username, Password: token, Token: get}
	return nil
}

// signInError returns the end for a token that can't be had.
func signInError(j *jobfile.Job, env Env, err error) *problem.Error {
	login := j.LoginCommand(env.OAuth.State)
	var refused *oauth.RefusedError
	var ring *oauth.KeyringError
	var silent *oauth.UnreachableError
	switch {
	case errors.Is(err, oauth.ErrNotSignedIn):
		return problem.Fail(problem.AuthRefused, "%s: %w for %s", "server.oauth", err, j.Server.Username).WithHint("sign in: %s", login)
	case errors.As(err, &ring):
		return problem.Fail(problem.AuthRefused, "server.oauth: %w", err).WithHint("unlock it, or sign in anew: %s", login+" --store file")
	case errors.As(err, &refused) && refused.Code == "invalid_grant":
		return problem.Fail(problem.AuthRefused, "server.oauth: %w: the sign-in of %s has ended, or was taken back", err, j.Server.Username).WithHint("sign in anew: %s", login)
	case errors.As(err, &refused):
		return problem.Fail(problem.AuthRefused, "server.oauth: %w", err).WithHint("look at client_id and client_secret, and how the program is registered with the provider; then: %s", login)
	case errors.As(err, &silent):
		return problem.Fail(problem.Unreachable, "server.oauth: %w", err).WithHint("the provider gives no token just now; try again later")
	}
	return problem.Fail(problem.CantWrite, "server.oauth: %w", err)
}

// checkSignIn finds out whether the account has signed in. No token is read from a keyring, and the
// provider is asked nothing.
func checkSignIn(j *jobfile.Job, env Env) error {
	if o := &j.Server.OAuth; !o.ClientSecret.IsZero() {
		if err := o.ClientSecret.Check(j.SecretEnv(env.Secrets)); err != nil {
			return problem.Fail(problem.BadJob, "%s:%d: client_secret: %w", j.ServerPath(), o.ClientSecret.Line, err)
		}
	}
	_, source, err := SignIn(context.Background(), j, env, false)
	if err != nil {
		return err
	}
	if _, err := source.Look(); err != nil {
		return signInError(j, env, err)
	}
	return nil
}

// SignedIn says what is known of the account's sign-in, a line each; nothing if the job has none, or
// nobody has signed in.
func SignedIn(j *jobfile.Job, env Env) []string {
	if j.Server.OAuth.IsZero() || env.OAuth.Dir == "" {
		return nil
	}
	_, source, err := SignIn(context.Background(), j, env, false)
	if err != nil {
		return nil
	}
	k, err := source.Look()
	if err != nil {
		return nil
	}
	where := "in the keyring"
	if k.Store == oauth.InFile {
		where = "in " + source.Path()
	}
	lines := []string{
		k.Account + " signed in on " + k.Since.Local().Format("2 January 2006 at 15:04") + "; kept " + where,
		"for " + cmp.Or(k.Scope, "what the provider grants"),
	}
	if !k.Expiry.IsZero() {
		lines = append(lines, "the token is renewed from "+k.Expiry.Local().Format("2 January 2006 at 15:04")+" on")
	}
	return lines
}
