package htmltext

import (
	"strings"

	"mailshot/template/lazyregexp"
)

// A place is where in HTML a scanner is. The names are those of the tokenizer of the HTML standard,
// section 13.2.5, as far as it has them.
type place int

const (
	inText place = iota
	inComment
	inDeclaration // <!…>, <?…> and </ with no name: comments up to the next >
	inRaw         // what stands in style, script, title and textarea
	inTagName
	beforeName // of an attribute
	inName
	afterName
	beforeValue
	inDouble // a value in double quotation marks
	inSingle
	inUnquoted
)

// isTag reports whether a place is in a tag.
func (p place) isTag() bool { return p >= inTagName }

// A state is all that a scanner knows between two texts of a template.
type state struct {
	place   place
	element string   // of inRaw, or of a tag that such text may follow: one of raw
	style   cssState // of inRaw in a style
	hidden  bool     // in a condition that makes a comment of all that follows, but to Outlook
	// open says that what stands before a hidden text may end in hyphens, with which a > would be the
	// end of the comment.
	open bool
}

// join returns the state after one of two ways that meet.
func (s state) join(t state) state {
	s.hidden = s.hidden || t.hidden
	s.open = s.open || t.open
	return s
}

// meets reports whether html/template can tell what follows two states apart, or need not.
func (s state) meets(t state) bool {
	if s.place.isTag() && t.place.isTag() {
		return true // html/template compares them, for it sees the tag
	}
	return s.place == t.place && s.element == t.element && (s.style == inCSSComment) == (t.style == inCSSComment)
}

// isDead reports whether what stands in a place is never shown, so that no cell need stand there.
func (s state) isDead() bool {
	return s.place == inComment || s.place == inDeclaration || s.place == inRaw && s.style == inCSSComment
}

// condition matches the beginning of a part for some mail programs only, mostly Outlook.
var condition = lazyregexp.New(`(?i)^<!--\[if[^\]>]*\]>`)

const blanks = " \t\r\n\f"

// A scanner goes through one text of a template.
type scanner struct {
	state
	text string
	at   int // an offset in text
}

// rest returns what is not yet scanned.
func (s *scanner) rest() string { return s.text[s.at:] }

// step goes on to the end of where it is; from text, behind the next tag, comment or declaration.
func (s *scanner) step() {
	switch {
	case s.place == inText:
		s.markup()
	case s.place == inComment:
		s.comment()
	case s.place == inDeclaration:
		s.declaration()
	case s.place == inRaw:
		if s.rawText() {
			s.beginTag(s.rest())
		}
	default:
		s.tag()
	}
}

// markup goes on from text to the next <, and behind what begins there: a tag, a comment, a
// declaration. It returns where that begins; the length of the text if there is none.
func (s *scanner) markup() (begin int) {
	text, _, found := strings.Cut(s.rest(), "<")
	s.at += len(text)
	if s.hidden && endOfComment(text) >= 0 {
		s.hidden = false
	}
	begin = s.at
	rest := s.rest()
	switch {
	case !found:
	case isPart(rest):
		s.at = len(s.text)
	case strings.HasPrefix(rest, "<!--"):
		s.beginComment(rest)
	case len(rest) > 1 && isLetter(rest[1]), len(rest) > 2 && rest[1] == '/' && isLetter(rest[2]):
		s.beginTag(rest)
	case len(rest) > 1 && (rest[1] == '!' || rest[1] == '?' || rest[1] == '/'):
		s.place = inDeclaration
		s.at += 2
		s.declaration()
	default:
		s.at++
	}
	return begin
}

// isPart reports whether a text is the beginning of a tag or comment, and what follows it says of
// which.
func isPart(text string) bool {
	return text == "<" || text == "</" || text == "<!" || text == "<!-"
}

func (s *scanner) beginComment(rest string) {
	if opening := condition().FindString(rest); opening != "" {
		s.at += len(opening)
		s.hidden = true
		return
	}
	s.place = inComment
	s.at += len("<!--")
	for _, empty := range []string{">", "->"} {
		if strings.HasPrefix(s.rest(), empty) {
			s.at += len(empty)
			s.endComment()
			return
		}
	}
	s.comment()
}

// comment goes on behind the end of a comment.
func (s *scanner) comment() {
	n := endOfComment(s.rest())
	if n < 0 {
		s.at = len(s.text)
		return
	}
	s.at += n
	s.endComment()
}

// endOfComment returns the offset behind the end of a comment; -1 if a text has none.
func endOfComment(text string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], "--")
		if i < 0 {
			return -1
		}
		from += i + 1
		for _, end := range []string{"->", "-!>"} {
			if strings.HasPrefix(text[from:], end) {
				return from + len(end)
			}
		}
	}
}

func (s *scanner) endComment() {
	s.place = inText
	s.hidden = false // it is the end of a condition too, but to Outlook
}

// declaration goes on behind the end of a declaration.
func (s *scanner) declaration() {
	inner, _, closed := strings.Cut(s.rest(), ">")
	s.at += len(inner)
	if !closed {
		return
	}
	s.at++
	s.place = inText
	if strings.HasSuffix(inner, "--") || strings.HasSuffix(inner, "--!") { // <![endif]-->
		s.hidden = false
	}
}

func (s *scanner) beginTag(rest string) {
	isEnd := rest[1] == '/'
	s.at++
	if isEnd {
		s.at++
	}
	begin := s.at
	for s.at < len(s.text) && !strings.ContainsRune(blanks+"/>", rune(s.text[s.at])) {
		s.at++
	}
	s.element, s.style = "", inCSS
	if name := strings.ToLower(s.text[begin:s.at]); !isEnd && raw[name] {
		s.element = name
	}
	s.place = inTagName
	s.tag()
}

// raw are the elements whose text is no HTML.
var raw = map[string]bool{"style": true, "script": true, "title": true, "textarea": true}

// tag goes on behind the end of a tag.
func (s *scanner) tag() {
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		isBlank := strings.IndexByte(blanks, c) >= 0
		switch s.place {
		case inDouble, inSingle:
			if c == '"' && s.place == inDouble || c == '\'' && s.place == inSingle {
				s.place = beforeName
			}
			continue
		case beforeValue:
			switch {
			case isBlank:
			case c == '"':
				s.place = inDouble
			case c == '\'':
				s.place = inSingle
			case c == '>':
				s.endTag()
				return
			default:
				s.place = inUnquoted
			}
			continue
		}
		switch {
		case c == '>':
			s.endTag()
			return
		case s.place == inUnquoted && !isBlank:
		case isBlank && (s.place == inName || s.place == afterName):
			s.place = afterName
		case isBlank || c == '/':
			s.place = beforeName
		case c == '=' && (s.place == inName || s.place == afterName):
			s.place = beforeValue
		case s.place != inTagName:
			s.place = inName
		}
	}
}

func (s *scanner) endTag() {
	s.place = inText
	if s.element != "" {
		s.place = inRaw
	}
}

// rawText goes on to the end tag of an element whose text is no HTML, if that is here.
func (s *scanner) rawText() bool {
	for i := s.at; ; i++ {
		n := strings.Index(s.text[i:], "</")
		if n < 0 {
			s.at = len(s.text)
			return false
		}
		i += n
		after := i + len("</") + len(s.element)
		if after < len(s.text) && strings.EqualFold(s.text[i+len("</"):after], s.element) && strings.IndexByte(blanks+"/>", s.text[after]) >= 0 {
			s.at = i
			return true
		}
	}
}

// action changes the state by an action that prints something.
func (s *state) action() {
	switch s.place {
	case beforeValue:
		s.place = inUnquoted
	case inTagName, beforeName, afterName:
		s.place = inName
	}
	s.open = s.hidden
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
