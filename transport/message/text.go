package message

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a line, without its CRLF: what it must not pass, and what it should not (RFC 5322,
// section 2.1.1).
const (
	maxLine  = 998
	fullLine = 78
)

// An encoding is a content transfer encoding (RFC 2045, section 6).
type encoding string

const (
	sevenBit        encoding = "7bit"
	quotedPrintable encoding = "quoted-printable"
	base64Encoding  encoding = "base64"
)

// A class is what an octet means to a text and its encodings.
type class byte

const (
	literal class = iota // printable ASCII; means what it is everywhere
	blank                // space and tab: not at the end of a line
	equals               // "=", which quoted-printable escapes
	lineEnd              // CR and LF
	control              // the other control characters
	eightBit
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c == ' ' || c == '\t':
			t[c] = blank
		case c == '=':
			t[c] = equals
		case c == '\r' || c == '\n':
			t[c] = lineEnd
		case c < ' ' || c == 0x7f:
			t[c] = control
		case c >= utf8.RuneSelf:
			t[c] = eightBit
		}
	}
	return t
}()

// A survey is what surveyText learns about a text.
type survey struct {
	ascii  bool
	plain  bool // can go as it is
	octets int  // with CRLF at each line's end
	quoted int  // about the size of its quoted-printable form
}

// surveyText walks through a text once.
func surveyText(s string) survey {
	v := survey{ascii: true, plain: true}
	for s != "" {
		i, escaped := 0, 0
		for {
			i += run(s[i:])
			if i == len(s) || classes[s[i]] == lineEnd {
				break
			}
			switch classes[s[i]] {
			case eightBit:
				v.ascii, v.plain = false, false
				for i+1 < len(s) && classes[s[i+1]] == eightBit {
					escaped++
					i++
				}
			case control:
				v.plain = false
			}
			escaped++
			i++
		}
		v.line(s[:i], escaped)
		s = afterLineEnd(s[i:])
	}
	return v
}

// line counts a line, of which some octets need to be escaped.
func (v *survey) line(s string, escaped int) {
	width := len(s) + 2*escaped
	v.octets += len(s) + len("\r\n")
	v.quoted += width + len("\r\n")
	if width > softLimit {
		v.quoted += (width - 1) / softLimit * len("=\r\n")
	}
	if len(s) > fullLine || s != "" && (troubleAtStart(s) || classes[s[len(s)-1]] == blank) {
		v.plain = false
	}
}

// troubleAtStart reports whether s begins with what a relay or a mailbox may change at the start of
// a line: the dot of SMTP, the "From " of mbox.
func troubleAtStart(s string) bool {
	return s[0] == '.' || s[0] == 'F' && strings.HasPrefix(s, "From ")
}

// afterLineEnd cuts the CRLF, LF or CR that s begins with, if any.
func afterLineEnd(s string) string {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return s[2:]
	case s != "" && classes[s[0]] == lineEnd:
		return s[1:]
	}
	return s
}

// encoding returns the one to use: none where nothing could go wrong, else the one that takes fewer
// octets.
func (v *survey) encoding() encoding {
	switch {
	case v.plain:
		return sevenBit
	case v.quoted <= base64Size(v.octets):
		return quotedPrintable
	}
	return base64Encoding
}

// appendLines appends the lines of s, each with a CRLF.
func appendLines(dst []byte, s string) []byte {
	dst = slices.Grow(dst, len(s)+len(s)/32)
	for s != "" {
		line, rest, _ := strings.Cut(s, "\n")
		s = rest
		line = strings.TrimSuffix(line, "\r")
		for more := true; more; {
			var piece string
			piece, line, more = strings.Cut(line, "\r")
			dst = append(append(dst, piece...), "\r\n"...)
		}
	}
	return dst
}

// base64Line is the number of octets that a line of 76 characters holds (RFC 2045, section 6.8).
const base64Line = 57

// base64Size returns the size of n octets in base64 with its line ends.
func base64Size[T int | int64](n T) T {
	return (n+2)/3*4 + (n+base64Line-1)/base64Line*T(len("\r\n"))
}

// appendBase64 appends b in base64, in lines.
func appendBase64(dst, b []byte) []byte {
	return encodeLines(slices.Grow(dst, base64Size(len(b))), b)
}

// encodeLines appends b in base64, in lines; dst has room for them.
func encodeLines(dst, b []byte) []byte {
	for len(b) > 0 {
		n := min(len(b), base64Line)
		dst = append(base64.StdEncoding.AppendEncode(dst, b[:n]), "\r\n"...)
		b = b[n:]
	}
	return dst
}

// canonical reports whether b can stand in a message as it is: 7-bit lines of the permitted length
// that end in CRLF.
func canonical(b []byte) bool {
	line := 0
	for i, c := range b {
		switch {
		case c == 0 || c >= utf8.RuneSelf, c == '\r' && (i+1 == len(b) || b[i+1] != '\n'):
			return false
		case c == '\n':
			if i == 0 || b[i-1] != '\r' {
				return false
			}
			line = 0
		case c != '\r':
			if line++; line > maxLine {
				return false
			}
		}
	}
	return line == 0
}
