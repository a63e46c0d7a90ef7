package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mailshot/job/preview"
)

// darkStyle is how a mail program with a dark look begins: colours of the letter come before it.
const darkStyle = "html{color-scheme:dark;background:#1b1b1b;color:#e6e6e6}"

// lightStyle has a letter without a background be on white, whatever is around it.
const lightStyle = "html{color-scheme:light;background:#fff;color:#000}"

// Limits of the HTML of a letter, which is some hundred times as large when it is taken apart, and in
// which a picture may stand any number of times.
const (
	mostHTML     = 2 << 20  // octets that are shown
	mostPictures = 32 << 20 // octets of HTML that has pictures in it
	mostTextOf   = 1000     // octets of the words of a link
)

// frame answers with the HTML of a letter, for a frame in which nothing runs, and which goes nowhere.
func (h *handler) frame(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", framePolicy)
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" && dest != "iframe" {
		refuse(w, http.StatusForbidden, "The HTML of a letter is shown within its page.")
		return
	}
	item := h.open(w, r)
	if item == nil {
		return
	}
	m, err := preview.ReadWhole(bytes.NewReader(item.Octets))
	if err != nil || m.HTML == "" || len(m.HTML) > mostHTML {
		h.missing(w, r)
		return
	}
	style := lightStyle
	if r.URL.Query().Get("look") == "dark" {
		style = darkStyle
	}
	page, err := framed(m.HTML, m.Pictures, style)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // who asked may be gone
}

// A browser may look up or call a server that a link names before it is asked for anything, on its own
// or when the link is pressed: that is no request, and no policy forbids it. So there are no such links.

// leadNowhere has a link look as it does and lead to the top of the letter, unless it leads to a place in
// it. All elements of MathML may be links, and those of SVG have data with them.
func leadNowhere(n *html.Node) {
	for i := range n.Attr {
		switch a := &n.Attr[i]; {
		case strings.HasSuffix(a.Key, "href") && !strings.HasPrefix(strings.TrimSpace(a.Val), "#"):
			if isLink(n) || !strings.HasPrefix(a.Val, "data:") {
				a.Val = "#"
			}
		case isLink(n) && (a.Key == "ping" || a.Key == "target"):
			a.Val = ""
		}
	}
}

// isLink reports whether an element leads somewhere when it is pressed.
func isLink(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.A || n.DataAtom == atom.Area)
}

// inert are elements that are left out. What they would do beyond that is forbidden by framePolicy.
func inert(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Base, atom.Link, atom.Script, atom.Iframe, atom.Frame, atom.Frameset, atom.Object, atom.Embed, atom.Applet:
		return true
	case atom.Meta:
		return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "http-equiv" })
	}
	// Animations of SVG may change where a link leads.
	return strings.HasPrefix(n.Data, "animate") || n.Data == "set"
}

// framed returns the HTML of a letter with its own pictures in it, without what could fetch others, and
// with a style before its own.
func framed(page string, pictures []preview.File, style string) ([]byte, error) {
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("the HTML can't be shown: %w", err)
	}
	clean(root, newShelf(pictures))
	if head := first(root, atom.Head); head != nil {
		own := &html.Node{Type: html.ElementNode, Data: "style", DataAtom: atom.Style}
		own.AppendChild(&html.Node{Type: html.TextNode, Data: style})
		head.InsertBefore(own, head.FirstChild)
	}
	var b bytes.Buffer
	if err := html.Render(&b, root); err != nil {
		return nil, fmt.Errorf("the HTML can't be shown: %w", err)
	}
	return b.Bytes(), nil
}

// clean takes out what is inert, and puts pictures in the place of their names.
func clean(n *html.Node, pictures *shelf) {
	for i := range n.Attr {
		n.Attr[i].Val = pictures.in(n.Attr[i].Val)
	}
	leadNowhere(n)
	if n.Type == html.TextNode && n.Parent != nil && n.Parent.DataAtom == atom.Style {
		n.Data = pictures.in(n.Data)
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && inert(c) {
			n.RemoveChild(c)
		} else {
			clean(c, pictures)
		}
		c = next
	}
}

// first returns the first element of a kind, or nil.
func first(root *html.Node, kind atom.Atom) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == kind {
			return n
		}
	}
	return nil
}

// A link is where a letter leads to.
type link struct{ Text, To string }

// linksOf returns the first mostLinks links of HTML, in its order, and how many more there are.
func linksOf(page string) (links []link, more int) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, 0
	}
	for n := range root.Descendants() {
		if !isLink(n) {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case a.Key != "href":
			case len(links) == mostLinks:
				more++
			default:
				links = append(links, link{textOf(n), a.Val})
			}
		}
	}
	return links, more
}

// textOf returns the words within an element, and those that stand for pictures, or the first of them.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		for _, a := range d.Attr {
			if a.Key == "alt" {
				b.WriteString(" " + beginning(a.Val, mostTextOf))
			}
		}
		if d.Type == html.TextNode {
			b.WriteString(" " + beginning(strings.TrimSpace(d.Data), mostTextOf))
		}
		if b.Len() > mostTextOf {
			break
		}
	}
	return beginning(strings.Join(strings.Fields(b.String()), " "), mostTextOf)
}
