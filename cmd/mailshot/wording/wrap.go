package wording

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// Wrap breaks a line between words into lines of at most so many columns, of which all but the first
// are indented by hang. A word that is too long stays whole. 0 columns are no bound.
func Wrap(line string, hang, columns int) string {
	if columns <= hang {
		return line
	}
	var b strings.Builder
	from := len(line) - len(strings.TrimLeft(line, " ")) // where words begin
	for Width(line) > columns {
		at := breakAt(line, from, columns)
		if at < 0 {
			break
		}
		b.WriteString(strings.TrimRight(line[:at], " ") + "\n")
		line = strings.Repeat(" ", hang) + strings.TrimLeft(line[at:], " ")
		from = hang
	}
	return b.String() + line
}

// breakAt returns the index of the last space behind from up to which a line fits, else of the first,
// or -1 where there is none.
func breakAt(line string, from, columns int) int {
	last, width := -1, 0
	for i, r := range line {
		if r == ' ' && i > from {
			if width > columns && last >= 0 {
				return last
			}
			if last = i; width > columns {
				return last
			}
		}
		width += runewidth.RuneWidth(r)
	}
	return last
}

// WrapAll wraps each line of a text but those that keep says are to stay as they are.
func WrapAll(text string, hang, columns int, keep func(line string) bool) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		whole, end := strings.CutSuffix(line, "\n")
		if !keep(whole) {
			whole = Wrap(whole, hang, columns)
		}
		b.WriteString(whole)
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Width returns how many columns of a terminal a text takes: characters of East Asian scripts take two.
func Width(text string) int { return runewidth.StringWidth(text) }

// Pad returns a text with spaces behind it up to so many columns.
func Pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Width(text)))
}
