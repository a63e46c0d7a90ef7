package web

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Policies of what a browser may do with what it gets (Content Security Policy Level 3). Nothing of
// a letter is in a page but text, so that scripts and styles are those of this program.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	// framePolicy is that of the HTML of a letter. It has its pictures in it, and fetches nothing at all,
	// not even from here.
	framePolicy = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
	filePolicy  = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// tokenField is the field of the address that lets in.
const tokenField = "token"

// atOnce is how many requests are looked after at a time; others wait.
const atOnce = 4

// A guard lets in the browser that was given the address, and nobody else.
type guard struct {
	host   string // that the browser has to ask, as it is listened on
	root   root   // all pages are under it, and the cookie is sent to nothing else
	token  string // in the address; good for one exchange
	pass   string // the value of the cookie
	cookie string // its name, as browsers send cookies of one port to all
	used   atomic.Bool

	slots    chan struct{}
	requests sync.WaitGroup
	next     http.Handler
}

func newGuard(at *net.TCPAddr) *guard {
	host := at.String()
	if at.Port == 80 { // browsers leave it out
		host = strings.TrimSuffix(host, ":80")
	}
	return &guard{
		host: host, root: root("/" + rand.Text()), token: rand.Text(), pass: rand.Text(), cookie: fmt.Sprintf("mailshot-%d", at.Port),
		slots: make(chan struct{}, atOnce),
	}
}

func (g *guard) url() string {
	return "http://" + g.host + string(g.root) + "/?" + url.Values{tokenField: {g.token}}.Encode()
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.requests.Add(1)
	defer g.requests.Done()
	protect(w.Header())
	switch {
	case r.Host != g.host:
		// Another name for this machine is how a site elsewhere gets to be asked for: DNS rebinding.
		refuse(w, http.StatusMisdirectedRequest, "This page has another address.")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "This page is only looked at.")
	case r.ContentLength != 0:
		refuse(w, http.StatusBadRequest, "A request here has no content.")
	case !g.below(r.URL.Path):
		refuse(w, http.StatusForbidden, "The pages are at the address which mailshot printed, and only there.")
	case !g.ours(r):
		refuse(w, http.StatusForbidden, "Another site asked for this page. Go on here, if it was you:")
	case g.letsIn(r):
		g.enter(w, r)
	case !g.known(r):
		refuse(w, http.StatusForbidden, "This page is shown to the browser that opened the address which mailshot printed. That address opens once; to look with another browser, end the command and begin it anew. If it was opened here just now:")
	default:
		select {
		case g.slots <- struct{}{}:
			defer func() { <-g.slots }()
			g.next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// protect sets what holds for all answers. Pages have pagePolicy, and other things their own instead.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-DNS-Prefetch-Control", "off")
}

// ours reports whether a request comes from these pages or from the user, as far as the browser tells
// (Fetch Metadata Request Headers). The address that lets in may also be a link somewhere.
func (g *guard) ours(r *http.Request) bool {
	if origin := r.Header.Values("Origin"); slices.ContainsFunc(origin, func(o string) bool { return o != "http://"+g.host }) {
		return false
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "none", "same-origin":
		return true
	case "cross-site", "same-site":
		return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" && g.letsIn(r)
	}
	return false
}

// below reports whether a path is that of a page.
func (g *guard) below(path string) bool {
	n := len(g.root) + 1
	return len(path) >= n && same(path[:n], string(g.root)+"/")
}

// letsIn reports whether a request has the token.
func (g *guard) letsIn(r *http.Request) bool {
	return r.URL.Path == string(g.root)+"/" && same(r.URL.Query().Get(tokenField), g.token)
}

// enter exchanges the token for the cookie, once. Whoever is in already gets in without.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) {
	switch {
	case g.known(r):
	case r.Method != http.MethodGet:
		refuse(w, http.StatusForbidden, "The address opens by GET.")
		return
	case !g.used.CompareAndSwap(false, true):
		refuse(w, http.StatusForbidden, "This address was opened already, and opens once. To look with another browser, end the command and begin it anew.")
		return
	default:
		http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.pass, Path: string(g.root) + "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	w.Header().Set("Location", string(g.root)+"/")
	w.WriteHeader(http.StatusSeeOther)
}

// known reports whether a request has the cookie.
func (g *guard) known(r *http.Request) bool {
	return slices.ContainsFunc(r.CookiesNamed(g.cookie), func(c *http.Cookie) bool { return same(c.Value, g.pass) })
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// refuse answers with a page that has nothing of the request in it. One that ends with a colon has a link
// to where it is, which then comes from here.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if strings.HasSuffix(text, ":") {
		text += ` <a href="">the letters</a>`
	}
	_, _ = fmt.Fprintf(w, "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>mailshot: %s</title><main><h1>%s</h1><p>%s</p></main></html>\n",
		http.StatusText(status), http.StatusText(status), text) // who asked may be gone
}
