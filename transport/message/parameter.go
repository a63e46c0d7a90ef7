package message

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxParameter is the length from which a parameter value is written in
// pieces (RFC 2231, section 3).
const maxParameter = 60

// leastPiece has room for any character, in octets.
const leastPiece = utf8.UTFMax * len("%00")

// extending are the characters of a token that RFC 2231 gives a meaning. There
// are readers that see it in plain values, too, unless these are quoted.
const extending = "*'%"

// parameter writes "; name=value", folded before name. The value may be any
// text without control characters.
func (e *Encoder) parameter(name, value string) error {
	if !mimeToken(name) || strings.ContainsAny(name, extending) {
		return fmt.Errorf("%+q is not a parameter's name", name)
	}
	if err := checkText(value); err != nil {
		return err
	}
	e.token = append(append(e.token[:0], name...), '=')
	switch {
	case len(value) > maxParameter || needsWords(value): // there are readers that decode words here, too
		return e.extended(name, value)
	case mimeToken(value) && !strings.ContainsAny(value, extending):
		e.token = append(e.token, value...)
	default:
		e.token = appendQuotedString(e.token, value)
		if len(" ")+len(e.token)+len(";") > fullLine { // for its backslashes
			return e.extended(name, value)
		}
	}
	return e.placeParameter()
}

// placeParameter puts a semicolon and e.token.
func (e *Encoder) placeParameter() error {
	e.buf = append(e.buf, ';')
	return e.place(1) // a semicolon may follow
}

// extended writes a parameter as RFC 2231 has it, in UTF-8, and no plain one
// beside it: there are readers that would take that for the name.
func (e *Encoder) extended(name, value string) error {
	room := max(fullLine-len(" ")-len(name)-len("*0*=utf-8''")-len(";"), leastPiece)
	if widthExtended(value) <= room {
		e.token = append(append(e.token[:0], name...), "*=utf-8''"...)
		e.token = appendExtended(e.token, value)
		return e.placeParameter()
	}
	for piece := 0; value != ""; piece++ {
		e.token = append(append(e.token[:0], name...), '*')
		e.token = strconv.AppendInt(e.token, int64(piece), 10)
		e.token = append(e.token, "*="...)
		if piece == 0 {
			e.token = append(e.token, "utf-8''"...)
		}
		n := fittingExtended(value, room)
		e.token = appendExtended(e.token, value[:n])
		value = value[n:]
		if err := e.placeParameter(); err != nil {
			return err
		}
	}
	return nil
}

// fittingExtended is the length of the longest prefix of s in whole characters
// that makes one piece of at most room octets.
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

// attributeChar is that of RFC 2231, section 7.
func attributeChar(c byte) bool {
	return tokenChar(c) && c != '*' && c != '\'' && c != '%'
}

// mimeToken tells whether s is a token (RFC 2045, section 5.1).
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

// checkFileName refuses what is no mere name: a path, and characters that make
// a name look like another one.
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
