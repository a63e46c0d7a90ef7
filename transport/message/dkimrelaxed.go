package message

import (
	"bytes"
	"hash"
)

// appendRelaxed appends a header field in relaxed form (RFC 6376, section 3.4.2): its name in small
// letters, without folds, with one space where there was white space, and none at the ends of the
// value.
func appendRelaxed(dst, field []byte) []byte {
	name, value, _ := bytes.Cut(field, []byte(":"))
	dst = append(appendLower(dst, string(bytes.TrimRight(name, " \t"))), ':')
	start := len(dst)
	blank := false
	for _, c := range value {
		switch c {
		case '\r', '\n': // unfolded
		case ' ', '\t':
			blank = true
		default:
			if blank && len(dst) > start {
				dst = append(dst, ' ')
			}
			blank = false
			dst = append(dst, c)
		}
	}
	return append(dst, "\r\n"...)
}

func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, lower(s[i]))
	}
	return dst
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// A relaxedBody hashes a body in relaxed form (RFC 6376, section 3.4.4) as it passes, in pieces of
// any size: one space where there was white space, none at the ends of lines, and no empty lines at
// the end.
type relaxedBody struct {
	hash  hash.Hash
	lines int  // line ends that come before the next octet, if there is one
	blank bool // after them, white space that does
	begun bool // there was an octet
}

// bodyPiece is how much is looked at, at a time.
const bodyPiece = 4 << 10

var (
	relaxedEnd   = []byte("\r\n")
	relaxedBlank = []byte(" ")
)

// write takes the next octets, whose lines end in CRLF.
func (r *relaxedBody) write(b []byte) {
	for len(b) > 0 {
		switch b[0] {
		case '\r': // LF follows
			b = b[1:]
		case '\n':
			r.lines++
			r.blank = false
			b = b[1:]
		case ' ', '\t':
			r.blank = true
			b = b[1:]
		default:
			n := relaxedRun(b[:min(len(b), bodyPiece)])
			r.put(b[:n])
			b = b[n:]
		}
	}
}

// relaxedRun returns the number of octets at the start of b that are in relaxed form whatever comes
// after them. b begins with none that is white.
func relaxedRun(b []byte) int {
	n := len(b)
	if i := bytes.IndexByte(b, '\t'); i >= 0 {
		n = i
	}
	for i := 0; ; i++ {
		space := bytes.IndexByte(b[i:n], ' ')
		if space < 0 {
			break
		}
		i += space
		if i+1 == n || b[i+1] == ' ' || b[i+1] == '\r' {
			n = i
			break
		}
	}
	for b[n-1] == '\r' || b[n-1] == '\n' {
		n--
	}
	return n
}

// put hashes octets in relaxed form, after what was held back before them.
func (r *relaxedBody) put(b []byte) {
	for ; r.lines > 0; r.lines-- {
		r.hash.Write(relaxedEnd)
	}
	if r.blank {
		r.hash.Write(relaxedBlank)
		r.blank = false
	}
	r.begun = true
	r.hash.Write(b)
}

// end hashes what comes after the last octet: a body that has any ends in one line end.
func (r *relaxedBody) end() {
	if r.begun {
		r.hash.Write(relaxedEnd)
	}
}
