// Package pagetext makes of a page of HTML the text that somebody reads in it, for a terminal.
package pagetext

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Of returns the text of a page: what a browser shows, paragraphs and rows of tables on lines of their
// own, links with their address behind them, and of pictures the words that stand for them.
func Of(page string) string {
	w := &writer{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, as a string has no other
			if z.Err() != io.EOF {
				w.word(z.Err().Error())
			}
			return w.end()
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.begin(z.Token())
		case html.EndTagToken:
			w.close(z.Token().DataAtom)
		}
	}
}

// A writer writes text, with white space as HTML has it.
type writer struct {
	b       strings.Builder
	lines   int  // that are due before the next word; 0: none
	space   bool // one is due
	skip    atom.Atom
	pre     int
	list    []int // of each list around: the number of the last item; -1: they have none
	link    string
	linked  int // where the text of the link begins
	written bool
}

// breaks returns 1 for elements that begin and end a line, and 2 for those with an empty line around them.
func breaks(a atom.Atom) int {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre, atom.Dl, atom.Table, atom.Hr:
		return 2
	case atom.Div, atom.Tr, atom.Li, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dt, atom.Dd, atom.Address, atom.Center, atom.Main, atom.Nav, atom.Body, atom.Form:
		return 1
	}
	return 0
}

func (w *writer) begin(t html.Token) {
	if w.skip != 0 {
		return
	}
	w.lines = max(w.lines, breaks(t.DataAtom))
	switch t.DataAtom {
	case atom.Style, atom.Script, atom.Title, atom.Template:
		w.skip = t.DataAtom
	case atom.Br:
		if w.lines > 0 {
			w.flush()
		}
		w.lines = 1
	case atom.Td, atom.Th:
		w.space = true
	case atom.Pre:
		w.pre++
	case atom.Ul:
		w.list = append(w.list, -1)
	case atom.Ol:
		w.list = append(w.list, 0)
	case atom.Li:
		w.item()
	case atom.Hr:
		w.word("----")
		w.lines = 2
	case atom.Img:
		if alt := strings.TrimSpace(attribute(t, "alt")); alt != "" {
			w.word("[" + alt + "]")
		}
	case atom.A:
		w.link, w.linked = attribute(t, "href"), w.b.Len()
	}
}

// item begins an item of a list.
func (w *writer) item() {
	mark := "*"
	if n := len(w.list) - 1; n >= 0 && w.list[n] >= 0 {
		w.list[n]++
		mark = fmt.Sprintf("%d.", w.list[n])
	}
	w.word(mark)
	w.space = true
}

func (w *writer) close(a atom.Atom) {
	if w.skip != 0 {
		if a == w.skip {
			w.skip = 0
		}
		return
	}
	switch a {
	case atom.Pre:
		w.pre = max(0, w.pre-1)
	case atom.Ul, atom.Ol:
		w.list = w.list[:max(0, len(w.list)-1)]
	case atom.A:
		w.endLink()
	}
	w.lines = max(w.lines, breaks(a))
}

// endLink writes where a link goes, unless its text says so.
func (w *writer) endLink() {
	to := strings.TrimPrefix(w.link, "mailto:")
	w.link = ""
	text := strings.TrimSpace(w.b.String()[min(w.linked, w.b.Len()):])
	if to == "" || strings.HasPrefix(to, "#") || text == to {
		return
	}
	w.space = text != ""
	w.word("<" + to + ">")
}

// text writes text of the page.
func (w *writer) text(s string) {
	if w.skip != 0 {
		return
	}
	if w.pre > 0 {
		w.flush()
		w.b.WriteString(s)
		w.written = w.written || s != ""
		return
	}
	for len(s) > 0 {
		rest := strings.TrimLeft(s, " \t\r\n\f")
		w.space = w.space || len(rest) < len(s)
		end := strings.IndexAny(rest, " \t\r\n\f")
		if end < 0 {
			end = len(rest)
		}
		if end > 0 {
			w.word(rest[:end])
		}
		s = rest[end:]
	}
}

// word writes a word, with the line ends or the space that are due before it.
func (w *writer) word(s string) {
	w.flush()
	w.b.WriteString(s)
	w.written = true
}

// flush writes what is due.
func (w *writer) flush() {
	switch {
	case !w.written:
	case w.lines > 0:
		w.b.WriteString("\n\n"[:min(w.lines, 2)])
	case w.space:
		w.b.WriteByte(' ')
	}
	w.lines, w.space = 0, false
}

func (w *writer) end() string {
	text := strings.TrimSpace(w.b.String())
	if text == "" {
		return ""
	}
	return text + "\n"
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
