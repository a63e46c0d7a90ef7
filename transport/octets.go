package transport

import (
	"fmt"
	"io"
)

// AppendTo appends the message's octets to b. Files are opened, and have to have the size that they
// were given.
func (m Message) AppendTo(b []byte) ([]byte, error) {
	for i, s := range m.segments {
		if s.Open == nil {
			b = append(b, s.Data...)
			continue
		}
		var err error
		if b, err = s.appendTo(b); err != nil {
			return b, fmt.Errorf("message segment %d: %w", i, err)
		}
	}
	return b, nil
}

func (s Segment) appendTo(b []byte) ([]byte, error) {
	f, err := s.Open()
	if err != nil {
		return b, err
	}
	defer f.Close() // only read
	at := len(b)
	b = append(b, make([]byte, s.Size)...)
	if _, err := io.ReadFull(f, b[at:]); err != nil {
		return b[:at], err
	}
	if n, err := f.Read(make([]byte, 1)); n > 0 || err != nil && err != io.EOF {
		return b[:at], fmt.Errorf("it is longer than its %d octets: %w", s.Size, ErrContent)
	}
	return b, nil
}

// Eight reports whether octets above 127 are allowed, as in a message of [New8BitMessage].
func (m Message) Eight() bool { return m.allow8 }
