package htmltext

import "strings"

// A cssState is where in a style a scanner is.
type cssState int

const (
	inCSS cssState = iota
	inCSSComment
	inCSSDouble // a text in double quotation marks
	inCSSSingle
	inCSSURL // url( without quotation marks
)

// css goes through a style up to its end, and calls keep with what html/template would leave out:
// comments, and //, with which none begins.
func (s *scanner) css(end int, keep func(begin, end int)) {
	for s.at < end {
		begin, rest := s.at, s.text[s.at:end]
		switch s.style {
		case inCSSComment:
			s.cssComment(rest)
			keep(begin, s.at)
		case inCSSDouble:
			s.cssText(rest, '"')
		case inCSSSingle:
			s.cssText(rest, '\'')
		case inCSSURL:
			s.cssText(rest, ')')
		default:
			s.cssToken(rest, keep)
		}
	}
}

// cssComment goes on behind the end of a comment.
func (s *scanner) cssComment(rest string) {
	inner, _, closed := strings.Cut(rest, "*/")
	s.at += len(inner)
	s.style = inCSSComment
	if closed {
		s.at += len("*/")
		s.style = inCSS
	}
}

// cssText goes on behind the end of a text.
func (s *scanner) cssText(rest string, quote byte) {
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case quote:
			s.at += i + 1
			s.style = inCSS
			return
		}
	}
	s.at += len(rest)
}

// cssToken goes on behind the next comment, or the beginning of a text.
func (s *scanner) cssToken(rest string, keep func(begin, end int)) {
	i := strings.IndexAny(rest, `("'/`)
	if i < 0 {
		s.at += len(rest)
		return
	}
	begin, after := s.at+i, rest[i+1:]
	s.at = begin + 1
	switch {
	case rest[i] == '"':
		s.style = inCSSDouble
	case rest[i] == '\'':
		s.style = inCSSSingle
	case rest[i] == '(' && isURL(rest[:i], after):
		s.style = inCSSURL
	case rest[i] == '/' && strings.HasPrefix(after, "/"):
		s.at++
		keep(begin, s.at)
	case rest[i] == '/' && strings.HasPrefix(after, "*"):
		s.at++
		s.cssComment(after[1:])
		keep(begin, s.at)
	}
}

// isURL reports whether a parenthesis begins a URL without quotation marks.
func isURL(before, after string) bool {
	const function = "url"
	if len(before) < len(function) || !strings.EqualFold(before[len(before)-len(function):], function) {
		return false
	}
	after = strings.TrimLeft(after, blanks)
	return !strings.HasPrefix(after, `"`) && !strings.HasPrefix(after, "'")
}
