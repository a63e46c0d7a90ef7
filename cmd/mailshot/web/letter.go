package web

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/preview"
)

// A letterPage is the page of an entry.
type letterPage struct {
	common
	Item     *Item
	Message  *preview.Message // nil: there is none, or it can't be read
	Unread   string           // why it can't
	Links    []link           // of the HTML, the first mostLinks
	MoreThan int              // how many there are beyond these
	Cut      bool             // of the text, or the calendar, it is the beginning
	Files    []file
	Sources  string // the address of its source
	Before   string // the address of the entry before it; "": there is none
	After    string
	List     string // the address of the entries that it is among
	Frame    string // the address of the HTML; "": there is none
	Phone    bool   // it is shown as on a phone
	Dark     bool
	Widths   []choice
	Looks    []choice
}

// A choice is one of several ways to look.
type choice struct {
	Label, Link string
	Current     bool
}

// A file goes with a message.
type file struct {
	preview.File
	Link    string
	Picture bool
}

// mostLinks is how many links of a letter are listed.
const mostLinks = 200

// letter answers with the page of an entry.
func (h *handler) letter(w http.ResponseWriter, r *http.Request) {
	item := h.open(w, r)
	if item == nil {
		return
	}
	q := queryOf(r)
	q.Page = 1 + max(0, item.Place-1)/PageSize
	ways, look := q.values(), r.URL.Query()
	for _, name := range []string{"width", "look"} {
		if look.Has(name) {
			ways.Set(name, look.Get(name))
		}
	}
	p := &letterPage{
		common: h.common(cmp.Or(item.Name, item.ID), ways), Item: item, List: h.root.page(q, q.Page),
		Phone: look.Get("width") == "phone", Dark: look.Get("look") == "dark",
	}
	if item.Before != "" {
		p.Before = h.root.letter(item.Before, ways)
	}
	if item.After != "" {
		p.After = h.root.letter(item.After, ways)
	}
	p.read()
	p.ways(item.ID, ways)
	h.show(w, http.StatusOK, "letter", p)
}

// read reads the message.
func (p *letterPage) read() {
	if p.Item.Octets == nil {
		return
	}
	m, err := preview.ReadMessage(bytes.NewReader(p.Item.Octets))
	if err != nil {
		p.Unread = err.Error()
		return
	}
	p.Message = m
	for _, text := range []*string{&m.Text, &m.Calendar} {
		if begin := beginning(*text, mostSource); begin != *text {
			*text, p.Cut = begin, true
		}
	}
	if m.HTML != "" && len(m.HTML) <= mostHTML {
		p.Links, p.MoreThan = linksOf(m.HTML)
	}
	for n, f := range allFiles(m) {
		if len(f.Name) > mostName {
			f.Name = beginning(f.Name, mostName) + " …"
		}
		f.Type = beginning(f.Type, mostName)
		p.Files = append(p.Files, file{f, fmt.Sprintf("%s/file/%d", p.root.letter(p.Item.ID, nil), n), f.ID != ""})
	}
}

// ways completes the addresses of what belongs to the letter.
func (p *letterPage) ways(id string, ways url.Values) {
	here := p.root.letter(id, nil)
	p.Sources = withValues(here+"/source", ways)
	if p.Message == nil || p.Message.HTML == "" || len(p.Message.HTML) > mostHTML {
		return
	}
	p.Frame = here + "/html"
	if p.Dark {
		p.Frame += "?look=dark"
	}
	way := func(label, name, value string, current bool) choice {
		v := maps.Clone(ways)
		v.Del(name)
		if value != "" {
			v.Set(name, value)
		}
		return choice{label, withValues(here, v) + "#html", current}
	}
	p.Widths = []choice{way("desktop", "width", "", !p.Phone), way("phone", "width", "phone", p.Phone)}
	p.Looks = []choice{way("light", "look", "", !p.Dark), way("dark", "look", "dark", p.Dark)}
}

// Fields returns the fields of the header that readers of a letter see, in the order in which they look
// for them, or the others.
func (p *letterPage) Fields(seen bool) (fields []preview.Field) {
	first := []string{"subject", "from", "sender", "reply-to", "to", "cc", "date"}
	place := func(f preview.Field) int { return slices.Index(first, strings.ToLower(f.Name)) }
	for _, f := range p.Message.Fields {
		if place(f) >= 0 == seen {
			fields = append(fields, f)
		}
	}
	slices.SortStableFunc(fields, func(a, b preview.Field) int { return cmp.Compare(place(a), place(b)) })
	return fields
}

// A sourcePage is the page with the octets of a message.
type sourcePage struct {
	common
	Item   *Item
	Text   string
	Cut    int // octets that are left out
	Letter string
	File   string
}

// mostSource is how many octets of a message are shown, and of a text.
const mostSource = 512 << 10

// beginning returns a text, or its beginning of so many octets, without a part of a character at its end.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for back := 0; back < utf8.UTFMax && most > 0 && !utf8.RuneStart(text[most]); back++ {
		most--
	}
	return text[:most]
}

// source answers with the octets of a message as text.
func (h *handler) source(w http.ResponseWriter, r *http.Request) {
	item := h.open(w, r)
	if item == nil {
		return
	}
	if item.Octets == nil {
		h.missing(w, r)
		return
	}
	values := r.URL.Query()
	shown := item.Octets[:min(len(item.Octets), mostSource)]
	h.show(w, http.StatusOK, "source", &sourcePage{
		common: h.common("Source of "+cmp.Or(item.Name, item.ID), nil), Item: item, Text: wording.CleanLines(strings.ReplaceAll(string(shown), "\r\n", "\n")),
		Cut: len(item.Octets) - len(shown), Letter: h.root.letter(item.ID, values), File: h.root.letter(item.ID, nil) + "/message.eml",
	})
}
