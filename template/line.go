package template

import (
	"strings"
	"unicode/utf8"
)

// line makes a rendered part the value of a header field: without the white
// space around it (a block text in YAML ends in a line break), and refused if
// anything in it could end the line. RFC 5322 section 2.2 has no CR, LF in a
// field's body but for folding, which is not the user's.
func (p *part) line(s string) (string, *Error) {
	s = strings.TrimSpace(s)
	if f := p.notOneLine(s); f != nil {
		return "", p.error(f)
	}
	if s == "" && p.field == "subject" {
		return "", p.error(failf("subject is empty"))
	}
	return s, nil
}

// path makes a rendered part a file's path.
func (p *part) path(s string) (string, *Error) {
	s = strings.TrimSpace(s)
	if f := p.notOneLine(s); f != nil {
		return "", p.error(f)
	}
	if s == "" {
		return "", p.error(failf("the path of the %s is empty", p.field))
	}
	return s, nil
}

// body checks a rendered text or HTML.
func (p *part) body(s string) *Error {
	if !utf8.ValidString(s) {
		return p.error(failf("%s is not UTF-8", p.field).withHint("slice cuts a letter like é in two; %s takes whole ones", `{{printf "%.1s" .name}}`))
	}
	if strings.TrimSpace(s) == "" {
		return p.error(failf("%s is empty", p.field))
	}
	return nil
}

func (p *part) notOneLine(s string) *failure {
	for i, r := range s {
		if what := unfit(r); what != "" {
			f := failf("%s has a %s", p.field, what)
			if r == '\n' {
				f.withHint(`where it comes from a cell, {{replace "\n" " " .column}} makes it a space`)
			}
			return f
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return failf("%s is not UTF-8", p.field)
			}
		}
	}
	return nil
}

// unfit names a character that has no place in a line: the control characters
// C0, DEL and C1, and what Unicode takes for the end of a line. It gives ""
// for any other.
func unfit(r rune) string {
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
