package preflight

import "strings"

// clipped is from how many octets of HTML on Gmail shows no more of it.
const clipped = 102_000

// htmlDoubts are what may be wrong with the HTML of letters. The zero value is that of none.
type htmlDoubts struct {
	long, longRow int // letters that are clipped, the first of them
	longest       int // octets of the longest
	bare, bareRow int // letters with a link that has no https://, the first of them
	link          string
}

// doubtsOfHTML returns those of one letter.
func doubtsOfHTML(html string, row int) (one htmlDoubts) {
	if len(html) > clipped {
		one.long, one.longRow, one.longest = 1, row, len(html)
	}
	if one.link = bareLink(html); one.link != "" {
		one.bare, one.bareRow = 1, row
	}
	return one
}

// any reports whether there are some.
func (h *htmlDoubts) any() bool { return h.long+h.bare > 0 }

// take adds those of later rows.
func (h *htmlDoubts) take(of htmlDoubts) {
	if h.long == 0 {
		h.longRow = of.longRow
	}
	if h.bare == 0 {
		h.bareRow, h.link = of.bareRow, of.link
	}
	h.long, h.longest, h.bare = h.long+of.long, max(h.longest, of.longest), h.bare+of.bare
}

func (h *htmlDoubts) warn(warnf func(format string, args ...any)) {
	if h.bare > 0 {
		warnf("a link of the HTML goes to %q, which without https:// before it is no address of the web (%s, first row %d)", h.link, counted(h.bare, "letter"), h.bareRow)
	}
	if h.long > 0 {
		warnf("the HTML of %s is longer than 102 kB, the longest %d kB (first row %d): Gmail shows the first 102 kB of it, and cuts off the rest", counted(h.long, "letter"), h.longest/1000, h.longRow)
	}
}

// bareLink returns the first link of HTML that begins with www., or "".
func bareLink(html string) string {
	const www = "www."
	for rest := html; ; {
		i := strings.Index(rest, www)
		if i < 0 {
			return ""
		}
		if beginsLink(rest[:i]) {
			link := rest[i:]
			if end := strings.IndexAny(link, " \t\r\n>\"'"); end >= 0 {
				link = link[:end]
			}
			return link[:min(len(link), 60)]
		}
		rest = rest[i+len(www):]
	}
}

// beginsLink reports whether the value of an attribute href follows HTML.
func beginsLink(before string) bool {
	const blanks, name = " \t\r\n", "href"
	before, equals := strings.CutSuffix(strings.TrimRight(before, blanks+"\"'"), "=")
	before = strings.TrimRight(before, blanks)
	return equals && len(before) >= len(name) && strings.EqualFold(before[len(before)-len(name):], name)
}
