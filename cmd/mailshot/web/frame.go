package web

import (
	"bytes"
	"encoding/base64"
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
	if err != nil || m.HTML == "" {
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

// leadNowhere has a link look as it does and lead to the top of the letter, unless it leads to a place in it.
func leadNowhere(n *html.Node) {
	for i := range n.Attr {
		switch a := &n.Attr[i]; {
		case a.Key == "href" && !strings.HasPrefix(strings.TrimSpace(a.Val), "#"):
			a.Val = "#"
		case a.Key == "ping" || a.Key == "target":
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
	return false
}

// framed returns the HTML of a letter with its own pictures in it, without what could fetch others, and
// with a style before its own.
func framed(page string, pictures []preview.File, style string) ([]byte, error) {
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("the HTML can't be shown: %w", err)
	}
	data := pictureData(pictures)
	clean(root, data)
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
func clean(n *html.Node, data *strings.Replacer) {
	for i := range n.Attr {
		if a := &n.Attr[i]; strings.Contains(a.Val, "cid:") {
			a.Val = data.Replace(a.Val)
		}
	}
	if isLink(n) {
		leadNowhere(n)
	}
	if n.Type == html.TextNode && n.Parent != nil && n.Parent.DataAtom == atom.Style {
		n.Data = data.Replace(n.Data)
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && inert(c) {
			n.RemoveChild(c)
		} else {
			clean(c, data)
		}
		c = next
	}
}

// pictureData replaces the names of pictures by what is in them (RFC 2392, RFC 2397).
func pictureData(pictures []preview.File) *strings.Replacer {
	pictures = slices.Clone(pictures)
	slices.SortFunc(pictures, func(a, b preview.File) int { return len(b.ID) - len(a.ID) }) // one may begin like another
	var pairs []string
	for _, p := range pictures {
		if p.ID == "" || !strings.HasPrefix(p.Type, "image/") {
			continue
		}
		pairs = append(pairs, "cid:"+p.ID, "data:"+p.Type+";base64,"+base64.StdEncoding.EncodeToString(p.Content))
	}
	return strings.NewReplacer(pairs...)
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

// linksOf returns the links of HTML, in its order.
func linksOf(page string) (links []link) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	for n := range root.Descendants() {
		if !isLink(n) {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "href" {
				links = append(links, link{textOf(n), a.Val})
			}
		}
	}
	return links
}

// textOf returns the words within an element, and those that stand for pictures.
func textOf(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words = append(words, strings.Fields(d.Data)...)
		}
		for _, a := range d.Attr {
			if a.Key == "alt" {
				words = append(words, strings.Fields(a.Val)...)
			}
		}
	}
	return strings.Join(words, " ")
}
