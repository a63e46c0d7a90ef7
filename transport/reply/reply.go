// Package reply reads the replies of SMTP servers (RFC 5321, section 4.2).
package reply

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on what a server may make us hold. RFC 5321, section 4.5.3.1.5 asks for at least 512
// octets a line.
const (
	MaxLine  = 8 << 10  // octets in a line, with its end
	Max      = 64 << 10 // octets in a reply
	maxLines = 128      // lines in a reply
)

// What came is no reply.
var (
	ErrNotReply  = errors.New("not an SMTP reply")
	ErrSpeaksTLS = errors.New("the server speaks TLS on this port")
)

// A Reply is one complete reply of a server (RFC 5321, section 4.2).
type Reply struct {
	Code int // 200 to 599

	// Enhanced is the enhanced status code (RFC 3463), as in "5.1.1"; "" if there is none or its
	// class does not fit.
	Enhanced string

	// Lines are the text of each line, without code, separator and line end; otherwise as received.
	Lines []string
}

// Text returns the reply's text as one line of valid UTF-8, with control characters escaped,
// without the code and the enhanced code.
func (r Reply) Text() string {
	var b strings.Builder
	for _, line := range r.Lines {
		if code, rest := cutEnhanced(line, r.Code); code != "" {
			line = rest
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Escape(line))
	}
	return b.String()
}

// String returns code, enhanced code and text as one line, as in "550 5.1.1 no such user".
func (r Reply) String() string {
	s := strconv.Itoa(r.Code)
	if r.Enhanced != "" {
		s += " " + r.Enhanced
	}
	if text := r.Text(); text != "" {
		s += " " + text
	}
	return s
}

// A CutError is the error for a reply of which only the beginning came.
type CutError struct {
	Said string // what came, on one line
	Err  error  // the reader's
}

func (e *CutError) Error() string { return e.Err.Error() }
func (e *CutError) Unwrap() error { return e.Err }

// Read reads one complete reply. The reader's buffer must hold MaxLine octets. seen,
// which may be nil, gets each line as it comes, without its end, also what is no reply; good says
// whether it can be part of one.
//
// Lines may end with a bare LF, never with a bare CR (RFC 5321, section 2.3.8); a code without text
// is taken; all lines must carry the same code (section 4.2.1). An error that has ErrNotReply in
// its chain is about the octets, others are the reader's.
func Read(r *bufio.Reader, seen func(line []byte, good bool)) (Reply, error) {
	if seen == nil {
		seen = func([]byte, bool) {}
	}
	var reply Reply
	octets := 0
	for {
		raw, err := r.ReadSlice('\n')
		if err != nil && len(raw) > 0 {
			seen(raw, false)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			return Reply{}, &LongError{Short(string(raw))}
		}
		if err != nil && looksLikeTLS(raw) {
			return Reply{}, notReply(raw)
		}
		if err != nil {
			return Reply{}, reply.cut(raw, err)
		}
		octets += len(raw)
		if octets > Max || len(reply.Lines) == maxLines {
			return Reply{}, fmt.Errorf("reply of more than %d lines or %d octets: %w", maxLines, Max, ErrNotReply)
		}
		code, text, more, err := parseReplyLine(raw)
		seen(bytes.TrimRight(raw, "\r\n"), err == nil)
		if err != nil {
			return Reply{}, err
		}
		if reply.Code != 0 && code != reply.Code {
			return Reply{}, fmt.Errorf("reply with codes %d and %d: %w", reply.Code, code, ErrNotReply)
		}
		reply.Code = code
		reply.Lines = append(reply.Lines, text)
		if !more {
			return reply, nil
		}
	}
}

// cut returns the error for a reply that ended behind r and the octets of one more line.
func (r Reply) cut(raw []byte, err error) error {
	if len(r.Lines) == 0 && len(raw) == 0 {
		return err
	}
	said := string(raw)
	if len(r.Lines) > 0 {
		said = strings.TrimSpace(r.String() + " " + said)
	}
	return &CutError{said, err}
}

// parseReplyLine returns the parts of one line, which has its end.
func parseReplyLine(raw []byte) (code int, text string, more bool, err error) {
	line := raw[:len(raw)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if code = replyCode(line); code == 0 {
		return 0, "", false, notReply(line)
	}
	if len(line) == 3 {
		return code, "", false, nil
	}
	switch line[3] {
	case ' ':
		return code, string(line[4:]), false, nil
	case '-':
		return code, string(line[4:]), true, nil
	}
	return 0, "", false, notReply(line)
}

// replyCode returns the code that a line begins with, 0 if it begins with none. By the grammar the
// second digit is 5 at most (RFC 5321, section 4.2), but of a refusal the first digit is enough
// (section 4.3.2), and servers say 571.
func replyCode(line []byte) int {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) || line[0] < '4' && line[1] > '5' {
		return 0
	}
	return int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// A LongError is the error for a line that is longer than MaxLine, or part of a reply of one.
type LongError struct{ begin string }

func (e *LongError) Error() string {
	return fmt.Sprintf("reply line of more than %d octets: %v", MaxLine, ErrNotReply)
}

func (e *LongError) Unwrap() error { return ErrNotReply }

// Reply returns what the beginning of the line says, if the line has an end. r is what it was read
// from.
func (e *LongError) Reply(r *bufio.Reader) (Reply, error) {
	code, text, _, err := parseReplyLine([]byte(e.begin + "\n"))
	for octets := MaxLine; err == nil && octets < Max; octets += MaxLine {
		if _, err = r.ReadSlice('\n'); err == nil {
			return Reply{Code: code, Lines: []string{text}}, nil
		} else if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
		}
	}
	return Reply{}, e
}

// notReply returns what came instead of a reply.
func notReply(line []byte) error {
	if looksLikeTLS(line) {
		return fmt.Errorf("%w (use implicit TLS, usually port 465): %w", ErrSpeaksTLS, ErrNotReply)
	}
	return &OddError{string(line)}
}

// An OddError is the error for a line that is no reply.
type OddError struct{ Line string }

func (e *OddError) Error() string {
	const most = 60
	line := e.Line
	if len(line) > most {
		line = line[:most]
	}
	return fmt.Sprintf("the server sent \"%s\": %v", Escape(line), ErrNotReply)
}

func (e *OddError) Unwrap() error { return ErrNotReply }

// looksLikeTLS reports whether octets that came where a reply was expected begin a TLS alert or
// handshake record.
func looksLikeTLS(b []byte) bool {
	return len(b) >= 2 && (b[0] == 0x15 || b[0] == 0x16) && b[1] == 3
}

// SetEnhanced sets r.Enhanced from the first line that has one (RFC 2034, section 4), whether or
// not the server announced them. Greetings and replies to EHLO that agree have none.
func (r *Reply) SetEnhanced() {
	for _, line := range r.Lines {
		if code, _ := cutEnhanced(line, r.Code); code != "" {
			r.Enhanced = code
			return
		}
	}
}

// cutEnhanced cuts an enhanced status code whose class is that of the reply code off the front of a
// line. It must be followed by a space or the end of the line (RFC 2034, section 4; RFC 3463,
// section 2).
func cutEnhanced(line string, reply int) (code, rest string) {
	class := reply / 100
	if class != 2 && class != 4 && class != 5 {
		return "", line
	}
	word, rest, _ := strings.Cut(line, " ")
	if len(word) < 2 || word[0] != byte('0'+class) || word[1] != '.' {
		return "", line
	}
	subject, detail, ok := strings.Cut(word[2:], ".")
	if !ok || !isNumber(subject) || !isNumber(detail) {
		return "", line
	}
	return word, rest
}

// isNumber reports whether s is one to three digits.
func isNumber(s string) bool {
	if len(s) < 1 || len(s) > 3 {
		return false
	}
	for _, c := range []byte(s) {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// Escape returns s as valid UTF-8 with everything that is not printable, and not a space, written
// as \xNN or \u{NNNN}.
func Escape(s string) string {
	if IsPlain(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1, r < 0x80 && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%04x}`, r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// Short returns the beginning of s.
func Short(s string) string {
	const most = 300
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// IsPlain reports whether s is printable ASCII.
func IsPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
