package oauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// An AccountError says that another account signed in than was to.
type AccountError struct{ Want, Got string }

// Error names both.
func (e *AccountError) Error() string {
	return fmt.Sprintf("%s has signed in, and the job sends as %s", e.Got, e.Want)
}

// claims are what a provider says of an account (OpenID Connect Core 1.0, sections 2 and 5.1).
type claims struct {
	Issuer   string   `json:"iss"`
	Audience audience `json:"aud"`
	Nonce    string   `json:"nonce"`

	Email     string `json:"email"`
	Verified  any    `json:"email_verified"` // true, false, or these as text
	Preferred string `json:"preferred_username"`
	UPN       string `json:"upn"` // Microsoft's user principal name
}

// An audience is one name, or a list of them.
type audience []string

// UnmarshalJSON reads both forms.
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// names returns what the account may be called at the mail server.
func (c *claims) names() (all []string) {
	if v := fmt.Sprint(c.Verified); c.Email != "" && v != "false" {
		all = append(all, c.Email)
	}
	for _, name := range []string{c.Preferred, c.UPN} {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

// whose finds out which account signed in, and returns its name; "" if the provider does not say. nonce
// is what was sent with the request; "" if nothing was. It is an *AccountError if it is another account
// than the client's.
func (c *Client) whose(ctx context.Context, t *oauth2.Token, nonce string) (string, error) {
	var names []string
	if id, _ := t.Extra("id_token").(string); id != "" {
		said, err := c.idToken(id, nonce)
		if err != nil {
			return "", err
		}
		names = said.names()
	}
	if len(names) == 0 && c.Endpoints.UserInfo != "" {
		body, err := get(ctx, bounded(c.HTTP), c.Endpoints.UserInfo, t.AccessToken)
		var said claims
		if err == nil && json.Unmarshal(body, &said) == nil { // else it does not say
			names = said.names()
		}
	}
	for i := range names {
		names[i] = tidy(names[i], nil)
	}
	same := func(name string) bool { return strings.EqualFold(name, c.Account) }
	switch {
	case len(names) == 0:
		return "", nil
	case slices.ContainsFunc(names, same):
		return c.Account, nil
	}
	return "", &AccountError{Want: c.Account, Got: names[0]}
}

// idToken reads an ID token. It came straight from the endpoint for tokens, whose certificate says who
// that is, and needs no signature (OpenID Connect Core 1.0, section 3.1.3.7, 6). Its times are not
// compared with this machine's clock, which may be wrong, as it is new.
func (c *Client) idToken(token, nonce string) (*claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("the provider's ID token can't be read")
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var said claims
	if err != nil || json.Unmarshal(body, &said) != nil {
		return nil, errors.New("the provider's ID token can't be read")
	}
	switch {
	case c.Endpoints.Issuer != "" && strings.TrimSuffix(said.Issuer, "/") != strings.TrimSuffix(c.Endpoints.Issuer, "/"):
		return nil, fmt.Errorf("the ID token is of another issuer, %q", tidy(said.Issuer, nil))
	case !slices.Contains(said.Audience, c.ID):
		return nil, errors.New("the ID token is for another program")
	case nonce != "" && said.Nonce != nonce:
		return nil, errors.New("the ID token belongs to another request")
	}
	return &said, nil
}
