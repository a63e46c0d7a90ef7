package web

import (
	"net/url"
	"strconv"

	"mailshot/cmd/mailshot/wording"
	"mailshot/template/lazyregexp"
)

// A root is the path under which a site is, without the slash at its end. It is another one for each
// server and can't be guessed: browsers send a cookie to all ports of a host, but to its path alone.
type root string

// page returns the address of a page of entries.
func (r root) page(q Query, page int) string {
	v := q.values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return withValues(string(r)+"/", v)
}

// letter returns the address of an entry.
func (r root) letter(id string, v url.Values) string {
	return withValues(string(r)+"/letter/"+url.PathEscape(id), v)
}

func withValues(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// A piece is a part of a text, with the address of the row that it names; "": it names none.
type piece struct{ Text, Link string }

// rowNamed matches where a text names a row.
var rowNamed = lazyregexp.New(`\brows? ([0-9]{1,9})\b`)

// linked returns a text in pieces, of which those that name a row are links to it.
func (r root) linked(text string) (pieces []piece) {
	text = wording.Clean(text)
	for {
		at := rowNamed().FindStringSubmatchIndex(text)
		if at == nil {
			return append(pieces, piece{Text: text})
		}
		pieces = append(pieces, piece{Text: text[:at[0]]}, piece{text[at[0]:at[1]], r.letter(text[at[2]:at[3]], nil)})
		text = text[at[1]:]
	}
}
