package problem

import (
	"fmt"
	"strings"
	"unicode"
)

// Quote returns an argument in the form in which it can be typed into a shell. What
// can't be seen in it is written as octets.
func Quote(s string) string {
	unsafe := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,@+", r))
	}
	unseen := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
	switch {
	case s != "" && !strings.ContainsFunc(s, unsafe):
		return s
	case strings.ContainsFunc(s, unseen):
		return quoteOctets(s)
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// quoteOctets returns $'…' (POSIX.1-2024, Shell Command Language, section 2.2.4), with
// everything but printable ASCII as octal numbers of three digits, so that no digit
// behind one belongs to it.
func quoteOctets(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '\'' || c == '\\' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
