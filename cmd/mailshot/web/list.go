package web

import (
	"net/http"
	"net/url"
	"strconv"

	"mailshot/cmd/mailshot/wording"
	"mailshot/template/lazyregexp"
)

// A listPage is the page with entries.
type listPage struct {
	common
	Query    Query
	List     *List
	Entries  []listed
	Filters  []filterLink
	First    int // place of the first entry; 0: there is none
	Last     int
	Previous string // the address of the page before; "": there is none
	Next     string
}

// Whole reports whether the page is the first of all entries, where notices of all stand.
func (p *listPage) Whole() bool { return p.Query == Query{Page: 1} }

// A listed entry is one with its address.
type listed struct {
	Entry
	Link string
}

type filterLink struct {
	Filter
	Link    string
	Current bool
}

// list answers with a page of entries.
func (h *handler) list(w http.ResponseWriter, r *http.Request) {
	q := queryOf(r)
	l, err := h.site.Source.List(r.Context(), q)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	p := &listPage{common: h.common(h.site.Title, q.values()), Query: q, List: l}
	for _, e := range l.Entries {
		p.Entries = append(p.Entries, listed{e, letterPath(e.ID, q.values())})
	}
	if len(l.Entries) > 0 {
		p.First, p.Last = q.Skip()+1, q.Skip()+len(l.Entries)
	}
	if q.Page > 1 {
		p.Previous = pagePath(q, min(q.Page-1, 1+max(0, l.Found-1)/PageSize))
	}
	if q.Skip()+PageSize < l.Found {
		p.Next = pagePath(q, q.Page+1)
	}
	all := Filter{"", "all", l.Total}
	for _, f := range append([]Filter{all}, l.Filters...) {
		of := Query{Words: q.Words, Only: f.Only}
		p.Filters = append(p.Filters, filterLink{f, pagePath(of, 1), f.Only == q.Only})
	}
	h.show(w, http.StatusOK, "list", p)
}

// pagePath returns the address of a page of entries.
func pagePath(q Query, page int) string {
	v := q.values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return withValues("/", v)
}

// letterPath returns the address of an entry.
func letterPath(id string, v url.Values) string { return withValues("/letter/"+url.PathEscape(id), v) }

func withValues(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// A piece is a part of a text, with the address of the row that it names; "": it names none.
type piece struct{ Text, Link string }

// rowNamed matches where a text names a row.
var rowNamed = lazyregexp.New(`\brows? ([0-9]{1,9})\b`)

// linked returns a text in pieces, of which those that name a row are links to it.
func linked(text string) (pieces []piece) {
	text = wording.Clean(text)
	for {
		at := rowNamed().FindStringSubmatchIndex(text)
		if at == nil {
			return append(pieces, piece{Text: text})
		}
		pieces = append(pieces, piece{Text: text[:at[0]]}, piece{text[at[0]:at[1]], letterPath(text[at[2]:at[3]], nil)})
		text = text[at[1]:]
	}
}
