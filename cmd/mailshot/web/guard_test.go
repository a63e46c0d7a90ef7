package web_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mailshot/cmd/mailshot/web"
)

// The address lets in one browser, which is known by its cookie from then on.
func TestToken(t *testing.T) {
	t.Parallel()
	address := serve(t, letters(1))
	b := newBrowser(t, address)
	token := strings.TrimPrefix(address, b.base)
	if !regexp.MustCompile(`^/\?token=[A-Z2-7]{26,}$`).MatchString(token) {
		t.Errorf("the address is %s", address)
	}
	for _, path := range []string{"/", "/letter/1", "/style.css", "/nothing", "/?token=", "/?token=" + strings.Repeat("A", 26), "/letter/1" + token[1:]} {
		if a := b.get(path); a.status != http.StatusForbidden || strings.Contains(a.body, "club.example") {
			t.Errorf("%s gives %d without a cookie: %s", path, a.status, a.body)
		}
	}
	if a := b.ask(http.MethodHead, token, nil); a.status != http.StatusForbidden {
		t.Errorf("HEAD of the address gives %d", a.status)
	}
	a := b.get(token)
	if cookie := a.header.Get("Set-Cookie"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" ||
		!regexp.MustCompile(`^mailshot-[0-9]+=[A-Z2-7]{26,}; Path=/; HttpOnly; SameSite=Strict$`).MatchString(cookie) || strings.Contains(cookie, token[len("/?token="):]) {
		t.Errorf("the address gives %d to %q with the cookie %q", a.status, a.header.Get("Location"), cookie)
	}
	if a := b.get("/"); a.status != http.StatusOK || !strings.Contains(a.body, "m1@club.example") {
		t.Errorf("with the cookie it gives %d: %s", a.status, a.body)
	}
	if a := b.get(token); a.status != http.StatusSeeOther || a.header.Get("Set-Cookie") != "" {
		t.Errorf("the address gives %d to who is in already", a.status)
	}
	for _, path := range []string{"/", "/letter/1", "/style.css", "/state", token, "/nothing", strings.ToLower(b.root) + "/", b.root[:len(b.root)-1] + "/", b.root, "/x/.." + b.root + "/", "/." + b.root + "/"} {
		if a := b.ask(http.MethodGet, path, map[string]string{"Outside": "yes"}); a.status != http.StatusForbidden || a.header.Get("Set-Cookie") != "" || strings.Contains(a.body, "club.example") {
			t.Errorf("%s beside the pages gives %d: %s", path, a.status, a.body)
		}
	}
	if u, _ := url.Parse(b.site + "/"); len(b.Jar.Cookies(u)) > 0 || len(b.root) < 27 {
		t.Errorf("the cookie goes to more than %s", b.root)
	}
	for _, cookie := range []string{"", "mailshot-1=x", "mailshot=" + token[len("/?token="):]} {
		other := newBrowser(t, address)
		if a := other.ask(http.MethodGet, token, map[string]string{"Cookie": cookie}); a.status != http.StatusForbidden || !strings.Contains(a.body, "opened already") {
			t.Errorf("to another browser the address gives %d: %s", a.status, a.body)
		}
	}
}

// Requests of other sites get nothing, whatever cookies they bring.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	b := enter(t, letters(1))
	port := b.site[strings.LastIndex(b.site, ":"):]
	for _, tt := range []struct {
		name, method string
		fields       map[string]string
		want         int
	}{
		{"the page itself", "GET", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": b.site}, 200},
		{"typed", "GET", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"HEAD", "HEAD", nil, 200},
		{"rebound name", "GET", map[string]string{"Host": "evil.example" + port}, 421},
		{"rebound name without port", "GET", map[string]string{"Host": "evil.example"}, 421},
		{"another name of this machine", "GET", map[string]string{"Host": "localhost" + port}, 421},
		{"another port", "GET", map[string]string{"Host": "127.0.0.1:1"}, 421},
		{"cross-site", "GET", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		{"cross-site navigation", "GET", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 403},
		{"another port of this machine", "GET", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"unknown", "GET", map[string]string{"Sec-Fetch-Site": "x"}, 403},
		{"another origin", "GET", map[string]string{"Origin": "http://evil.example"}, 403},
		{"an opaque origin", "GET", map[string]string{"Origin": "null"}, 403},
		{"POST", "POST", map[string]string{"Origin": b.site}, 405},
		{"PUT", "PUT", nil, 405},
		{"DELETE", "DELETE", nil, 405},
		{"OPTIONS", "OPTIONS", map[string]string{"Access-Control-Request-Method": "GET"}, 405},
	} {
		a := b.ask(tt.method, "/", tt.fields)
		if a.status != tt.want || a.status != 200 && strings.Contains(a.body, "club.example") {
			t.Errorf("%s: %d; want %d: %s", tt.name, a.status, tt.want, a.body)
		}
		for name := range a.header {
			if strings.HasPrefix(name, "Access-Control") {
				t.Errorf("%s: there is %s", tt.name, name)
			}
		}
	}
	address := serve(t, letters(1))
	b = newBrowser(t, address)
	link := map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
	if a := b.ask("GET", strings.TrimPrefix(address, b.base), map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}); a.status != 403 {
		t.Errorf("another site that has the address gets %d for a picture", a.status)
	}
	if a := b.ask("GET", strings.TrimPrefix(address, b.base), link); a.status != 303 {
		t.Errorf("the address as a link elsewhere gives %d", a.status)
	}
}

// Requests as no browser makes them get nothing either.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	b := enter(t, letters(1))
	host := strings.TrimPrefix(b.site, "http://")
	u, err := url.Parse(b.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	in := "\r\nConnection: close\r\nCookie: " + b.Jar.Cookies(u)[0].String() + "\r\n"
	for _, tt := range []struct{ name, request, want string }{
		{"as it should be", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + host + in, "200"},
		{"without a host", "GET " + b.root + "/ HTTP/1.0" + in, "421"},
		{"without a host, HTTP/1.1", "GET " + b.root + "/ HTTP/1.1" + in, "400"},
		{"two hosts", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.example" + in, "400"},
		{"a dot behind the host", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + strings.Replace(host, ":", ".:", 1) + in, "421"},
		{"a host within the target", "GET http://evil.example" + b.root + "/ HTTP/1.1\r\nHost: " + host + in, "421"},
		{"all of the server", "OPTIONS * HTTP/1.1\r\nHost: " + host + in, "405"},
		{"all of another server", "OPTIONS * HTTP/1.1\r\nHost: evil.example" + in, "421"},
		{"a tunnel", "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + in, "405"},
		{"content", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + host + in + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "400"},
		{"two lengths", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + host + in + "Content-Length: 0\r\nContent-Length: 1\r\n", "400"},
		{"a large header", "GET " + b.root + "/ HTTP/1.1\r\nHost: " + host + in + "X: " + strings.Repeat("x", 32<<10) + "\r\n", "431"},
	} {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, tt.request+"\r\n") // the server may end it before
		answer, _ := io.ReadAll(c)
		_ = c.Close()
		if status := strings.Fields(string(answer) + " x x")[1]; status != tt.want || status != "200" && strings.Contains(string(answer), "club.example") {
			t.Errorf("%s: %.200q; want %s", tt.name, answer, tt.want)
		}
	}
}

// Every answer says what a browser may do with it.
func TestPolicies(t *testing.T) {
	t.Parallel()
	b := enter(t, hostile())
	for _, tt := range []struct {
		path, policy string
		status       int
	}{
		{"/", "default-src 'none'; style-src 'self'; script-src 'self'; ", 200},
		{"/letter/1", "default-src 'none'; style-src 'self'; script-src 'self'; ", 200},
		{"/letter/1/source", "default-src 'none'; style-src 'self'; script-src 'self'; ", 200},
		{"/letter/1/html", "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; ", 200},
		{"/letter/1/file/0", "sandbox; default-src 'none'; ", 200},
		{"/letter/1/message.eml", "sandbox; default-src 'none'; ", 200},
		{"/style.css", "default-src 'none'; ", 200},
		{"/script.js", "default-src 'none'; ", 200},
		{"/icon.svg", "default-src 'none'; ", 200},
		{"/state", "default-src 'none'; ", 200},
		{"/nothing", "default-src 'none'; ", 404},
		{"/letter/1/", "default-src 'none'; ", 404},
		{"/letter/9", "default-src 'none'; ", 404},
		{"/letter/9/html", "sandbox; ", 404},
		{"/letter/9/source", "default-src 'none'; ", 404},
		{"/letter/9/message.eml", "default-src 'none'; ", 404},
		{"/letter/1/file/2", "default-src 'none'; ", 404},
		{"/letter/1/file/-1", "default-src 'none'; ", 404},
		{"/letter/1/file/x", "default-src 'none'; ", 404},
		{"/letter/..%2f..%2fetc%2fpasswd", "default-src 'none'; ", 404},
		{"/letter/1/file/..%2f..%2f..%2fetc%2fpasswd", "default-src 'none'; ", 404},
		{"/page/list.html", "default-src 'none'; ", 404},
		{"/../site.go", "default-src 'none'; ", 307},
		{"//evil.example/..", "default-src 'none'; ", 307},
	} {
		a := b.get(tt.path)
		policy := a.header.Get("Content-Security-Policy")
		if a.status != tt.status || !strings.HasPrefix(policy, tt.policy) {
			t.Errorf("%s: %d with %q; want %d with %q", tt.path, a.status, policy, tt.status, tt.policy)
		}
		if location := a.header.Get("Location"); location != "" && !regexp.MustCompile(`^/[^/\\]*$`).MatchString(location) {
			t.Errorf("%s leads to %s", tt.path, location)
		}
		for _, want := range []string{"base-uri 'none'", "form-action '", "frame-ancestors '"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: %q; want %q in it", tt.path, policy, want)
			}
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q; want %q", tt.path, name, got, want)
			}
		}
	}
	for _, dest := range []string{"document", "image", "empty", "object"} {
		if a := b.ask("GET", "/letter/1/html", map[string]string{"Sec-Fetch-Dest": dest, "Sec-Fetch-Site": "same-origin"}); a.status != 403 {
			t.Errorf("the HTML as %s gives %d", dest, a.status)
		}
	}
}

// Only addresses of this machine are listened on.
func TestListenRefused(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "club.example:0", "127.0.0.1", ""} {
		if s, err := web.Listen(addr); err == nil {
			t.Errorf("%q is listened on as %s", addr, s.URL())
			_ = s.Close()
		}
	}
	s, err := web.Listen("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
