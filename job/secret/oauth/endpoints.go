package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Endpoints are where a provider signs accounts in. The zero value of a field is that there is none.
type Endpoints struct {
	Issuer    string `json:"issuer,omitempty"` // "": it is not compared
	Authorize string `json:"authorization_endpoint,omitempty"`
	Token     string `json:"token_endpoint,omitempty"`
	Device    string `json:"device_authorization_endpoint,omitempty"`
	Revoke    string `json:"revocation_endpoint,omitempty"`
	UserInfo  string `json:"userinfo_endpoint,omitempty"`
}

// A Provider is one that is known by name.
type Provider struct {
	Name      string
	Endpoints Endpoints
	Scopes    []string // that let a program send, know the account, and go on without it
	// Extra goes with the request in a browser.
	Extra map[string]string
	// RedirectHost names the loopback interface; the provider compares it with what is registered.
	RedirectHost string
}

// Providers returns the names of providers.
func Providers() []string { return []string{"google", "microsoft"} }

// ProviderOf returns the provider of a name. tenant is of microsoft: a domain, an id, or "" for any.
func ProviderOf(name, tenant string) (Provider, bool) {
	switch name {
	case "google":
		return Provider{
			Name: name,
			Endpoints: Endpoints{
				Issuer:    "https://accounts.google.com",
				Authorize: "https://accounts.google.com/o/oauth2/v2/auth",
				Token:     "https://oauth2.googleapis.com/token", // codes of devices are not for mail
				Revoke:    "https://oauth2.googleapis.com/revoke",
				UserInfo:  "https://openidconnect.googleapis.com/v1/userinfo",
			},
			Scopes: []string{"https://mail.google.com/", "openid", "email"},
			Extra:  map[string]string{"access_type": "offline", "prompt": "consent"},
		}, true
	case "microsoft":
		base := "https://login.microsoftonline.com/" + url.PathEscape(cmp.Or(tenant, "common")) + "/oauth2/v2.0/"
		return Provider{
			Name: name,
			Endpoints: Endpoints{ // the issuer has the tenant's id in it, which nobody knows beforehand
				Authorize: base + "authorize", Token: base + "token", Device: base + "devicecode",
			},
			Scopes:       []string{"https://outlook.office.com/SMTP.Send", "offline_access", "openid", "email", "profile"},
			RedirectHost: "localhost",
		}, true
	}
	return Provider{}, false
}

// check returns what is wrong with the endpoints.
func (e *Endpoints) check() error {
	for _, u := range []string{e.Issuer, e.Authorize, e.Token, e.Device, e.Revoke, e.UserInfo} {
		if u == "" {
			continue
		}
		if err := CheckURL(u); err != nil {
			return err
		}
	}
	if e.Token == "" {
		return errors.New("the provider names no endpoint for tokens")
	}
	return nil
}

// CheckURL returns what keeps a URL from being that of an endpoint: it is https, or of this machine.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q is no URL of an endpoint: it begins with https:// and has no password", clip(text))
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q is not protected: an endpoint begins with https://", clip(text))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// maxAnswer is how many octets an answer of a provider may have.
const maxAnswer = 1 << 20

// Discover asks an issuer for its endpoints (OpenID Connect Discovery 1.0, section 4).
func Discover(ctx context.Context, client *http.Client, issuer string) (e Endpoints, err error) {
	if err := CheckURL(issuer); err != nil {
		return e, err
	}
	where := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	body, err := get(ctx, bounded(client), where, "")
	if err != nil {
		return e, fmt.Errorf("asking %s for its endpoints: %w", issuer, err)
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("asking %s for its endpoints: the answer is no JSON of endpoints", issuer)
	}
	if strings.TrimSuffix(e.Issuer, "/") != strings.TrimSuffix(issuer, "/") {
		return e, fmt.Errorf("%s says that it is another issuer, %q", issuer, clip(e.Issuer))
	}
	return e, e.check()
}

// get returns the body of an answer that is well. token goes along if there is one.
func get(ctx context.Context, client *http.Client, where, token string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return io.ReadAll(resp.Body)
}

// withoutURL returns the cause of an error of a request: its URL may have a secret in it.
func withoutURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		if ue.Timeout() {
			return errors.New("no answer within the time")
		}
		return ue.Err
	}
	return err
}

// clip returns the beginning of a text that is not ours.
func clip(text string) string {
	const most = 120
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
