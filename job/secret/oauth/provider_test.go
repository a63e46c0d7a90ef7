package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const issuer = "https://id.test"

// A provider is an authorization server in memory, with refresh tokens that are used once.
type provider struct {
	t     *testing.T
	email string        // who signs in
	life  time.Duration // of access tokens
	skew  time.Duration // of its clock

	mu       sync.Mutex // guards all below
	polls    []string   // what the next polls of a device answer: an error, or "" for a token
	fails    []func(w http.ResponseWriter)
	codes    map[string]url.Values // of the browser, with what was asked
	refresh  string                // the one that is valid
	old      []string              // that were used
	issued   int
	renewals int
	revoked  bool
	secrets  []string // everything that nobody may see
}

func newProvider(t *testing.T) *provider {
	return &provider{t: t, email: "office@club.example", life: time.Hour, codes: map[string]url.Values{}}
}

// client returns a client of the provider.
func (p *provider) client() *Client {
	return &Client{
		Account: "office@club.example", ID: "client-1", Secret: "client-secret-x", Scopes: []string{"mail", "openid"},
		Endpoints: Endpoints{Issuer: issuer, Authorize: issuer + "/auth", Token: issuer + "/token", Device: issuer + "/device", Revoke: issuer + "/revoke", UserInfo: issuer + "/me"},
		HTTP:      &http.Client{Transport: p},
	}
}

// RoundTrip answers without a network.
func (p *provider) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.mu.Lock()
	if len(p.fails) > 0 {
		fail := p.fails[0]
		p.fails = p.fails[1:]
		p.mu.Unlock()
		if fail == nil { // silence
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		fail(w)
		return w.Result(), nil
	}
	defer p.mu.Unlock()
	p.serve(w, r)
	return w.Result(), nil
}

func (p *provider) secret(kind string) string {
	p.issued++
	s := fmt.Sprintf("%s-%d-secretvalue", kind, p.issued)
	p.secrets = append(p.secrets, s)
	return s
}

func (p *provider) serve(w http.ResponseWriter, r *http.Request) {
	var form url.Values
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		form, _ = url.ParseQuery(string(body))
	}
	say := func(status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	refuse := func(code string) {
		// It repeats what it was sent, as servers do that log too much.
		say(400, map[string]string{"error": code, "error_description": "no: " + form.Encode()})
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		say(200, p.client().Endpoints)
	case "/device":
		if form.Get("client_secret") != "client-secret-x" {
			refuse("invalid_client")
			return
		}
		say(200, map[string]any{"device_code": p.secret("device"), "user_code": "WDJB-MJHT", "verification_uri": issuer + "/activate", "expires_in": 60, "interval": 1})
	case "/me":
		say(200, map[string]any{"email": p.email, "email_verified": true})
	case "/revoke":
		p.revoked = form.Get("token") == p.refresh
	case "/token":
		if form.Get("client_secret") != "client-secret-x" {
			refuse("invalid_client")
			return
		}
		p.token(form, say, refuse)
	default:
		say(404, nil)
	}
}

func (p *provider) token(form url.Values, say func(int, any), refuse func(string)) {
	nonce := ""
	switch form.Get("grant_type") {
	case "urn:ietf:params:oauth:grant-type:device_code":
		if len(p.polls) > 0 {
			answer := p.polls[0]
			p.polls = p.polls[1:]
			if answer != "" {
				refuse(answer)
				return
			}
		}
	case "authorization_code":
		asked := p.codes[form.Get("code")]
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if asked == nil || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) ||
			asked.Get("redirect_uri") != form.Get("redirect_uri") {
			refuse("invalid_grant")
			return
		}
		nonce = asked.Get("nonce")
		p.secrets = append(p.secrets, form.Get("code_verifier"))
	case "refresh_token":
		p.renewals++
		if form.Get("refresh_token") != p.refresh || p.revoked {
			p.revoked = p.revoked || slices.Contains(p.old, form.Get("refresh_token")) // reuse
			refuse("invalid_grant")
			return
		}
		p.old = append(p.old, p.refresh)
	default:
		refuse("unsupported_grant_type")
		return
	}
	p.refresh = p.secret("refresh")
	say(200, map[string]any{
		"access_token": p.secret("access"), "refresh_token": p.refresh, "token_type": "Bearer", "expires_in": int(p.life / time.Second), "scope": "mail openid",
		"id_token": p.idToken(map[string]any{"iss": issuer, "aud": "client-1", "nonce": nonce, "email": p.email, "exp": time.Now().Add(p.skew).Unix()}),
	})
}

func (p *provider) idToken(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	return "e30." + base64.RawURLEncoding.EncodeToString(body) + ".sig"
}

// clean reports an error if a text has a secret in it.
func (p *provider) clean(texts ...string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range texts {
		for _, s := range append(p.secrets, "client-secret-x") {
			if strings.Contains(text, s) {
				p.t.Errorf("%q has the secret %s in it", text, s)
			}
		}
	}
}
