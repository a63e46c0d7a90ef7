package transport

import (
	"errors"
	"fmt"
	"io"
)

// A Segment is a run of octets of a message: either Data, or Size octets of a file that Open opens,
// once for each delivery. Data must not be changed afterwards; it may be shared by any number of
// messages.
type Segment struct {
	Data []byte
	Size int64
	Open func() (io.ReadCloser, error)

	// Of octets that were checked; else Data is checked with each message.
	whole  bool // canonical lines
	blank  bool // one of them is empty, so that the header ends here at the latest
	dotted bool // one of them begins with a dot
}

// CheckedSegment returns a segment of octets that many messages share, and checks them here, once
// for all of these. They must be what [NewMessage] wants, and whole lines.
func CheckedSegment(data []byte) (Segment, error) {
	var c checker
	if err := c.check(data); err != nil {
		return Segment{}, err
	}
	if c.line > 0 || c.cr {
		return Segment{}, c.violation("no line end")
	}
	return Segment{Data: data, whole: true, blank: c.blank, dotted: c.dotted}, nil
}

// A Shape is what a check found in octets. The zero Shape is that of octets that were not checked, or
// that are no whole lines of 7-bit octets.
type Shape uint8

const (
	shapeWhole Shape = 1 << iota
	shapeBlank
	shapeDotted
)

// LastShape returns the shape of the message's last segment.
func (m Message) LastShape() Shape {
	var shape Shape
	if n := len(m.segments); n > 0 && m.segments[n-1].whole {
		shape = shapeWhole
		if m.segments[n-1].blank {
			shape |= shapeBlank
		}
		if m.segments[n-1].dotted {
			shape |= shapeDotted
		}
	}
	return shape
}

// Segment returns a segment of octets that had this shape when they were checked. They may have changed
// since then in printable characters alone, none of them at the start of a line; what else is in them
// goes to the server unseen.
func (s Shape) Segment(data []byte) Segment {
	return Segment{Data: data, whole: s&shapeWhole != 0, blank: s&shapeBlank != 0, dotted: s&shapeDotted != 0}
}

// plain reports whether no octet of the segment needs dot-stuffing, wherever it stands.
func (s Segment) plain() bool { return s.whole && !s.dotted }

// pieces calls yield with the message's octets in order, in slices of any length that are valid
// until it returns, and says of each whether it is known to need no dot-stuffing. buf serves to
// read files.
func (m Message) pieces(buf []byte, yield func(b []byte, plain bool) error) error {
	c := checker{allow8: m.allow8}
	for _, s := range m.segments {
		if s.Open == nil && m.files {
			if err := c.segment(s); err != nil {
				return err
			}
		}
		err := s.pieces(buf, func(b []byte) error {
			if s.Open != nil {
				if err := c.check(b); err != nil {
					return err
				}
			}
			return yield(b, s.plain())
		})
		if err != nil {
			return err
		}
	}
	return c.end()
}

// pieces is Message.pieces for one segment, unchecked but for its size.
func (s Segment) pieces(buf []byte, yield func([]byte) error) (err error) {
	if s.Open == nil {
		return yield(s.Data)
	}
	f, err := s.Open()
	if err != nil {
		return fmt.Errorf("opening a part of the message: %w", err)
	}
	defer f.Close() // read only: nothing is lost
	var n int64
	for {
		k, err := f.Read(buf)
		if n += int64(k); n > s.Size {
			return fmt.Errorf("%w: a part is longer than its %d octets", ErrContent, s.Size)
		}
		if k > 0 {
			if err := yield(buf[:k]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading a part of the message: %w", err)
		}
	}
	if n < s.Size {
		return fmt.Errorf("%w: a part has %d octets of %d", ErrContent, n, s.Size)
	}
	return nil
}
