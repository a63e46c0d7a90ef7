package oauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// answerTime is how long one answer of a provider is waited for.
const answerTime = 30 * time.Second

// A Client signs one account in. Its fields must be given but for those whose comments say what holds
// without them.
type Client struct {
	Account   string // who is to sign in: the username at the mail server
	ID        string // of the program, as it is registered with the provider
	Secret    string // "": it is registered without one
	Endpoints Endpoints
	Scopes    []string

	Extra        map[string]string // goes with the request in a browser; nil: nothing
	RedirectHost string            // "": 127.0.0.1

	HTTP *http.Client     // nil: http.DefaultClient's transport
	Now  func() time.Time // nil: time.Now
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// config returns the client as golang.org/x/oauth2 knows it.
func (c *Client) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ID, ClientSecret: c.Secret, Scopes: c.Scopes, RedirectURL: redirect,
		Endpoint: oauth2.Endpoint{
			AuthURL: c.Endpoints.Authorize, TokenURL: c.Endpoints.Token, DeviceAuthURL: c.Endpoints.Device,
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// context returns a context with which golang.org/x/oauth2 asks by our HTTP client.
func (c *Client) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, bounded(c.HTTP))
}

// bounded returns a client that waits no longer than answerTime, follows no redirect, and reads no more
// than maxAnswer.
func bounded(base *http.Client) *http.Client {
	var next http.RoundTripper
	if base != nil {
		next = base.Transport
	}
	if next == nil {
		next = http.DefaultTransport
	}
	return &http.Client{
		Transport:     limited{next},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// limited bounds the length of answers and the time for them, which it reads to their end.
type limited struct{ next http.RoundTripper }

var errTooLong = errors.New("the answer is too long")

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	resp, err := l.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	if len(body) > maxAnswer {
		return nil, errTooLong
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// A RefusedError is the provider's refusal.
type RefusedError struct {
	Code string // of RFC 6749, section 5.2, as invalid_grant; "": it gave none
	Text string // what it says more; "": nothing that can be told
	what string // was asked
}

// Error returns what was asked, and the refusal.
func (e *RefusedError) Error() string {
	text := e.what + ": the provider refuses"
	if e.Code != "" {
		text += ": " + e.Code
	}
	if e.Text != "" {
		text += " (" + e.Text + ")"
	}
	return text
}

// An UnreachableError says that the provider gave no answer that says anything.
type UnreachableError struct {
	what string // was asked
	err  error
}

// Error returns what was asked, and why there is no answer.
func (e *UnreachableError) Error() string { return e.what + ": " + e.err.Error() }

// Unwrap returns why there is no answer.
func (e *UnreachableError) Unwrap() error { return e.err }

// told returns an error of golang.org/x/oauth2 without the secrets that were sent or may be repeated.
func told(ctx context.Context, what string, err error, secrets ...string) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	re, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return &UnreachableError{what, errors.New(tidy(withoutURL(err).Error(), secrets))}
	}
	status := 0
	if re.Response != nil {
		status = re.Response.StatusCode
	}
	if re.ErrorCode == "" && (status >= 500 || status == http.StatusTooManyRequests) || status == http.StatusServiceUnavailable {
		return &UnreachableError{what, fmt.Errorf("the provider answers %d %s", status, http.StatusText(status))}
	}
	text := tidy(re.ErrorDescription, secrets)
	if re.ErrorCode == "" {
		text = fmt.Sprintf("it answers %d %s", status, http.StatusText(status))
	}
	return &RefusedError{Code: tidy(re.ErrorCode, secrets), Text: text, what: what}
}

// tidy returns a text of the provider's for a message: a line of bounded length; "" if one of the secrets
// is in it, in any form that a URL has.
func tidy(text string, secrets []string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		plain = text
	}
	for _, s := range secrets {
		if s != "" && (strings.Contains(text, s) || strings.Contains(plain, s) || strings.Contains(text, url.QueryEscape(s))) {
			return ""
		}
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	return clip(strings.Join(strings.Fields(text), " "))
}
