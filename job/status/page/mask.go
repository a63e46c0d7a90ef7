package page

import (
	"strings"

	"mailshot/template/lazyregexp"
)

// literal is what stands in quotation marks, or is said beside, within an action. Where the text is cut it
// may have no end.
const literal = "/\\*(?s:.*?)(?:\\*/|\\z)|\"(?:[^\"\\\\]|\\\\(?s:.))*(?:\"|\\z)|`[^`]*(?:`|\\z)|'(?:[^'\\\\]|\\\\(?s:.))*(?:'|\\z)"

// actionRE finds the actions of a template. A literal may have in it what ends an action.
var actionRE = lazyregexp.New(`\{\{(?:` + literal + `|(?s:.))*?(?:\}\}|\z)`)

// literalRE finds the literals of an action, and numbers.
var literalRE = lazyregexp.New(literal + `|(?:^|[^\w.$])[-+]?\.?[0-9][\w.]*`)

// at is how an address has its sign, also within links and in HTML.
const at = `(?:@|%40|&#0*64;|&#[xX]0*40;|&commat;)`

// addressRE finds addresses.
var addressRE = lazyregexp.New(`(?:"[^"\n]*"|[^\s<>,;:"'()\[\]{}]+)` + at + `[^\s<>,;:"'()\[\]{}]+`)

// masked returns a template without what may be of one recipient: addresses, and the values that
// actions compare cells with. What all recipients read stays.
func masked(text string) string {
	text = actionRE().ReplaceAllStringFunc(text, func(action string) string {
		return literalRE().ReplaceAllStringFunc(action, func(found string) string {
			if strings.ContainsAny(found[:1], "/\"`'+-.0123456789") {
				return "…"
			}
			return found[:1] + "…"
		})
	})
	return addressRE().ReplaceAllString(text, "…")
}

// senderOf returns what may be told of a From without its name and local part.
func senderOf(from string) string {
	at := strings.LastIndexByte(from, '@')
	if at < 0 || strings.Contains(from, "{{") {
		return "…"
	}
	return "…@" + strings.TrimRight(from[at+1:], "> ")
}

// mask takes out of templates what may be somebody's, before they are clipped: of an action or an address
// that is cut it can't be told.
func (l *letter) mask() {
	l.From, l.Subject, l.Text = senderOf(l.From), masked(l.Subject), masked(l.Text)
	for i := range l.Files {
		l.Files[i] = baseOf(masked(l.Files[i]))
	}
}
