// Package glob finds what files the path of a template can name.
package glob

import (
	"strings"
	"unicode"

	"mailshot/template/lazyregexp"
)

// A Pattern is what a path that may be a template can name.
type Pattern struct {
	Glob   string // for fs.Glob
	Wild   bool   // there is an action in it
	Static bool   // there is a letter or digit outside actions
}

var (
	opener = lazyregexp.New(`^(?:if|with|range|define|block)\b`)
	closer = lazyregexp.New(`^end\b`)
)

// Of returns a pattern with a * for each action of a path template, and one for all between
// {{if}} and its {{end}}. What is in no action stands for itself.
func Of(path string) Pattern {
	var g Pattern
	var b strings.Builder
	depth := 0
	rest := path
	for {
		text, tail, found := strings.Cut(rest, "{{")
		if depth == 0 {
			if strings.HasPrefix(tail, "- ") {
				text = strings.TrimRightFunc(text, unicode.IsSpace)
			}
			g.Static = g.Static || strings.ContainsFunc(text, letterOrDigit)
			b.WriteString(Quote(text))
		}
		if !found {
			break
		}
		var action string
		action, rest = cutAction(tail)
		switch {
		case opener().MatchString(action):
			depth++
		case closer().MatchString(action) && depth > 0:
			depth--
		}
		if !strings.HasSuffix(b.String(), "*") || strings.HasSuffix(b.String(), `\*`) {
			b.WriteByte('*')
		}
		g.Wild = true
	}
	g.Glob = b.String()
	return g
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cutAction returns the action at the start of s, and what follows its }}.
func cutAction(s string) (action, rest string) {
	end := len(s)
	quote := byte(0)
	if c := strings.TrimPrefix(s, "- "); strings.HasPrefix(c, "/*") {
		_, rest, _ = strings.Cut(c, "*/")
		_, rest, _ = strings.Cut(rest, "}}")
		return "", rest
	}
scan:
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && quote != '`' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case strings.HasPrefix(s[i:], "}}"):
			end = i
			break scan
		}
	}
	action = s[:end]
	rest = strings.TrimPrefix(s[end:], "}}")
	if strings.HasSuffix(action, " -") {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	return strings.TrimSpace(strings.TrimPrefix(action, "- ")), rest
}

// Quote returns a pattern that only s matches.
func Quote(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`*?[]\`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
