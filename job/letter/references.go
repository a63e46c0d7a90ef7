package letter

import "strings"

// A reference is where HTML names a file.
type reference struct {
	name       string
	begin, end int // of the name
}

// references yields the places where HTML shows a file: cid: at the beginning
// of an attribute that takes a URL, or of the url() of a style. Everywhere else
// it is only text, as a cell may have it.
func references(html string) func(yield func(reference) bool) {
	return func(yield func(reference) bool) {
		s := scanner{html: html, yield: yield, coming: -1}
		for !s.done && s.comes() {
			s.next()
		}
	}
}

// A scanner walks through HTML once. The tokenizer of x/net/html does not do:
// it gives no places of attributes, and leaves out one that a tag has twice, as
// the tag of a template has that has another src in each way of an {{if}}.
type scanner struct {
	html   string
	at     int
	coming int // where the next cid: is; before at if it is not known
	yield  func(reference) bool
	done   bool // yield wants no more
}

// comes reports whether there is a cid: from here on. Most pages have none, or
// one in their head.
func (s *scanner) comes() bool {
	if s.coming < s.at {
		i := strings.Index(s.html[s.at:], "cid:")
		if i < 0 {
			return false
		}
		s.coming = s.at + i
	}
	return true
}

// blanks are what stands between attributes.
const blanks = " \t\r\n\f"

// next goes on to the next tag or comment, and behind it.
func (s *scanner) next() {
	i := strings.IndexByte(s.html[s.at:], '<')
	if i < 0 {
		s.at = len(s.html)
		return
	}
	s.at += i
	switch rest := s.html[s.at:]; {
	case strings.HasPrefix(rest, "<!--[if"): // for some mail programs, what follows is no comment
		s.behind("]>")
	case strings.HasPrefix(rest, "<!--"):
		s.behind("-->")
	case len(rest) > 1 && isNameChar(rest[1]):
		s.at++
		s.tag()
	default:
		s.at++
	}
}

// behind goes on behind the next end.
func (s *scanner) behind(end string) {
	_, after, _ := strings.Cut(s.html[s.at:], end)
	s.at = len(s.html) - len(after)
}

// until returns what comes before any of some characters, or the end.
func (s *scanner) until(chars string) string {
	rest := s.html[s.at:]
	if i := strings.IndexAny(rest, chars); i >= 0 {
		rest = rest[:i]
	}
	s.at += len(rest)
	return rest
}

func (s *scanner) skip(chars string) {
	s.at = len(s.html) - len(strings.TrimLeft(s.html[s.at:], chars))
}

// tag walks through a tag, and through what follows it if that is no HTML.
func (s *scanner) tag() {
	name := strings.ToLower(s.until(blanks + "/>"))
	for s.skip(blanks + "/"); s.at < len(s.html) && s.html[s.at] != '>'; s.skip(blanks + "/") {
		s.attribute()
	}
	switch name {
	case "style", "script", "textarea", "title":
		begin := s.at
		s.at += indexFold(s.html[s.at:], "</"+name)
		if name == "style" {
			s.css(begin, s.at)
		}
	}
}

// attribute walks through an attribute with its value, if it has one.
func (s *scanner) attribute() {
	begin := s.at
	s.at++ // an = too is a name's beginning
	s.until(blanks + "/>=")
	name := strings.ToLower(s.html[begin:s.at])
	s.skip(blanks)
	if s.at == len(s.html) || s.html[s.at] != '=' {
		return
	}
	s.at++
	s.skip(blanks)
	if s.at == len(s.html) {
		return
	}
	switch quote := s.html[s.at]; quote {
	case '"', '\'':
		s.at++
		begin = s.at
		s.until(string(quote))
		s.value(name, begin, s.at)
		s.at = min(s.at+1, len(s.html))
	default:
		begin = s.at
		s.until(blanks + ">")
		s.value(name, begin, s.at)
	}
}

// value looks for a reference in the value of an attribute.
func (s *scanner) value(name string, begin, end int) {
	if _, local, ok := strings.Cut(name, ":"); ok { // as v:src
		name = local
	}
	switch name {
	case "style":
		s.css(begin, end)
	case "src", "srcset", "href", "background", "poster", "data", "lowsrc", "dynsrc":
		s.url(begin, end)
	}
}

// css looks for references in a style.
func (s *scanner) css(begin, end int) {
	const opening = "url("
	for {
		i := indexFold(s.html[begin:end], opening)
		if begin += i + len(opening); begin >= end {
			return
		}
		inner := strings.TrimLeft(s.html[begin:end], blanks)
		for _, quote := range []string{`"`, "'", "&#34;", "&quot;", "&#39;"} {
			if unquoted, ok := strings.CutPrefix(inner, quote); ok {
				inner = unquoted
				break
			}
		}
		s.url(end-len(inner), end)
	}
}

// url yields the reference that a URL is.
func (s *scanner) url(begin, end int) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s.html[begin:end], blanks), "cid:")
	if !ok || s.done {
		return
	}
	begin = end - len(rest)
	n := 0
	for n < len(rest) && isNameChar(rest[n]) {
		n++
	}
	s.done = !s.yield(reference{rest[:n], begin, begin + n})
}

func isNameChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_'
}

// indexFold returns where s has sub, of ASCII in lower case, in any case; the length
// of s if it has not.
func indexFold(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return len(s)
}

// withoutActions returns the HTML of a template, of the same length: instead of
// the actions there are spaces, or { for what becomes text.
func withoutActions(template string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{{")
		action, after, closed := strings.Cut(rest, "}}")
		if !ok || !closed {
			b.WriteString(template)
			return b.String()
		}
		b.WriteString(before)
		filler := "{"
		word, _, _ := strings.Cut(strings.TrimLeft(strings.TrimPrefix(action, "-"), blanks), " ")
		switch word {
		case "if", "else", "with", "range", "end", "break", "continue", "define", "block", "template", "/*":
			filler = " "
		}
		b.WriteString(strings.Repeat(filler, len("{{}}")+len(action)))
		template = after
	}
}
