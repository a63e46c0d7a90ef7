// Package calendar makes an iCalendar object (RFC 5545) of a rendered template: it escapes what the
// cells of a row made for the place where it stands, folds the lines, and sees that the object is one
// that can be sent as a scheduling message (RFC 5546). It knows nothing of templates and rows.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// What a template prints stands between two marks. A cell that has one of them is refused, as every
// control character is.
const (
	markBegin = '\x1e'
	markEnd   = '\x1f'
)

// Mark returns a value as Make finds it in the text of a template.
func Mark(value string) string {
	if strings.ContainsRune(value, markBegin) || strings.ContainsRune(value, markEnd) {
		value = "\x00" // which Make refuses
	}
	return string(markBegin) + value + string(markEnd)
}

// An Object is an iCalendar object, ready to be sent.
type Object struct {
	Text   string // lines of at most 75 octets that end in CRLF
	Method string // as REQUEST, in capitals
}

// Make makes an object of a text in which every value of a row is marked. An error is for the user: it
// names the line, counted without blank ones, where that helps.
func Make(marked string) (Object, error) {
	lines, err := split(marked)
	if err != nil {
		return Object{}, err
	}
	var b strings.Builder
	s := structure{}
	for _, l := range lines {
		p, err := l.property()
		if err == nil {
			err = s.add(p)
		}
		if err != nil {
			return Object{}, err
		}
		fold(&b, p.text)
	}
	if err := s.end(); err != nil {
		return Object{}, err
	}
	return Object{Text: b.String(), Method: s.method}, nil
}

// maxLine is the most octets of a line without its end (RFC 5545, section 3.1).
const maxLine = 75

// fold writes a line, in pieces if it is long. No character is cut.
func fold(b *strings.Builder, line string) {
	room := maxLine
	for len(line) > room {
		n := room
		for n > 0 && line[n]&0xc0 == 0x80 { // within a character of UTF-8
			n--
		}
		b.WriteString(line[:n])
		b.WriteString("\r\n ")
		line, room = line[n:], maxLine-1
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}

// A piece is some text of a line: the author's, or a value of the row.
type piece struct {
	text  string
	value bool
}

// A line is a content line, unfolded.
type line []piece

// split cuts a marked text into content lines. Blank lines, which actions leave behind, are none.
func split(marked string) (lines []line, err error) {
	var now line
	end := func() {
		switch {
		case now.blank():
		case len(lines) > 0 && now.continues():
			err = cmp.Or(err, now.indented())
			now[0].text = now[0].text[1:]
			lines[len(lines)-1] = append(lines[len(lines)-1], now...)
		default:
			lines = append(lines, now)
		}
		now = nil
	}
	rest := marked
	for rest != "" {
		i := strings.IndexAny(rest, "\n"+string(markBegin))
		if i < 0 {
			now, rest = append(now, piece{text: rest}), ""
			continue
		}
		if text := strings.TrimSuffix(rest[:i], "\r"); text != "" {
			now = append(now, piece{text: text})
		}
		if rest[i] == '\n' {
			end()
			rest = rest[i+1:]
			continue
		}
		value, after, ok := strings.Cut(rest[i+1:], string(markEnd))
		if !ok {
			return nil, errors.New("the calendar has a control character")
		}
		now, rest = append(now, piece{value, true}), after
	}
	end()
	return lines, err
}

// indented returns an error if a line that continues another one begins or ends a component, which was
// not meant.
func (l line) indented() error {
	word := strings.ToUpper(strings.TrimLeft(l[0].text, " \t"))
	if strings.HasPrefix(word, "BEGIN:") || strings.HasPrefix(word, "END:") {
		return fmt.Errorf("the line %q begins with a space, and so goes on with the one before", shown(l[0].text))
	}
	return nil
}

func (l line) blank() bool {
	for _, p := range l {
		if strings.TrimSpace(p.text) != "" {
			return false
		}
	}
	return true
}

// continues reports whether the line is folded, and goes on with the one before.
func (l line) continues() bool {
	return !l[0].value && strings.HasPrefix(strings.ReplaceAll(l[0].text, "\t", " "), " ")
}

// A property is a content line as it is sent.
type property struct {
	name  string // in capitals
	value string // as it is sent
	text  string // the whole line
}

// property writes a line with its values escaped (RFC 5545, section 3.1).
func (l line) property() (property, error) {
	w := writer{}
	for _, p := range l {
		var err error
		if p.value {
			err = w.insert(p.text)
		} else {
			err = w.author(p.text)
		}
		if err != nil {
			return property{}, err
		}
	}
	text := w.b.String()
	if w.colon == 0 {
		return property{}, fmt.Errorf("the line %q has no colon", shown(text))
	}
	return property{w.name, text[w.colon:], text}, nil
}

// shown returns the beginning of a line, for an error.
func shown(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
