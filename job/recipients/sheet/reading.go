package sheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// oldEncodings are those of which one is meant where a file is not UTF-8, as `encoding` names them.
var oldEncodings = []struct {
	name string
	*charmap.Charmap
}{
	{"windows-1252", charmap.Windows1252}, {"macintosh", charmap.Macintosh}, {"cp850", charmap.CodePage850},
	{"cp437", charmap.CodePage437}, {"windows-1250", charmap.Windows1250}, {"windows-1251", charmap.Windows1251},
}

// readings shows how a text reads in each of the old encodings. Those that have no character for one
// of its octets are left out.
func readings(text string) string {
	type reading struct {
		text  string
		names []string
	}
	var all []reading
	text = aroundDamage(text)
	for _, enc := range oldEncodings {
		s, err := enc.NewDecoder().String(text)
		if err != nil || strings.ContainsFunc(s, func(c rune) bool { return c == utf8.RuneError || unicode.IsControl(c) }) {
			continue
		}
		i := slices.IndexFunc(all, func(r reading) bool { return r.text == s })
		if i < 0 {
			all, i = append(all, reading{text: s}), len(all)
		}
		all[i].names = append(all[i].names, enc.name)
	}
	shown := make([]string, len(all))
	for i, r := range all {
		shown[i] = fmt.Sprintf("%q in %s", r.text, strings.Join(r.names, " and "))
	}
	return strings.Join(shown, ", ")
}

// aroundDamage returns a piece of a text with its first octet that is not UTF-8 in it. It has no
// control characters.
func aroundDamage(text string) string {
	const most = 20 // octets before it, and from it on
	at := 0
	for i, c := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); c == utf8.RuneError && size == 1 {
			at = i
			break
		}
	}
	from, to := max(0, at-most), min(len(text), at+most)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	piece := []byte(text[from:to])
	for i, c := range piece {
		if c < ' ' || c == 0x7f {
			piece[i] = ' '
		}
	}
	return strings.TrimSpace(string(piece))
}
