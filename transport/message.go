package transport

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"mailshot/transport/reply"
)

// maxTextLine is the longest line of a message, without its end (RFC 5321, section 4.5.3.1.6).
const maxTextLine = 998

// ErrContent is in the chain of the errors for octets that a message must not have.
var ErrContent = errors.New("not a valid message")

// A Message is the final octets of a message (RFC 5322), before dot-stuffing. It may be delivered
// any number of times, also at once. The zero Message is an empty one.
type Message struct {
	segments []Segment
	size     int64
	files    bool // some octets are checked when they are sent

	allow8 bool // octets above 127 are no violation
	has8   bool // there are some, or a file may have some
	utf8   bool // they are in the header, which so is one of RFC 6532
}

// NewMessage checks the segments and returns a message of them. It keeps the slice, and notes in it
// what it finds, so that nothing is looked at twice. The octets must be canonical:
// 7-bit, no NUL, lines of at most 998 octets that end with CRLF (the last may lack it), CR and LF
// nowhere else. Files are checked while they are sent: a violation, or a size that is not
// Segment.Size, then ends the session before the end of the message is written.
func NewMessage(segments ...Segment) (Message, error) { return newMessage(segments, false) }

// New8BitMessage is [NewMessage] for octets of which some are above 127. The message can only be
// delivered to a server that offers 8BITMIME (RFC 6152), and, if its header has such octets,
// SMTPUTF8 (RFC 6531).
func New8BitMessage(segments ...Segment) (Message, error) { return newMessage(segments, true) }

func newMessage(segments []Segment, allow8 bool) (Message, error) {
	m := Message{segments: segments, allow8: allow8}
	c := checker{allow8: allow8}
	for i, s := range segments {
		if s.Open != nil {
			if s.Data != nil || s.Size < 0 {
				return Message{}, fmt.Errorf("message segment %d: both data and file, or a negative size", i)
			}
			if c.cr {
				return Message{}, c.violation("a bare CR")
			}
			m.size += s.Size
			m.files = true
			m.has8 = m.has8 || allow8
			// Where in a line a file ends is seen when it is sent. It is no part of the header.
			c = checker{octets: m.size, allow8: allow8, has8: c.has8, utf8: c.utf8, body: true}
			continue
		}
		lines := c.atStart() && !allow8
		c.blank, c.dotted = false, false
		if err := c.segment(s); err != nil {
			return Message{}, err
		}
		if lines && c.atStart() && !s.whole {
			segments[i].whole, segments[i].blank, segments[i].dotted = true, c.blank, c.dotted
		}
		m.size += int64(len(s.Data))
	}
	if err := c.end(); err != nil {
		return Message{}, err
	}
	m.has8, m.utf8 = m.has8 || c.has8, c.utf8
	return m, nil
}

// Size returns the message's octets, CRLFs included, without dot-stuffing and final dot: the value
// of the SIZE parameter (RFC 1870, section 3).
func (m Message) Size() int64 { return m.size }

// Segments returns the octets, which must not be changed, and whether some may be above 127.
func (m Message) Segments() (all []Segment, eight bool) { return m.segments, m.allow8 }

// header returns the header of a message, as far as it is shown. It may be in several segments, as
// a signature is one of its own.
func (m Message) header() []byte {
	var b []byte
	for _, segment := range m.segments {
		b = append(b, segment.Data[:min(len(segment.Data), reply.Max-len(b))]...)
		header, _, ended := bytes.Cut(b, []byte("\r\n\r\n"))
		if ended || len(b) == reply.Max || segment.Open != nil {
			return header
		}
	}
	return b
}

// A checker checks octets as they pass. Its zero value is at the start of a message.
type checker struct {
	octets int64 // passed so far
	line   int   // octets in the line so far
	cr     bool  // the last octet was CR

	allow8 bool // octets above 127 are allowed
	has8   bool // one came
	utf8   bool // one came in the header
	body   bool // the header has ended
	blank  bool // an empty line came, since this was set to false
	dotted bool // a line began with a dot, likewise
}

// segment checks the octets of a segment, if they were not checked before.
func (c *checker) segment(s Segment) error {
	if !s.whole || !c.atStart() {
		return c.check(s.Data)
	}
	c.octets += int64(len(s.Data))
	c.body = c.body || s.blank
	return nil
}

// atStart reports whether the next octet begins a line.
func (c *checker) atStart() bool { return c.line == 0 && !c.cr }

// check checks the next octets. RFC 5321, sections 2.3.8 and 4.1.1.4: CR and LF only as CRLF,
// everything else invites smuggling; section 2.4: 7-bit; section 4.5.3.1.6: the length of lines.
func (c *checker) check(b []byte) error {
	for len(b) > 0 {
		n := 0
		if c.atStart() {
			c.dotted = c.dotted || b[0] == '.'
			n = plainLine(b)
		}
		if n == 0 { // rare: what is amiss, or a line in pieces
			n = len(b)
			if i := bytes.IndexByte(b, '\n'); i >= 0 {
				n = i + 1
			}
			if err := c.checkSlowly(b[:n]); err != nil {
				return err
			}
		}
		c.octets += int64(n)
		c.blank = c.blank || n == 2 && b[0] == '\r'
		c.body = c.body || c.blank
		b = b[n:]
	}
	return nil
}

// plainLine returns the octets of the line at the start of b, CRLF included, or 0 if it is not
// whole or not canonical.
func plainLine(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	if i < 1 || i-1 > maxTextLine || b[i-1] != '\r' {
		return 0
	}
	line := b[:i-1]
	for len(line) >= 8 {
		v := binary.LittleEndian.Uint64(line)
		if v&eights|zeros(v)|zeros(v^returns) != 0 {
			return 0
		}
		line = line[8:]
	}
	for _, octet := range line {
		if octet == 0 || octet == '\r' || octet >= 0x80 {
			return 0
		}
	}
	return i + 1
}

const (
	ones    = 0x0101010101010101
	eights  = 0x80 * ones
	returns = '\r' * ones
)

// zeros returns a number that is not 0 if one of the eight octets of v is.
func zeros(v uint64) uint64 { return (v - ones) &^ v & eights }

// checkSlowly checks octet by octet, and returns what is wrong and where.
func (c *checker) checkSlowly(b []byte) error {
	for i, octet := range b {
		switch {
		case octet == '\n':
			if !c.cr {
				return c.at(i).violation("a bare LF")
			}
			c.blank = c.blank || c.line == 0
			c.body = c.body || c.blank
			c.cr, c.line = false, 0
			continue
		case c.cr:
			return c.at(i).violation("a bare CR")
		case octet == '\r':
			c.cr = true
			continue
		case octet == 0:
			return c.at(i).violation("a NUL")
		case octet >= 0x80 && !c.allow8:
			return c.at(i).violation("an 8-bit octet")
		case octet >= 0x80:
			c.has8, c.utf8 = true, c.utf8 || !c.body
		}
		if c.line++; c.line > maxTextLine {
			return c.at(i).violation(fmt.Sprintf("a line of more than %d octets", maxTextLine))
		}
	}
	return nil
}

// end checks that the octets so far can be the last.
func (c *checker) end() error {
	if c.cr {
		return c.violation("a bare CR")
	}
	return nil
}

func (c *checker) at(i int) *checker {
	c.octets += int64(i)
	return c
}

func (c *checker) violation(what string) error {
	return fmt.Errorf("%w: %s at octet %d", ErrContent, what, c.octets)
}

// stuff appends b to dst with the dots at line starts doubled (RFC 5321, section 4.5.2), and
// returns the new dst and whether the octets so far end at a line start. atStart says so for the
// octets before b.
func stuff(dst, b []byte, atStart bool) ([]byte, bool) {
	for len(b) > 0 {
		if atStart && b[0] == '.' {
			dst = append(dst, '.')
		}
		i := bytes.IndexByte(b, '\n') // in canonical content each LF ends a line
		if i < 0 {
			return append(dst, b...), false
		}
		dst = append(dst, b[:i+1]...)
		b = b[i+1:]
		atStart = true
	}
	return dst, atStart
}
