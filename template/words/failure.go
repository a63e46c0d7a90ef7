// Package words says what is wrong with a template, or with a value that a template was given, in
// the words of somebody who writes letters and no programs. It knows nothing of places: the caller,
// who knows the file and the line, adds them.
package words

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A Failure says what is wrong, and what to do about it. Both are for the user.
type Failure struct {
	Text string // lower case, no full stop, one line
	Hint string // optional
	Cell *Cell  // that is wrong, if others of its column may be wrong alike; nil if there is none
}

// A Cell is a cell that is wrong as others of its column may be.
type Cell struct {
	Column string
	Value  string   // what stands there
	What   string   // what is wrong with it, in words that are the same for each of these cells
	Ways   []string // lines that the user can write, each of them a way out; told after the Hint
	// WaysOf returns those of the Ways that fit another cell of the column, which may be right. Where
	// it is set, the first of the Ways that fits all of its cells is the way out.
	WaysOf func(value string) []string
}

// Error returns the text without the hint.
func (f *Failure) Error() string { return f.Text }

// Failf returns a Failure with a text in a format of package fmt.
func Failf(format string, args ...any) *Failure {
	return &Failure{Text: fmt.Sprintf(format, args...)}
}

// WithHint sets the hint of f, in a format of package fmt, and returns f.
func (f *Failure) WithHint(format string, args ...any) *Failure {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

// WithCell sets the cell of f, names its column behind the text, and returns f.
func (f *Failure) WithCell(c Cell) *Failure {
	f.Cell = &c
	f.Text += fmt.Sprintf(" (column %s)", Quote(c.Column))
	return f
}

// Quote returns a value from a row as an error shows it: in quotation marks, on one line, without
// control characters, and no more than 60 characters of it.
func Quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// OneLine returns s with a space for each line break and other character that can't be seen.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// Counted returns "1 value", or n with "values".
func Counted(n string) string {
	if n == "1" {
		return "1 value"
	}
	return n + " values"
}

// Unfit names a character that has no place in a line: the control characters C0, DEL and C1, and
// what Unicode takes for the end of a line. It returns "" for any other character.
func Unfit(r rune) string {
	switch {
	case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029', r == '\v', r == '\f':
		return "line break"
	case r == '\t':
		return "tab"
	case r == 0:
		return "NUL character"
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return "control character"
	}
	return ""
}
