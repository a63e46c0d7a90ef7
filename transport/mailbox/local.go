package mailbox

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsAtext reports whether c is atext (RFC 5322, section 3.2.3): a character of which atoms are made.
func IsAtext(c byte) bool { return atext[c] }

var atext = func() (t [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		t[c] = isAlnum(c) || c != 0 && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
	}
	return t
}()

// IsDotAtom reports whether s is a dot-atom-text (RFC 5322, section 3.2.3): atoms with single dots
// between.
func IsDotAtom(s string) bool { return isAtoms(s, false) }

// IsDotString reports whether s is a Dot-string (RFC 5321, section 4.1.2), whose atoms may have
// UTF-8 (RFC 6531, section 3.3). It does not look at whether that is valid.
func IsDotString(s string) bool { return isAtoms(s, true) }

func isAtoms(s string, wide bool) bool {
	dot := true // a dot, or the start: no dot may follow
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && !dot:
			dot = true
		case IsAtext(c), wide && c >= utf8.RuneSelf:
			dot = false
		default:
			return false
		}
	}
	return !dot
}

// Quote returns a local part as it goes on the wire: as it is if it is a Dot-string, else as a
// Quoted-string (RFC 5321, section 4.1.2), in which only `"` and `\` are escaped.
func Quote(local string) string {
	if IsDotString(local) {
		return local
	}
	var b strings.Builder
	b.Grow(len(local) + len(`""`))
	b.WriteByte('"')
	for i := range len(local) {
		if local[i] == '"' || local[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(local[i])
	}
	b.WriteByte('"')
	return b.String()
}

// unquote returns what a Quoted-string stands for.
func unquote(s string) (string, error) {
	bad := errors.New("the quoted part before the @ is malformed")
	if len(s) < 2 || s[len(s)-1] != '"' {
		return "", bad
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		c := s[i]
		switch {
		case c == '"':
			return "", bad
		case c == '\\':
			i++
			if i == len(s)-1 {
				return "", bad
			}
			c = s[i]
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}

// checkLocal returns why s, which is not quoted, is no local part, whatever its length. What can't be
// seen is refused: an address that looks right and is not goes to nobody, or to another person.
func checkLocal(s string) error {
	switch {
	case s == "":
		return errors.New("the part before the @ is empty")
	case !utf8.ValidString(s):
		return errors.New("the part before the @ is not valid UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		return errors.New("the part before the @ has a control character")
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("the part before the @ has an invisible character")
	}
	return nil
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
