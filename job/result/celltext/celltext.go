// Package celltext makes the text of a cell of the results log: one line without control
// characters, which no spreadsheet takes for a formula. It makes the text from it again, too.
package celltext

import (
	"strings"
	"unicode/utf8"
)

// Classes of an octet in a cell; an octet may have both.
const (
	special     = 1 << iota // it may have to be escaped; no other octet ever has
	needsQuotes             // a cell that has it is quoted
)

var classes = func() (c [256]uint8) {
	for b := range c {
		if b < 0x20 || b >= 0x7f || b == '\\' || b == ';' {
			c[b] |= special
		}
	}
	for _, b := range []byte(`,;"`) {
		c[b] |= needsQuotes
	}
	return c
}()

// Escape returns s as one line of valid UTF-8 without control characters:
//
//	\\            a backslash
//	\t \n \r      tab, line feed, carriage return
//	\xHH          another octet: C0, DEL, one that is not UTF-8
//	\uHHHH        C1 (U+0080 to U+009F), U+2028, U+2029
//
// A semicolon before the beginning of a formula is \x3b: where the list separator
// is a semicolon, a spreadsheet splits the line there, even within quotes, and the
// rest would be a cell of its own.
func Escape(s string) string {
	i := 0
	for i < len(s) && classes[s[i]]&special == 0 {
		i++
	}
	if i == len(s) {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	b = append(b, s[:i]...)
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			b = appendByte(b, c, s[i+1:])
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = AppendHex(append(b, `\x`...), uint32(s[i]), 2)
		case r < 0xa0 || r == '\u2028' || r == '\u2029':
			b = AppendHex(append(b, `\u`...), uint32(r), 4)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}

// appendByte escapes the ASCII character c, which rest follows.
func appendByte(b []byte, c byte, rest string) []byte {
	switch {
	case c == '\\':
		return append(b, `\\`...)
	case c == '\t':
		return append(b, `\t`...)
	case c == '\n':
		return append(b, `\n`...)
	case c == '\r':
		return append(b, `\r`...)
	case c < 0x20 || c == 0x7f || c == ';' && Formula(strings.TrimLeft(rest, ` "'`)):
		return AppendHex(append(b, `\x`...), uint32(c), 2)
	}
	return append(b, c)
}

// AppendHex appends the last n hex digits of v.
func AppendHex(b []byte, v uint32, n int) []byte {
	const digits = "0123456789abcdef"
	for n > 0 {
		n--
		b = append(b, digits[v>>(4*n)&0xf])
	}
	return b
}

// Unescape is the reverse of Escape. A backslash that begins none of its sequences
// is kept.
func Unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i >= 0 {
		b = append(b, s[:i]...)
		s = s[i+1:]
		b, s = appendUnescaped(b, s)
		i = strings.IndexByte(s, '\\')
	}
	return string(append(b, s...))
}

// appendUnescaped appends what a backslash before s stands for, and returns the
// rest of s.
func appendUnescaped(b []byte, s string) ([]byte, string) {
	if s == "" {
		return append(b, '\\'), s
	}
	switch s[0] {
	case '\\':
		return append(b, '\\'), s[1:]
	case 't':
		return append(b, '\t'), s[1:]
	case 'n':
		return append(b, '\n'), s[1:]
	case 'r':
		return append(b, '\r'), s[1:]
	case 'x':
		if v, ok := Hex(s[1:], 2); ok {
			return append(b, byte(v)), s[3:]
		}
	case 'u':
		if v, ok := Hex(s[1:], 4); ok {
			return utf8.AppendRune(b, rune(v)), s[5:]
		}
	}
	return append(b, '\\'), s
}

// Hex reads the first n characters of s as lower-case hex digits.
func Hex(s string, n int) (v uint32, ok bool) {
	if len(s) < n {
		return 0, false
	}
	for _, c := range []byte(s[:n]) {
		switch {
		case '0' <= c && c <= '9':
			v = v<<4 | uint32(c-'0')
		case 'a' <= c && c <= 'f':
			v = v<<4 | uint32(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// Formula reports whether a spreadsheet may take a cell of this text for a formula.
func Formula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	}
	return false
}

// Guard puts an apostrophe before a cell that a spreadsheet might take for a
// formula, and before one that begins with an apostrophe, so that Unguard is
// its reverse.
func Guard(cell string) string {
	if Formula(cell) || strings.HasPrefix(cell, "'") {
		return "'" + cell
	}
	return cell
}

// Unguard is the reverse of Guard. If a spreadsheet took the apostrophe for its own
// mark of a text, and dropped it, the cell is the same.
func Unguard(cell string) string { return strings.TrimPrefix(cell, "'") }

// NeedsQuotes reports whether a cell is quoted. Those that begin or end with a space, or
// have a semicolon, are quoted for the sake of other programs.
func NeedsQuotes(cell string) bool {
	for i := range len(cell) {
		if classes[cell[i]]&needsQuotes != 0 {
			return true
		}
	}
	return cell != "" && (cell[0] == ' ' || cell[len(cell)-1] == ' ')
}
