package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mailshot/cmd/mailshot/web"
)

// fake is a Source with the items that it has, by their places from 1.
type fake []web.Item

// List implements web.Source.
func (f fake) List(_ context.Context, q web.Query) (*web.List, error) {
	l := &web.List{Total: len(f), Notices: []web.Notice{{Heading: "The check says", Lines: []string{"<b>row 2: bold"}}}}
	l.Filters = []web.Filter{{Only: "bad", Label: "bad", Count: 1}}
	var found []web.Entry
	for _, i := range f {
		if strings.Contains(i.To+i.Detail, q.Words) && (q.Only == "" || slices.ContainsFunc(i.Marks, func(m web.Mark) bool { return m.Kind == q.Only })) {
			found = append(found, i.Entry)
		}
	}
	if q.Words == "m25" {
		l.Busy = "All letters are being made and checked."
	}
	l.Found = len(found)
	l.Entries = found[min(q.Skip(), len(found)):min(q.Skip()+web.PageSize, len(found))]
	return l, nil
}

// Open implements web.Source.
func (f fake) Open(_ context.Context, _ web.Query, id string) (*web.Item, error) {
	for n, i := range f {
		if i.ID != id {
			continue
		}
		i.Place, i.Found = n+1, len(f)
		if n > 0 {
			i.Before = f[n-1].ID
		}
		if n+1 < len(f) {
			i.After = f[n+1].ID
		}
		return &i, nil
	}
	return nil, nil
}

// letters returns n items that have nothing special.
func letters(n int) fake {
	var f fake
	for i := 1; i <= n; i++ {
		id := strconv.Itoa(i)
		f = append(f, web.Item{
			Entry:  web.Entry{ID: id, Name: "row " + id, To: "m" + id + "@club.example"},
			Octets: []byte("Subject: Hi\r\n\r\nDear " + id + ",\r\n"),
		})
	}
	return f
}

// serve serves a source until the test ends, and returns the address that lets in.
func serve(t *testing.T, source web.Source) string {
	t.Helper()
	s, err := web.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, &web.Site{Title: "Letters", Noun: "row", Source: source, State: func() string { return "1" }})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s.URL()
}

// An answer is what a server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// A browser asks a server, and keeps its cookies. It follows nothing.
type browser struct {
	t    *testing.T
	base string // "http://127.0.0.1:4711/PATH"
	site string // "http://127.0.0.1:4711"
	root string // "/PATH"; what a page has of it is left out
	*http.Client
}

func newBrowser(t *testing.T, address string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	root := strings.TrimSuffix(u.Path, "/")
	return &browser{t, "http://" + u.Host + root, "http://" + u.Host, root, c}
}

// enter returns a browser that was let in.
func enter(t *testing.T, source web.Source) *browser {
	t.Helper()
	address := serve(t, source)
	b := newBrowser(t, address)
	if a := b.get(strings.TrimPrefix(address, b.base)); a.status != http.StatusSeeOther {
		t.Fatalf("the address that lets in gives %d", a.status)
	}
	return b
}

// get asks for a path.
func (b *browser) get(path string) answer { return b.ask(http.MethodGet, path, nil) }

// ask asks for a path with fields of the header. Host is one.
func (b *browser) ask(method, path string, fields map[string]string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	path, r.URL.RawQuery, _ = strings.Cut(path, "?")
	r.URL.Opaque = b.root + path // as it is, .. and all
	if fields["Outside"] != "" {
		r.URL.Opaque = path
	}
	for name, value := range fields {
		r.Header.Set(name, value)
	}
	if host := fields["Host"]; host != "" {
		r.Host = host
	}
	for _, c := range b.Jar.Cookies(&url.URL{Scheme: "http", Host: r.URL.Host, Path: b.root + "/"}) { // by Opaque it finds none
		r.AddCookie(c)
	}
	response, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	b.Jar.SetCookies(&url.URL{Scheme: "http", Host: r.URL.Host, Path: b.root + "/"}, response.Cookies())
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for name := range response.Header {
		response.Header.Set(name, strings.ReplaceAll(response.Header.Get(name), b.root, ""))
	}
	return answer{response.StatusCode, response.Header, strings.ReplaceAll(string(body), b.root, "")}
}
