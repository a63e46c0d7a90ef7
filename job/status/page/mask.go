package page

import (
	"strings"

	"mailshot/template/lazyregexp"
)

// actionRE finds the actions of a template.
var actionRE = lazyregexp.New(`(?s)\{\{.*?\}\}`)

// literalRE finds what an action has in quotation marks, or says beside.
var literalRE = lazyregexp.New("(?s)/\\*.*?\\*/|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|'(?:[^'\\\\]|\\\\.)*'")

// addressRE finds addresses.
var addressRE = lazyregexp.New(`[^\s<>,;:"'()\[\]{}]+@[^\s<>,;:"'()\[\]{}]+`)

// masked returns a template without what may be of one recipient: addresses, and the values that
// actions compare cells with. What all recipients read stays.
func masked(text string) string {
	text = actionRE().ReplaceAllStringFunc(text, func(action string) string {
		return literalRE().ReplaceAllString(action, "…")
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
