package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// A Source gives the sessions of a run the token of an account. It is safe for concurrent use.
type Source struct {
	client *Client
	slot   slot
	wait   func(context.Context, time.Duration) error

	turn   chan struct{} // holds one while what follows is looked at
	access string        // "": none was got yet
	expiry time.Time
}

// Source returns that of the client's account. provider is what names the provider in a job.
func (s *Store) Source(c *Client, provider string) *Source {
	return &Source{client: c, slot: s.slot(c.Account, provider, c.ID), wait: wait, turn: make(chan struct{}, 1)}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Look returns what is known of the sign-in, without secrets of a keyring. The error wraps ErrNotSignedIn
// if there is none.
func (s *Source) Look() (*Saved, error) {
	k, err := s.slot.describe()
	if err != nil {
		return nil, err
	}
	shown := *k
	shown.Refresh, shown.Access = "", ""
	return &shown, nil
}

// Path returns the file of the sign-in.
func (s *Source) Path() string { return s.slot.path }

// margin is how long before its end a token is not used any more: a session has to begin with it. It is a
// tenth of a life that is shorter than ten times as much.
const margin = 2 * time.Minute

// valid reports whether a token may still be used.
func (s *Source) valid(access string, expiry time.Time) bool {
	return access != "" && (expiry.IsZero() || s.client.now().Before(expiry))
}

// early returns when a token is renewed that ends at a time.
func early(now, expiry time.Time) time.Time {
	if expiry.IsZero() {
		return expiry
	}
	return expiry.Add(-min(margin, expiry.Sub(now)/10))
}

// Token returns a token. It is renewed if it is about to end, or is the one that the server refused;
// one renewal serves all who wait for it, in this process and in others.
func (s *Source) Token(ctx context.Context, refused string) (string, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-s.turn }()
	if s.access != refused && s.valid(s.access, s.expiry) {
		return s.access, nil
	}
	unlock, err := s.slot.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	k, err := s.slot.load()
	if err != nil {
		return "", err
	}
	if k.Access == refused || !s.valid(k.Access, k.Expiry) {
		if err := s.renew(ctx, k); err != nil {
			return "", err
		}
	}
	s.access, s.expiry = k.Access, k.Expiry
	return s.access, nil
}

// renewTries is how often a provider is asked that does not answer, with pauses of a second, doubled.
const renewTries = 3

// renew gets new tokens into k, and keeps them before anybody uses them.
func (s *Source) renew(ctx context.Context, k *Saved) error {
	var t *oauth2.Token
	for n := 1; ; n++ {
		var err error
		if t, err = s.ask(ctx, k); err == nil {
			break
		}
		if _, silent := errors.AsType[*UnreachableError](err); !silent || n == renewTries {
			return err
		}
		if err := s.wait(ctx, time.Second<<(n-1)); err != nil {
			return err
		}
	}
	got := s.client.tokens(t)
	k.Access, k.Expiry = got.Access, early(s.client.now(), got.Expiry)
	if got.Refresh != "" { // else the one that there is goes on (RFC 6749, section 6)
		k.Refresh = got.Refresh
	}
	if scope, _ := t.Extra("scope").(string); scope != "" {
		k.Scope = got.Scope
	}
	// A run that is being stopped does not keep what the provider gave from the disk.
	if err := s.slot.save(k); err != nil {
		return fmt.Errorf("keeping the renewed token of %s: %w", k.Account, err)
	}
	return nil
}

// ask asks once for new tokens.
func (s *Source) ask(ctx context.Context, k *Saved) (*oauth2.Token, error) {
	c := *s.client
	c.Endpoints = k.Endpoints
	conf := c.config("")
	conf.Scopes = nil // as before
	t, err := conf.TokenSource(c.context(ctx), &oauth2.Token{RefreshToken: k.Refresh}).Token()
	if err != nil {
		return nil, told(ctx, "renewing the token of "+k.Account, err, c.Secret, k.Refresh, k.Access)
	}
	return t, nil
}

// Keep keeps what a sign-in gave, in a keyring or a file.
func (s *Source) Keep(ctx context.Context, g Grant, where string) (*Saved, error) {
	unlock, err := s.slot.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	k := &Saved{
		Account: s.client.Account, Client: s.client.ID, Endpoints: s.client.Endpoints, Scope: g.Tokens.Scope, Store: where, Since: s.client.now().UTC().Truncate(time.Second),
		Refresh: g.Tokens.Refresh, Access: g.Tokens.Access, Expiry: early(s.client.now(), g.Tokens.Expiry),
	}
	if before, err := s.slot.describe(); err == nil && before.Store != where {
		_ = s.slot.remove(before) // what it has is not used any more
	}
	if err := s.slot.save(k); err != nil {
		return nil, err
	}
	return k, s.slot.removeAside()
}

// TryKeyring returns why the keyring can't be used, or nil: it keeps a word, and forgets it.
func (s *Source) TryKeyring() error {
	ring := s.slot.keyring()
	err := ring.Set(s.slot.name+"-test", "test")
	if err == nil {
		err = ring.Delete(s.slot.name + "-test")
	}
	if err != nil {
		return &KeyringError{err}
	}
	return nil
}

// Forget takes the sign-in back at the provider, if that can be done there, and forgets it here, whether
// or not it could. revoked says whether it could; why says why not.
func (s *Source) Forget(ctx context.Context) (revoked bool, why, err error) {
	unlock, err := s.slot.lock(ctx)
	if err != nil {
		return false, nil, err
	}
	defer unlock()
	k, err := s.slot.describe()
	if err != nil {
		return false, nil, err
	}
	if whole, err := s.slot.load(); err == nil {
		k = whole
	}
	switch {
	case k.Refresh == "":
		why = errors.New("the token can't be read")
	case k.Endpoints.Revoke == "":
		why = errors.New("the provider has no way to take a token back")
	default:
		why = s.revoke(ctx, k)
	}
	return why == nil, why, s.slot.remove(k)
}

// revoke takes a refresh token back, and all that came of it (RFC 7009).
func (s *Source) revoke(ctx context.Context, k *Saved) error {
	form := url.Values{"token": {k.Refresh}, "token_type_hint": {"refresh_token"}, "client_id": {s.client.ID}}
	if s.client.Secret != "" {
		form.Set("client_secret", s.client.Secret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, k.Endpoints.Revoke, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := bounded(s.client.HTTP).Do(req)
	if err != nil {
		return errors.New(tidy(withoutURL(err).Error(), []string{k.Refresh, s.client.Secret}))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return nil
}
