package web

import "net/http"

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
		p.Entries = append(p.Entries, listed{e, h.root.letter(e.ID, q.values())})
	}
	if len(l.Entries) > 0 {
		p.First, p.Last = q.Skip()+1, q.Skip()+len(l.Entries)
	}
	if q.Page > 1 {
		p.Previous = h.root.page(q, min(q.Page-1, 1+max(0, l.Found-1)/PageSize))
	}
	if q.Skip()+PageSize < l.Found {
		p.Next = h.root.page(q, q.Page+1)
	}
	all := Filter{"", "all", l.Total}
	for _, f := range append([]Filter{all}, l.Filters...) {
		of := Query{Words: q.Words, Only: f.Only}
		p.Filters = append(p.Filters, filterLink{f, h.root.page(of, 1), f.Only == q.Only})
	}
	h.show(w, http.StatusOK, "list", p)
}
