package wording

import (
	"slices"
	"strings"
)

// Wrap breaks a line between words into lines of at most so many columns, of which all but the first
// are indented by hang. 0 columns are no bound.
func Wrap(line string, hang, columns int) string {
	rest := []rune(line)
	from := len(line) - len(strings.TrimLeft(line, " ")) // where words begin
	if columns <= hang {
		return line
	}
	var b strings.Builder
	for len(rest) > columns {
		at := columns
		for at > from && rest[at] != ' ' {
			at--
		}
		if at == from { // a word that is too long stays whole
			next := slices.Index(rest[from:], ' ')
			if next < 0 {
				break
			}
			at = from + next
		}
		b.WriteString(strings.TrimRight(string(rest[:at]), " ") + "\n")
		rest = []rune(strings.Repeat(" ", hang) + strings.TrimLeft(string(rest[at:]), " "))
		from = hang
	}
	b.WriteString(string(rest))
	return b.String()
}
