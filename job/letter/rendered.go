package letter

import (
	"html"
	"net/url"
	"slices"
	"strings"

	"mailshot/template"
	"mailshot/transport/message"
)

// A Rendered is a letter before it is encoded. Of attached files it has the names.
type Rendered struct {
	template.Letter
	Calendar string
	Branches []int    // that the letter took, where Config.Branches asks for them; see [template.Renderer.Branches]
	Names    []string // of the sender, the recipient and attached files
}

// attach adds the names of files.
func (l *Rendered) attach(files []message.Part) {
	for i := range files {
		l.Names = append(l.Names, files[i].FileName)
	}
}

// Shows reports whether the letter has a text anywhere in it, in capital or small letters.
func (l *Rendered) Shows(text string) bool {
	text = strings.ToLower(text)
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if has(l.Text) || has(l.Subject) || has(l.Calendar) || has(html.UnescapeString(l.HTML)) || slices.ContainsFunc(l.Names, has) {
		return true
	}
	for _, h := range l.Headers {
		if has(h.Value) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(l.HTML), strings.ToLower(url.QueryEscape(text))) // in a link
}
