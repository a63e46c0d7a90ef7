package template

import (
	"strings"
	"unicode/utf8"

	"mailshot/template/words"
)

// line returns a rendered part as the value of a header field: without the white space around it,
// for a block text in YAML ends in a line break. It refuses what could end the line: RFC 5322
// section 2.2 has no CR or LF in a field's body but for folding, which is not the user's.
func (p *part) line(s string) (string, *Error) {
	s = strings.TrimSpace(s)
	if f := p.notOneLine(s); f != nil {
		return "", p.error(f)
	}
	if s == "" && p.field == "subject" {
		return "", p.error(words.Failf("subject is empty"))
	}
	return s, nil
}

// path returns a rendered part as a file's path.
func (p *part) path(s string) (string, *Error) {
	s = strings.TrimSpace(s)
	if f := p.notOneLine(s); f != nil {
		return "", p.error(f)
	}
	if s == "" {
		return "", p.error(words.Failf("the path of the %s is empty", p.field))
	}
	return s, nil
}

// body checks a rendered text or HTML.
func (p *part) body(s string) *Error {
	if !utf8.ValidString(s) {
		return p.error(words.Failf("%s is not UTF-8", p.field).WithHint("slice cuts a letter like é in two; %s takes whole ones", `{{printf "%.1s" .name}}`))
	}
	if strings.TrimSpace(s) == "" {
		return p.error(words.Failf("%s is empty", p.field))
	}
	return nil
}

func (p *part) notOneLine(s string) *words.Failure {
	for i, r := range s {
		if what := words.Unfit(r); what != "" {
			f := words.Failf("%s has a %s", p.field, what)
			if r == '\n' {
				f.WithHint(`where it comes from a cell, {{replace "\n" " " .column}} makes it a space`)
			}
			return f
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return words.Failf("%s is not UTF-8", p.field)
			}
		}
	}
	return nil
}
