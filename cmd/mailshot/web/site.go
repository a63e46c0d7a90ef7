package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"mailshot/cmd/mailshot/wording"
)

// assets are the pages, their style and their script.
//
//go:embed page
var assets embed.FS

// A Site is what a Server shows.
type Site struct {
	Title  string // of all pages
	Noun   string // what an entry is: "row", "message"
	Source Source

	// State returns a text that is another one once List gives something else, for pages that wait for
	// that; "": it does not change any more. nil: it never does.
	State func() string
}

// handler returns what answers the requests of those who may look, all under a path.
func (s *Site) handler(under root) (http.Handler, error) {
	pages, err := template.New("").Funcs(template.FuncMap{
		"clean": wording.Clean, "lines": wording.CleanLines, "octets": wording.Octets, "plural": wording.Plural, "linked": under.linked,
		"root": func() string { return string(under) },
	}).ParseFS(assets, "page/*.html")
	if err != nil {
		return nil, err
	}
	h := &handler{site: s, pages: pages, root: under}
	mux := http.NewServeMux()
	answer := func(path string, f http.HandlerFunc) { mux.HandleFunc("GET "+string(under)+path, f) }
	answer("/{$}", h.list)
	answer("/letter/{id}", h.letter)
	answer("/letter/{id}/source", h.source)
	answer("/letter/{id}/html", h.frame)
	answer("/letter/{id}/message.eml", h.message)
	answer("/letter/{id}/file/{n}", h.file)
	answer("/state", h.state)
	for path, kind := range map[string]string{"style.css": "text/css", "script.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		answer("/"+path, func(w http.ResponseWriter, r *http.Request) {
			data, err := assets.ReadFile("page/" + path)
			if err != nil {
				h.fail(w, r, err)
				return
			}
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			_, _ = w.Write(data) // who asked may be gone
		})
	}
	mux.HandleFunc("GET /", h.missing)
	return mux, nil
}

// A handler answers requests.
type handler struct {
	site  *Site
	pages *template.Template
	root  root
}

// A common is what all pages have.
type common struct {
	root  root
	Site  *Site
	Title string // of this page
	State string // "": it does not change
	Query string // of the address, with a ? before it; "": none
}

func (h *handler) common(title string, q url.Values) common {
	c := common{root: h.root, Site: h.site, Title: title}
	if h.site.State != nil {
		c.State = h.site.State()
	}
	if len(q) > 0 {
		c.Query = "?" + q.Encode()
	}
	return c
}

// show answers with a page.
func (h *handler) show(w http.ResponseWriter, status int, page string, data any) {
	var b bytes.Buffer
	if err := h.pages.ExecuteTemplate(&b, page, data); err != nil {
		refuse(w, http.StatusInternalServerError, "The page can't be made.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who asked may be gone
}

// A failure is a page that says what went wrong.
type failure struct {
	common
	Text string
}

func (h *handler) missing(w http.ResponseWriter, _ *http.Request) {
	h.show(w, http.StatusNotFound, "failure", &failure{h.common("Not found", nil), "There is nothing at this address."})
}

func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for it
	}
	h.show(w, http.StatusInternalServerError, "failure", &failure{h.common("It can't be shown", nil), err.Error()})
}

// state tells a page whether there is something new.
func (h *handler) state(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(h.common("", nil).State)) // who asked may be gone
}

// queryOf reads what a page is asked for.
func queryOf(r *http.Request) Query {
	v := r.URL.Query()
	q := Query{Words: v.Get("q"), Only: v.Get("only"), Page: 1}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 0 && n < 1<<24 {
		q.Page = n
	}
	return q
}

// values returns what stands in the address for a query, but for the page.
func (q Query) values() url.Values {
	v := make(url.Values)
	if q.Words != "" {
		v.Set("q", q.Words)
	}
	if q.Only != "" {
		v.Set("only", q.Only)
	}
	return v
}

// open returns the entry of an address, or has answered.
func (h *handler) open(w http.ResponseWriter, r *http.Request) (item *Item) {
	item, err := h.site.Source.Open(r.Context(), queryOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		h.fail(w, r, err)
		return nil
	case item == nil:
		h.missing(w, r)
	}
	return item
}
