package message_test

import (
	"bytes"
	"strings"
	"testing"
)

// wantLines tests what holds for the lines of every message: no octet that
// would end one elsewhere, 998 octets at most, and in a header 78, where there
// is a place to fold.
func wantLines(t testing.TB, b []byte) {
	t.Helper()
	header := true
	for n, line := range strings.Split(string(b), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %d has %d octets, or one that may be in none: %q", n+1, len(line), line)
		}
		switch {
		case line == "":
			header = false
		case strings.HasPrefix(line, "--=_"):
			header = true // of a part
		case header && len(line) > 78 && foldable(line):
			t.Errorf("header line %d has %d octets, and could be folded: %q", n+1, len(line), line)
		}
	}
}

// foldable reports whether a line of a header could be folded: at a single space,
// or before a value that then is within the limit. Identifiers and media types
// are not, as there are servers that then miss them. A parameter in pieces could
// have shorter ones.
func foldable(line string) bool {
	if strings.HasPrefix(line, " ") && strings.Contains(line, "*=") {
		return true
	}
	if name, value, ok := strings.Cut(line, ": "); ok && !strings.Contains(name, " ") {
		if len(value) < 78 && !strings.HasSuffix(name, "-ID") && name != "Content-Type" {
			return true
		}
		line = value
	}
	words := strings.Split(strings.TrimLeft(line, " "), " ")
	for i := 1; i < len(words); i++ {
		if words[i-1] != "" && words[i] != "" {
			return true
		}
	}
	return false
}

// wantCanonical tests what holds for the octets of every message without UTF8.
func wantCanonical(t testing.TB, b []byte) {
	t.Helper()
	wantLines(t, b)
	if !bytes.HasSuffix(b, []byte("\r\n")) {
		t.Errorf("the message ends in %q, want CRLF", b[max(0, len(b)-4):])
	}
	for n, line := range bytes.Split(b, []byte("\r\n")) {
		if len(line) > 998 {
			t.Errorf("line %d has %d octets", n+1, len(line))
		}
		for _, c := range line {
			if c == '\r' || c == '\n' || c == 0 || c >= 0x80 {
				t.Errorf("line %d has the octet %#02x: %q", n+1, c, line)
			}
		}
	}
	header, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	for n, line := range bytes.Split(header, []byte("\r\n")) {
		if len(bytes.TrimSpace(line)) == 0 || bytes.HasSuffix(line, []byte(" ")) {
			t.Errorf("header line %d ends in a space or is empty: %q", n+1, line)
		}
		if len(line) > 76 && bytes.Contains(line, []byte("=?utf-8?")) {
			t.Errorf("header line %d has an encoded word and %d octets", n+1, len(line))
		}
	}
}
