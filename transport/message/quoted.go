package message

import "slices"

// softLimit is the length up to which a line of quoted-printable is filled; a soft break makes it
// 76 (RFC 2045, section 6.7 (5)).
const softLimit = 75

// hexDigits are upper case, as RFC 2045, section 6.7 (1) has them.
const hexDigits = "0123456789ABCDEF"

// appendQuotedPrintable appends s in quoted-printable. Beyond what RFC 2045 wants it escapes a dot
// and the F of "From " at the start of a line (RFC 2049, section 3), and divides no character
// between two lines.
func appendQuotedPrintable(dst []byte, s string) []byte {
	dst = slices.Grow(dst, len(s)+len(s)/4)
	column := 0
	for s != "" {
		n := literals(s, column)
		dst = append(dst, s[:n]...)
		column += n
		s = s[n:]
		switch {
		case s == "":
		case classes[s[0]] == lineEnd:
			dst = append(endBlank(dst, column), "\r\n"...)
			column = 0
			s = afterLineEnd(s)
		default:
			n = escapes(s)
			if column+n*3 > softLimit || classes[s[0]] <= blank && column > 0 {
				dst = append(dst, "=\r\n"...)
				column = 0
				continue // the start of a line has rules of its own
			}
			for ; n > 0; n-- {
				dst = append(dst, '=', hexDigits[s[0]>>4], hexDigits[s[0]&15])
				column += 3
				s = s[1:]
			}
		}
	}
	if column > 0 {
		dst = append(endBlank(dst, column), "\r\n"...)
	}
	return dst
}

// literals returns the number of octets at the start of s that go as they are on a line that has
// column octets already.
func literals(s string, column int) int {
	if column == 0 && troubleAtStart(s) {
		return 0
	}
	return run(s[:min(len(s), softLimit-column)])
}

// escapes returns the number of octets at the start of s that are escaped together: those of a
// character.
func escapes(s string) int {
	n := 1
	if classes[s[0]] == eightBit {
		for n < len(s) && s[n]&0xc0 == 0x80 {
			n++
		}
	}
	return n
}

// endBlank escapes a space or tab at the end of dst, which is that of a line of column octets (RFC
// 2045, section 6.7 (3)).
func endBlank(dst []byte, column int) []byte {
	if column == 0 {
		return dst
	}
	last := dst[len(dst)-1]
	if classes[last] != blank {
		return dst
	}
	dst = dst[:len(dst)-1]
	if column+2 > softLimit+1 {
		dst = append(dst, "=\r\n"...)
	}
	return append(dst, '=', hexDigits[last>>4], hexDigits[last&15])
}
