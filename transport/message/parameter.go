package message

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxParameter is the length from which a parameter value is written in pieces (RFC 2231, section
// 3).
const maxParameter = 60

// leastPiece has room for any character, in octets.
const leastPiece = utf8.UTFMax * len("%00")

// extending are the characters of a token that RFC 2231 gives a meaning. There are readers that see
// it in plain values, too, unless these are quoted.
const extending = "*'%"

// parameter writes "; name=value", folded before name. The value may be any text without control
// characters.
func (h *header) parameter(name, value string) error {
	if !mimeToken(name) || strings.ContainsAny(name, extending) {
		return fmt.Errorf("%+q is not a parameter's name", name)
	}
	if err := checkText(value); err != nil {
		return err
	}
	h.token = append(append(h.token[:0], name...), '=')
	switch {
	case len(value) > maxParameter || needsWords(value):
		// There are readers that decode encoded words here, too.
		return h.extended(name, value)
	case mimeToken(value) && !strings.ContainsAny(value, extending):
		h.token = append(h.token, value...)
	default:
		h.token = appendQuotedString(h.token, value)
		if len(" ")+len(h.token)+len(";") > fullLine { // for its backslashes
			return h.extended(name, value)
		}
	}
	return h.placeParameter()
}

// placeParameter puts a semicolon and h.token.
func (h *header) placeParameter() error {
	h.buf = append(h.buf, ';')
	return h.place(1) // a semicolon may follow
}

// extended writes a parameter as RFC 2231 has it, in UTF-8, and no plain one beside it: there are
// readers that would take that for the name.
func (h *header) extended(name, value string) error {
	room := max(fullLine-len(" ")-len(name)-len("*0*=utf-8''")-len(";"), leastPiece)
	if widthExtended(value) <= room {
		h.token = append(append(h.token[:0], name...), "*=utf-8''"...)
		h.token = appendExtended(h.token, value)
		return h.placeParameter()
	}
	for piece := 0; value != ""; piece++ {
		h.token = append(append(h.token[:0], name...), '*')
		h.token = strconv.AppendInt(h.token, int64(piece), 10)
		h.token = append(h.token, "*="...)
		if piece == 0 {
			h.token = append(h.token, "utf-8''"...)
		}
		n := fittingExtended(value, room)
		h.token = appendExtended(h.token, value[:n])
		value = value[n:]
		if err := h.placeParameter(); err != nil {
			return err
		}
	}
	return nil
}

// fittingExtended returns the length of the longest prefix of s in whole characters that makes one
// piece of at most room octets.
func fittingExtended(s string, room int) int {
	n, width := 0, 0
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		if width += widthExtended(s[n : n+size]); width > room {
			break
		}
		n += size
	}
	return n
}

func widthExtended(s string) int {
	n := 0
	for i := range len(s) {
		n++
		if !attributeChar(s[i]) {
			n += 2
		}
	}
	return n
}

func appendExtended(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; attributeChar(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// attributeChar reports whether c is an attribute-char (RFC 2231, section 7).
func attributeChar(c byte) bool {
	return tokenChar(c) && c != '*' && c != '\'' && c != '%'
}

// mimeToken reports whether s is a token (RFC 2045, section 5.1).
func mimeToken(s string) bool {
	for i := range len(s) {
		if !tokenChar(s[i]) {
			return false
		}
	}
	return s != ""
}

func tokenChar(c byte) bool {
	return c > ' ' && c <= '~' && strings.IndexByte("()<>@,;:\\\"/[]?=", c) < 0
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkFileName refuses what is no mere name: a path, and characters that make a name look like
// another one.
func checkFileName(name string) error {
	if err := checkText(name); err != nil {
		return err
	}
	if strings.ContainsAny(name, `/\`) || name == "." || name == ".." {
		return fmt.Errorf("the file name %q names a directory", name)
	}
	for _, r := range name {
		if 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 {
			return errors.New("the file name has characters that turn the direction of the text")
		}
	}
	return nil
}
