package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapeSigns are what an escape can begin with.
const escapeSigns = `%=+&\`

// maxEscape is the longest escape that is resolved.
const maxEscape = 12

// resolved returns the octets with escapes resolved. What only looks like one is kept: the text is
// read without resolving too.
func (s *spans) resolved() *spans {
	out := &spans{octets: make([]byte, 0, len(s.octets)), at: make([]span, 0, len(s.octets))}
	for i := 0; i < len(s.octets); {
		says, n := escaped(s.octets[i:min(len(s.octets), i+maxEscape)])
		if n == 0 {
			says, n = s.octets[i:i+1], 1
		}
		for _, c := range says {
			out.add(c, span{s.at[i].from, s.at[i+n-1].to})
		}
		i += n
	}
	return out
}

// escaped returns what the escape at the beginning of b says, and its length, 0 if there is none.
func escaped(b []byte) (says []byte, n int) {
	switch b[0] {
	case '%', '=', '+': // RFC 3986, section 2.1; RFC 2045, section 6.7; RFC 3461, section 4
		return octet(b, 1, 2, 16)
	case '\\':
		return backslash(b)
	case '&':
		return reference(b)
	}
	return nil, 0
}

// backslash resolves \x2f, \057, \u002f, \u{2f} and \/.
func backslash(b []byte) (says []byte, n int) {
	if len(b) < 2 {
		return nil, 0
	}
	switch c := b[1]; {
	case c == 'x':
		return octet(b, 2, 2, 16)
	case c == 'u' && len(b) > 2 && b[2] == '{':
		return character(b, 3, '}', 16)
	case c == 'u':
		return octet(b, 2, 4, 16)
	case '0' <= c && c <= '7':
		return octet(b, 1, 3, 8)
	}
	return b[1:2], 2
}

// octet resolves an escape with a number of so many digits.
func octet(b []byte, from, digits, base int) (says []byte, n int) {
	if len(b) < from+digits {
		return nil, 0
	}
	v, err := strconv.ParseUint(string(b[from:from+digits]), base, 16)
	if err != nil {
		return nil, 0
	}
	if digits > 2 && v >= utf8.RuneSelf && base == 16 {
		return utf8.AppendRune(nil, rune(v)), from + digits
	}
	return []byte{byte(v)}, from + digits
}

// character resolves an escape with the number of a character that ends with a sign.
func character(b []byte, from int, end byte, base int) (says []byte, n int) {
	digits, _, ok := strings.Cut(string(b[from:]), string(end))
	v, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil {
		return nil, 0
	}
	return utf8.AppendRune(nil, rune(v)), from + len(digits) + 1
}

// reference resolves &#47;, &#x2f; and the names of what HTML itself is made of.
func reference(b []byte) (says []byte, n int) {
	switch s := string(b); {
	case strings.HasPrefix(s, "&#x"), strings.HasPrefix(s, "&#X"):
		return character(b, 3, ';', 16)
	case strings.HasPrefix(s, "&#"):
		return character(b, 2, ';', 10)
	}
	for _, r := range []struct {
		name string
		says byte
	}{{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}} {
		if strings.HasPrefix(string(b), r.name) {
			return []byte{r.says}, len(r.name)
		}
	}
	return nil, 0
}
