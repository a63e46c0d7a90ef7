package message

import (
	"encoding/base64"
	"unicode/utf8"
)

// An encoded word (RFC 2047, section 2) is at most 75 characters long. All of ours are UTF-8.
const (
	wordStart = "=?utf-8?"
	wordEnd   = "?="
	wordText  = 75 - len(wordStart) - len("q?") - len(wordEnd)
)

// wordLine is the limit of a line with an encoded word, without its CRLF (RFC 2047, section 2).
const wordLine = 76

// leastWord is the room below which a word is better begun on a new line.
const leastWord = 16

// A place is where encoded words stand; it rules what the Q encoding may leave as it is.
type place int

const (
	inText   place = iota // an unstructured value: RFC 2047, section 5 (1)
	inPhrase              // a display name: RFC 2047, section 5 (3)
)

// words writes valid UTF-8 in encoded words. No word splits a character, and the spaces between
// words of the text are inside the encoded words, since a reader drops those between two encoded
// words (RFC 2047, section 6.2).
func (h *header) words(s string, in place) {
	q := quotedShorter(s, in)
	h.limit = wordLine // also for what may follow on the last line
	for s != "" {
		left := wordLine - h.column() - 1 - (75 - wordText)
		if left < leastWord {
			h.newLine()
			left = wordText
		}
		n := fitting(s, left, q, in)
		h.buf = append(h.buf, ' ')
		h.buf = append(h.buf, wordStart...)
		if q {
			h.buf = append(h.buf, "q?"...)
			h.buf = appendQ(h.buf, s[:n], in)
		} else {
			h.buf = append(h.buf, "b?"...)
			h.token = append(h.token[:0], s[:n]...)
			h.buf = base64.StdEncoding.AppendEncode(h.buf, h.token)
		}
		h.buf = append(h.buf, wordEnd...)
		s = s[n:]
	}
}

// quotedShorter reports whether the Q encoding is no longer than the B encoding.
func quotedShorter(s string, in place) bool {
	n := 0
	for i := range len(s) {
		n += widthQ(s[i], in)
	}
	return n <= base64.StdEncoding.EncodedLen(len(s))
}

// fitting returns the length of the longest prefix of s in whole characters that has at most room
// octets when encoded; one character always has.
func fitting(s string, room int, q bool, in place) int {
	if !q {
		room = room / 4 * 3 // each started group of 3 octets takes 4
	}
	n := 0
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		width := size
		if q {
			width = 0
			for i := range size {
				width += widthQ(s[n+i], in)
			}
		}
		if width > room {
			break
		}
		room -= width
		n += size
	}
	return n
}

// widthQ returns the number of octets that c takes in the Q encoding.
func widthQ(c byte, in place) int {
	if c == ' ' || literalQ(c, in) {
		return 1
	}
	return 3
}

// literalQ reports whether the Q encoding may leave c as it is.
func literalQ(c byte, in place) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	case c == '!', c == '*', c == '+', c == '-', c == '/':
		return true
	case c <= ' ' || c > '~' || c == '=' || c == '?' || c == '_':
		return false
	}
	return in == inText
}

func appendQ(dst []byte, s string, in place) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			dst = append(dst, '_')
		case literalQ(c, in):
			dst = append(dst, c)
		default:
			dst = append(dst, '=', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}
