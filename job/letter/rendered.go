package letter

import (
	"html"
	"net/url"
	"strings"

	"mailshot/template"
)

// A rendered is a letter before it is encoded.
type rendered struct {
	template.Letter
	name string // of the recipient
}

// HTML returns the HTML of the letter that a draft composed last, or "".
func (c *Composer) HTML() string { return c.rendered.HTML }

// Shows reports whether the letter that a draft composed last has a text anywhere in it, in capital
// or small letters. Attached files are not looked at.
func (c *Composer) Shows(text string) bool {
	l, text := &c.rendered, strings.ToLower(text)
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if has(l.Text) || has(l.Subject) || has(l.name) || has(html.UnescapeString(l.HTML)) {
		return true
	}
	for _, h := range l.Headers {
		if has(h.Value) {
			return true
		}
	}
	return l.HTML != "" && strings.Contains(strings.ToLower(l.HTML), strings.ToLower(url.QueryEscape(text))) // in a link
}
