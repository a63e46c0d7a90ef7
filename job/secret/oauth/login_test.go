package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Sign-in with a code, with all that a provider may say meanwhile.
func TestDevice(t *testing.T) {
	for _, tt := range []struct {
		name  string
		polls []string
		email string
		want  string // of the error; "": none
		took  time.Duration
	}{
		{"at once", nil, "office@club.example", "", time.Second},
		{"in capitals", nil, "Office@Club.example", "", time.Second},
		{"pending", []string{"authorization_pending", "authorization_pending", ""}, "office@club.example", "", 3 * time.Second},
		{"slow down", []string{"slow_down", "slow_down", ""}, "office@club.example", "", (1 + 6 + 11) * time.Second},
		{"denied", []string{"access_denied"}, "", "signing in: the provider refuses: access_denied", time.Second},
		{"expired", []string{"authorization_pending", "expired_token"}, "", "signing in: the provider refuses: expired_token", 2 * time.Second},
		{"too late", slowly(100), "", "signing in: the provider refuses: expired_token (nobody signed in in time)", time.Minute},
		{"another account", nil, "ann@club.example", "ann@club.example has signed in, and the job sends as office@club.example", time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(t)
				p.polls, p.email = tt.polls, tt.email
				begun := time.Now()
				var prompt Prompt
				g, err := p.client().Device(t.Context(), func(x Prompt) { prompt = x })
				took := time.Since(begun)
				if prompt.URL != issuer+"/activate" || prompt.Code != "WDJB-MJHT" || prompt.Expires.Sub(begun) != time.Minute {
					t.Errorf("prompt %+v", prompt)
				}
				if tt.want == "" && (err != nil || g.Account != "office@club.example" || g.Tokens.Refresh == "" || g.Tokens.Scope != "mail openid") {
					t.Errorf("grant of %q: %v", g.Account, err)
				}
				if tt.want != "" && (err == nil || err.Error() != tt.want) {
					t.Errorf("error %v, want %s", err, tt.want)
				}
				if took.Round(time.Second) != tt.took {
					t.Errorf("it took %s, want %s", took, tt.took)
				}
				p.clean(fmt.Sprintf("%v %+v %#v", err, g.Tokens, g.Tokens))
			})
		})
	}
}

func slowly(n int) (polls []string) {
	for range n {
		polls = append(polls, "authorization_pending")
	}
	return polls
}

// Whoever does not answer, or says too much, is told without secrets.
func TestDeviceFails(t *testing.T) {
	for _, tt := range []struct {
		name string
		fail func(http.ResponseWriter)
		want string
	}{
		{"500", func(w http.ResponseWriter) { w.WriteHeader(500) }, "asking for a code: the provider answers 500 Internal Server Error"},
		{"silence", nil, "asking for a code: no answer within the time"},
		{"a page", func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>"+strings.Repeat("x", 3<<20)) }, "asking for a code: "},
		{"a redirect", func(w http.ResponseWriter) { w.Header().Set("Location", "https://evil.test/"); w.WriteHeader(307) }, "asking for a code: the provider refuses (it answers 307 Temporary Redirect)"},
		{"an open page", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"device_code":"x","user_code":"y","verification_uri":"http://evil.test/","expires_in":60}`)
		}, `the page to sign in: "http://evil.test/" is not protected`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(t)
				p.fails = []func(http.ResponseWriter){tt.fail}
				_, err := p.client().Device(t.Context(), func(Prompt) {})
				if err == nil || !strings.HasPrefix(err.Error(), tt.want) || len(err.Error()) > 300 {
					t.Errorf("error %v, want %s", err, tt.want)
				}
				p.clean(fmt.Sprint(err))
			})
		})
	}
}

// browse does in the place of a browser what a person does.
func (p *provider) browse(t *testing.T, page string, change func(back url.Values)) (status int, text string) {
	u, err := url.Parse(page)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	q := u.Query()
	if u.Scheme+"://"+u.Host+u.Path != issuer+"/auth" || q.Get("response_type") != "code" || q.Get("client_id") != "client-1" || q.Get("scope") != "mail openid" {
		t.Errorf("page %s", page)
	}
	p.mu.Lock()
	code := p.secret("code")
	p.codes[code] = q
	p.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {issuer}}
	change(back)
	resp, err := http.Get(q.Get("redirect_uri") + "/?" + back.Encode())
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

// Sign-in in a browser, and what may come back from it.
func TestBrowser(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(url.Values)
		want   string
	}{
		{"well", func(url.Values) {}, ""},
		{"refused", func(v url.Values) {
			v.Del("code")
			v.Set("error", "access_denied")
			v.Set("error_description", "not you")
		}, "signing in: the provider refuses: access_denied (not you)"},
		{"another provider", func(v url.Values) { v.Set("iss", "https://evil.test") }, "signing in: the answer is of another provider"},
		{"no code", func(v url.Values) { v.Del("code") }, "signing in: the answer has no code"},
		{"another code", func(v url.Values) { v.Set("code", "guessed") }, "exchanging the code: the provider refuses: invalid_grant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			g, err := p.client().Browser(ctx, func(page string) {
				go func() {
					// What is not of this browser changes nothing.
					if status, text := p.browse(t, page, func(v url.Values) { v.Set("state", "guessed") }); status != 400 || strings.Contains(text, "guessed") {
						t.Errorf("another state: %d %s", status, text)
					}
					status, text := p.browse(t, page, tt.change)
					if status != 200 {
						t.Errorf("answer %d", status)
					}
					p.clean(text)
				}()
			})
			if tt.want == "" && (err != nil || g.Account != "office@club.example" || g.Tokens.Refresh == "") {
				t.Errorf("grant of %q: %v", g.Account, err)
			}
			if tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			p.clean(fmt.Sprint(err))
		})
	}
}

// An interrupt ends the waiting for a browser.
func TestBrowserInterrupted(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	if _, err := newProvider(t).client().Browser(ctx, func(string) { cancel(stopped) }); !errors.Is(err, stopped) {
		t.Errorf("error %v, want %v", err, stopped)
	}
}

// What an ID token may say.
func TestWhose(t *testing.T) {
	base := func() map[string]any {
		return map[string]any{"iss": issuer, "aud": []string{"other", "client-1"}, "nonce": "n", "email": "office@club.example"}
	}
	for _, tt := range []struct {
		name   string
		change func(map[string]any)
		want   string // the account, or the error
	}{
		{"well", func(map[string]any) {}, "office@club.example"},
		{"another issuer", func(c map[string]any) { c["iss"] = "https://evil.test" }, `the ID token is of another issuer, "https://evil.test"`},
		{"another program", func(c map[string]any) { c["aud"] = "other" }, "the ID token is for another program"},
		{"another request", func(c map[string]any) { c["nonce"] = "m" }, "the ID token belongs to another request"},
		{"by its principal name", func(c map[string]any) { delete(c, "email"); c["upn"] = "office@club.example" }, "office@club.example"},
		{"by a preferred name", func(c map[string]any) {
			c["email"] = "alias@club.example"
			c["preferred_username"] = "OFFICE@club.example"
		}, "office@club.example"},
		{"an address of nobody's", func(c map[string]any) {
			c["email_verified"] = false
			c["email"] = "office@club.example"
			c["upn"] = "x@club.example"
		}, "x@club.example has signed in, and the job sends as office@club.example"},
		{"old by a wrong clock", func(c map[string]any) { c["exp"] = 1; c["iat"] = 1 }, "office@club.example"},
		{"asked for", func(c map[string]any) { delete(c, "email") }, "office@club.example"}, // by the endpoint for users
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProvider(t)
			c := base()
			tt.change(c)
			got, err := p.client().whose(t.Context(), tokenWith(p.idToken(c)), "n")
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("whose = %q, want %q", got, tt.want)
			}
		})
	}
	p := newProvider(t)
	c := p.client()
	c.Endpoints.UserInfo = ""
	if got, err := c.whose(t.Context(), tokenWith(""), ""); got != "" || err != nil {
		t.Errorf("of a provider that says nothing: %q, %v", got, err)
	}
	for _, broken := range []string{"a.b", "a.%.c", "a." + "e30" + ".c"} {
		if got, err := c.whose(t.Context(), tokenWith(broken), ""); err == nil {
			t.Errorf("ID token %q: %q, want an error", broken, got)
		}
	}
}

// An issuer names its endpoints, its own and protected.
func TestDiscover(t *testing.T) {
	p := newProvider(t)
	got, err := Discover(t.Context(), p.client().HTTP, issuer)
	if err != nil || got != p.client().Endpoints {
		t.Errorf("Discover = %+v, %v", got, err)
	}
	for _, tt := range []struct{ issuer, answer, want string }{
		{"http://id.test", "", "is not protected"},
		{"https://u:p@id.test", "", "is no URL of an endpoint"},
		{issuer, `{"issuer":"https://other.test","token_endpoint":"https://id.test/t"}`, "says that it is another issuer"},
		{issuer, `{"issuer":"https://id.test","token_endpoint":"http://evil.test/t"}`, "is not protected"},
		{issuer, `{"issuer":"https://id.test"}`, "names no endpoint for tokens"},
		{issuer, `<html>`, "no JSON of endpoints"},
	} {
		p.fails = []func(http.ResponseWriter){func(w http.ResponseWriter) { _, _ = io.WriteString(w, tt.answer) }}
		if _, err := Discover(t.Context(), p.client().HTTP, tt.issuer); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %q: %v, want %s", tt.issuer, tt.answer, err, tt.want)
		}
		p.fails = nil
	}
}
