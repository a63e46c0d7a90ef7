package oauth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// A Grant is what a sign-in gives.
type Grant struct {
	Account string // that signed in; "": the provider did not say
	Tokens  Tokens
}

// Tokens are what is kept of a sign-in. It has secrets: neither fmt nor a log may show it.
type Tokens struct {
	Refresh string
	Access  string
	Expiry  time.Time // of Access; zero: it is not known
	Scope   string    // what they are for, as the provider says it, or as it was asked for
}

// String tells nothing.
func (Tokens) String() string { return "tokens, redacted" }

// GoString tells nothing.
func (Tokens) GoString() string { return "tokens, redacted" }

// A Prompt is what a person is to do to sign in with a code.
type Prompt struct {
	URL     string // to open, on any device
	Code    string // to type there
	Expires time.Time
}

// Device signs in with a code (RFC 8628): tell gets what a person is to do, and Device waits until that
// is done, refused or too late.
func (c *Client) Device(ctx context.Context, tell func(Prompt)) (Grant, error) {
	if c.Endpoints.Device == "" {
		return Grant{}, errors.New("the provider has no sign-in with a code")
	}
	conf, asks := c.config(""), c.context(ctx)
	var more []oauth2.AuthCodeOption
	if c.Secret != "" { // the client is authenticated here too (RFC 8628, section 3.1)
		more = append(more, oauth2.SetAuthURLParam("client_secret", c.Secret))
	}
	code, err := conf.DeviceAuth(asks, more...)
	if err != nil {
		return Grant{}, told(ctx, "asking for a code", err, c.Secret)
	}
	if err := CheckURL(code.VerificationURI); err != nil {
		return Grant{}, fmt.Errorf("the page to sign in: %w", err)
	}
	tell(Prompt{URL: code.VerificationURI, Code: tidy(code.UserCode, nil), Expires: code.Expiry})
	t, err := conf.DeviceAccessToken(asks, code)
	if err != nil {
		err = told(ctx, "signing in", err, c.Secret, code.DeviceCode)
		if _, late := errors.AsType[*UnreachableError](err); late && !code.Expiry.IsZero() && !time.Now().Before(code.Expiry) {
			err = &RefusedError{Code: "expired_token", Text: "nobody signed in in time", what: "signing in"}
		}
		return Grant{}, err
	}
	return c.grant(ctx, t, "")
}

// grant makes a grant of what the provider gave.
func (c *Client) grant(ctx context.Context, t *oauth2.Token, nonce string) (Grant, error) {
	account, err := c.whose(ctx, t, nonce)
	if err != nil {
		return Grant{}, err
	}
	g := Grant{Account: account, Tokens: c.tokens(t)}
	if g.Tokens.Refresh == "" {
		return g, errors.New("the provider gave nothing that lasts (no refresh token): is the scope for offline access granted?")
	}
	return g, nil
}

func (c *Client) tokens(t *oauth2.Token) Tokens {
	k := Tokens{Refresh: t.RefreshToken, Access: t.AccessToken, Scope: strings.Join(c.Scopes, " ")}
	if s, _ := t.Extra("scope").(string); s != "" {
		k.Scope = tidy(s, nil)
	}
	if t.ExpiresIn > 0 { // by our clock, whatever the provider's says
		k.Expiry = c.now().Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	return k
}

// browserTime is how long a person has for signing in in a browser.
const browserTime = 10 * time.Minute

// Browser signs in in a browser of this machine, by a code that comes back to its loopback interface (RFC
// 8252, section 7.3), with PKCE (RFC 7636). open is given the page to open, and may fail: then
// the person has to.
func (c *Client) Browser(ctx context.Context, open func(page string)) (Grant, error) {
	if c.Endpoints.Authorize == "" {
		return Grant{}, errors.New("the provider names no page to sign in")
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return Grant{}, fmt.Errorf("waiting for the browser: %w", err)
	}
	host := c.RedirectHost
	if host == "" {
		host = "127.0.0.1"
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	redirect := "http://" + net.JoinHostPort(host, port)
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	conf := c.config(redirect)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", nonce), oauth2.SetAuthURLParam("login_hint", c.Account)}
	for name, value := range c.Extra {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	back := &callback{client: c, state: state, done: make(chan answer, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	go func() { _ = server.Serve(listener) }() // it ends with the listener
	defer func() { _ = server.Shutdown(context.WithoutCancel(ctx)) }()
	open(conf.AuthCodeURL(state, options...))

	late := time.NewTimer(browserTime)
	defer late.Stop()
	var a answer
	select {
	case a = <-back.done:
	case <-late.C:
		return Grant{}, &RefusedError{Code: "expired", Text: fmt.Sprintf("nobody signed in within %s", browserTime), what: "signing in"}
	case <-ctx.Done():
		return Grant{}, context.Cause(ctx)
	}
	if a.err != nil {
		return Grant{}, a.err
	}
	t, err := conf.Exchange(c.context(ctx), a.code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Grant{}, told(ctx, "exchanging the code", err, c.Secret, a.code, verifier)
	}
	return c.grant(ctx, t, nonce)
}

// An answer is what came back through the browser.
type answer struct {
	code string
	err  error
}

// A callback waits for the browser to come back. Whatever does not have our state is not of it, and
// changes nothing.
type callback struct {
	client *Client
	state  string
	done   chan answer
}

func (b *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	q := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != "/" || !sameText(q.Get("state"), b.state) {
		w.WriteHeader(http.StatusBadRequest)
		page(w, "This is not the answer that mailshot waits for.")
		return
	}
	a := b.read(q)
	select {
	case b.done <- a:
	default: // it came twice
	}
	if a.err != nil {
		page(w, "You are not signed in. The terminal tells why.")
		return
	}
	page(w, "The browser is done. You can close this page; the terminal goes on.")
}

// read returns the code, or why there is none.
func (b *callback) read(q url.Values) answer {
	issuer := b.client.Endpoints.Issuer
	switch {
	case q.Has("iss") && issuer != "" && strings.TrimSuffix(q.Get("iss"), "/") != strings.TrimSuffix(issuer, "/"): // RFC 9207, section 2.4
		return answer{err: errors.New("signing in: the answer is of another provider")}
	case q.Has("error"):
		return answer{err: &RefusedError{Code: tidy(q.Get("error"), nil), Text: tidy(q.Get("error_description"), nil), what: "signing in"}}
	case q.Get("code") == "":
		return answer{err: errors.New("signing in: the answer has no code")}
	}
	return answer{code: q.Get("code")}
}

func page(w http.ResponseWriter, text string) {
	fmt.Fprintf(w, "<!doctype html><html lang=en><title>mailshot</title><body style=\"font-family:sans-serif;margin:4em\"><p>%s</p>\n", html.EscapeString(text))
}
