package message

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxName keeps a field's name and its colon on a line of the usual length.
const maxName = 76

// reserved are the fields that only Encode, or a mail server, may write. Content-* and Resent-*
// are, too.
var reserved = []string{
	"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version",
	"Return-Path", "Received", "DKIM-Signature",
}

// A header is the fields of an entity while they are written, at the end of what is written
// already. The zero value is ready.
type header struct {
	buf   []byte // the message as far as it is written
	line  int    // where the current header line begins in buf
	value int    // where the value of the current field begins in buf
	limit int    // the length up to which its lines are filled
	token []byte // one unit of a header field, before it is placed
	utf8  bool   // addresses need not be ASCII
}

// checkFurther returns why name may not follow earlier as a further header field.
func checkFurther(earlier []Field, name string) error {
	if name == "" || len(name) > maxName {
		return &FieldError{"header field", fmt.Errorf("a name of %d characters; it needs 1 to %d", len(name), maxName)}
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' || c == ':' { // RFC 5322, section 2.2
			return &FieldError{fmt.Sprintf("%+q", name), fmt.Errorf("%+q is not allowed in the name of a header field", name[i:i+1])}
		}
	}
	for _, r := range reserved {
		if strings.EqualFold(name, r) {
			return &FieldError{name, errors.New("this header field can't be set here")}
		}
	}
	if hasPrefixFold(name, "Content-") || hasPrefixFold(name, "Resent-") {
		return &FieldError{name, errors.New("this header field can't be set here")}
	}
	if !structured(name) {
		return nil
	}
	// RFC 5322, section 3.6, and RFC 2369, section 4: at most one of each.
	for _, f := range earlier {
		if strings.EqualFold(f.Name, name) {
			return &FieldError{name, errors.New("this header field may be there only once")}
		}
	}
	return nil
}

// structured reports whether the value of a further field is made of addresses or identifiers,
// where an encoded word has no place (RFC 2047, section 5).
func structured(name string) bool {
	return hasPrefixFold(name, "List-") || strings.EqualFold(name, "In-Reply-To") || strings.EqualFold(name, "References")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// further writes one of Message.Headers, whose name is checked.
func (h *header) further(f Field) error {
	if structured(f.Name) && !ascii(f.Value) {
		return &FieldError{f.Name, errors.New("only ASCII is allowed in this header field")}
	}
	return h.unstructured(f.Name, f.Value)
}

// unstructured writes a field, its value in encoded words if that can't stand as it is.
func (h *header) unstructured(name, value string) error {
	if err := checkText(value); err != nil {
		return &FieldError{name, err}
	}
	value = strings.Trim(value, " ")
	h.begin(name)
	switch long := h.column()+1+len(value) > fullLine; {
	case value == "":
	case !structured(name) && (needsWords(value) || long && strings.Contains(value, "  ")):
		h.words(value, inText)
	default:
		if err := h.fold(value); err != nil {
			return &FieldError{name, err}
		}
	}
	h.end()
	return nil
}

// fold writes ASCII text, with line breaks only before single spaces: there are readers that take a
// line break with all spaces after it for one.
func (h *header) fold(s string) error {
	for s != "" {
		n := len(s)
		if h.column()+1+n > fullLine {
			n = singleSpace(s)
		}
		if err := h.room(n, 0); err != nil {
			return err
		}
		h.buf = append(h.buf, s[:n]...)
		s = strings.TrimPrefix(s[n:], " ")
	}
	return nil
}

// singleSpace returns the index of the first space in s that has none beside it, or the length of
// s.
func singleSpace(s string) int {
	for i := 0; i < len(s); i++ {
		begin := i
		for i < len(s) && s[i] == ' ' {
			i++
		}
		if i-begin == 1 {
			return begin
		}
	}
	return len(s)
}

// checkText refuses what no header value may hold. NUL, CR and LF would end it; the other control
// characters have no business in it.
func checkText(s string) error {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f {
			return controlError(c)
		}
	}
	if !utf8.ValidString(s) {
		return errors.New("the text is not valid UTF-8")
	}
	return nil
}

func controlError(c byte) error {
	switch c {
	case '\r', '\n':
		return errors.New("a line break is not allowed in a header field")
	case '\t':
		return errors.New("a tab is not allowed in a header field")
	}
	return fmt.Errorf("the control character U+%04X is not allowed in a header field", c)
}

// needsWords reports whether text must go into encoded words: for what is not ASCII, and for "=?",
// which a reader would take for an encoded word.
func needsWords(s string) bool {
	return !ascii(s) || strings.Contains(s, "=?")
}

// begin starts a field.
func (h *header) begin(name string) {
	h.line = len(h.buf)
	h.buf = append(h.buf, name...)
	h.buf = append(h.buf, ':')
	h.value = len(h.buf)
	h.limit = fullLine
}

func (h *header) end() { h.buf = append(h.buf, "\r\n"...) }

// column returns the length of the current line.
func (h *header) column() int { return len(h.buf) - h.line }

// first reports whether the field has no value yet.
func (h *header) first() bool { return len(h.buf) == h.value }

// newLine folds: what follows must begin with a space.
func (h *header) newLine() {
	h.buf = append(h.buf, "\r\n"...)
	h.line = len(h.buf)
}

// room makes room for a unit of n octets that can't be divided, and puts a space before it: on a
// new line, where it does not fit into this one with after more octets to follow. A field's name
// stays alone on its line only if that brings the unit within a limit.
func (h *header) room(n, after int) error {
	alone := 1 + n + after
	here := h.column() + alone
	if here > h.limit && !(h.first() && alone > h.limit && here <= maxLine) {
		if alone > maxLine {
			return fmt.Errorf("%d characters without a space to break the line at; it holds %d", n, maxLine-1-after)
		}
		h.newLine()
	}
	h.buf = append(h.buf, ' ')
	return nil
}

// place puts a space and h.token, a unit that can't be divided.
func (h *header) place(after int) error {
	if err := h.room(len(h.token), after); err != nil {
		return err
	}
	h.buf = append(h.buf, h.token...)
	return nil
}
