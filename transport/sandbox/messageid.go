package sandbox

import "bytes"

// messageID returns the first Message-ID in the header that b begins with, without angle brackets;
// "" if there is none.
func messageID(b []byte) string {
	const field = "message-id:"
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		b = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 { // the end of the header
			return ""
		}
		if len(line) < len(field) || !bytes.EqualFold(line[:len(field)], []byte(field)) {
			continue
		}
		value := bytes.TrimSpace(line[len(field):])
		if len(value) == 0 && len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			// Folded after the name (RFC 5322, section 2.2.3).
			value, _, _ = bytes.Cut(rest, []byte("\n"))
			value = bytes.TrimSpace(value)
		}
		value = bytes.TrimSuffix(bytes.TrimPrefix(value, []byte("<")), []byte(">"))
		return string(value)
	}
	return ""
}
