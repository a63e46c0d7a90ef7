package htmltext

import (
	"strings"
	"text/template/parse"

	"mailshot/template/words"
)

// A rewriter writes one text anew.
type rewriter struct {
	*keeper
	scanner
	node    *parse.TextNode
	out     strings.Builder
	written int // what of the text is written
}

// rewrite goes through a text, and returns the state after it. html/template gets the tags that an
// action stands in, and the style, title and the like that one stands in; marks for the rest.
func (k *keeper) rewrite(n *parse.TextNode, at state) state {
	r := &rewriter{keeper: k, scanner: scanner{state: at, text: string(n.Text)}, node: n}
	r.joint()
	for r.at < len(r.text) {
		r.next()
	}
	r.mark(len(r.text))
	n.Text = []byte(r.out.String())
	r.open = r.hidden && (endsOpen(r.text) || at.open && strings.Trim(r.text, "-!") == "")
	return r.state
}

func endsOpen(text string) bool {
	return strings.HasSuffix(text, "-") || strings.HasSuffix(text, "--!")
}

// joint refuses a text that makes the end of a comment of the end of a cell. One that ends the
// comment by itself does so whatever the cell.
func (r *rewriter) joint() {
	rest := strings.TrimLeft(r.text, "-!")
	if !r.open || !strings.HasPrefix(rest, ">") || endOfComment(r.text[:len(r.text)-len(rest)+1]) >= 0 {
		return
	}
	r.fail(r.node, words.Failf("a cell that ends in -- would end the <!--[if …]> it stands in, for a > follows it").
		WithHint("write quotation marks around the value of an attribute, and &gt; for > in text"))
}

// next goes through what begins where the scanner is.
func (r *rewriter) next() {
	begin := r.at
	switch {
	case r.place == inText:
		begin = r.piece()
	case r.place == inRaw:
		r.inner()
	case r.place.isTag():
		r.tag()
		r.pass(r.at)
	default:
		r.step()
		return
	}
	r.settle(begin)
}

// piece goes through text and what follows it, and returns where that begins. A tag, and the whole
// of a style, are for html/template only if they do not end here.
func (r *rewriter) piece() (begin int) {
	begin = r.markup()
	switch {
	case r.place == inComment || r.place == inDeclaration:
		r.opened = r.nodeAt(begin)
		return begin
	case r.place == inText && (r.at < len(r.text) || !isPart(r.text[begin:])):
		return begin
	case r.place == inRaw && r.whole():
		return begin
	}
	r.mark(begin)
	r.pass(r.at)
	return begin
}

// whole goes behind the end tag of a style or the like, if that is here.
func (r *rewriter) whole() bool {
	begin, was := r.at, r.state
	if r.rawText() {
		r.step()
	}
	if r.place == inText {
		return true
	}
	r.at, r.state = begin, was
	return false
}

// inner goes through the text in a style or the like, and its end tag.
func (r *rewriter) inner() {
	begin := r.at
	found := r.rawText()
	switch end := r.at; r.element {
	case "style":
		r.at = begin
		r.css(end, func(begin, end int) {
			r.pass(begin)
			r.put(end)
		})
	case "title", "textarea":
		if !found {
			end = r.lastTag(begin)
		}
		r.mark(end)
	}
	if found {
		r.step()
	}
	r.pass(r.at)
}

// lastTag returns where the last < of the text is, if with what follows the text it might begin the
// element's end tag; the length of the text if not.
func (r *rewriter) lastTag(begin int) int {
	i := strings.LastIndexByte(r.text[begin:], '<')
	tag := "</" + r.element
	if i < 0 || len(r.text)-begin-i > len(tag) || !strings.EqualFold(r.text[begin+i:], tag[:len(r.text)-begin-i]) {
		return len(r.text)
	}
	return begin + i
}

// settle finds the end of a <!--[if …]> in a tag, or in a style or the like. Outlook does not see
// it there. A browser does, and where it goes on with another tag no escape is right for both.
func (r *rewriter) settle(begin int) {
	if !r.hidden {
		return
	}
	n := endOfComment(r.text[begin:r.at])
	if n < 0 {
		return
	}
	r.hidden = false
	rest := scanner{text: r.text[begin+n : r.at]}
	for rest.at < len(rest.text) {
		rest.step()
	}
	if r.place != inText || rest.place != inText {
		r.fail(r.nodeAt(begin+n), words.Failf("a <!--[if …]> ends inside a tag").
			WithHint("to all but Outlook it is a comment, and the first --> ends it"))
	}
}

// pass leaves a text to html/template.
func (r *rewriter) pass(end int) {
	r.out.WriteString(r.text[r.written:end])
	r.written = end
}

// mark puts a mark in the place of a text, unless html/template leaves it as it is.
func (r *rewriter) mark(end int) {
	if strings.Contains(r.text[r.written:end], "<") {
		r.put(end)
		return
	}
	r.pass(end)
}

// put puts a mark in the place of a text.
func (r *rewriter) put(end int) {
	r.out.WriteString(r.add(r.text[r.written:end]))
	r.written = end
}

// nodeAt returns a node whose place is within the text.
func (r *rewriter) nodeAt(offset int) parse.Node {
	n := r.node.Copy().(*parse.TextNode)
	n.Pos += parse.Pos(offset)
	return n
}
