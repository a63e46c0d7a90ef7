package fleet

import (
	"errors"
	"fmt"
	"io"

	"mailshot/transport"
)

// octets returns those of a message, and whether some may be above 127. Files are opened, and have
// to have the size that they were given.
func octets(m transport.Message) (b []byte, eight bool, err error) {
	all, eight := m.Segments()
	b = make([]byte, 0, m.Size())
	for i, s := range all {
		if s.Open == nil {
			b = append(b, s.Data...)
		} else if b, err = appendFile(b, s); err != nil {
			return nil, eight, fmt.Errorf("message segment %d: %w", i, err)
		}
	}
	return b, eight, nil
}

func appendFile(b []byte, s transport.Segment) ([]byte, error) {
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
	if n, err := f.Read(make([]byte, 1)); n > 0 || err != nil && !errors.Is(err, io.EOF) {
		return b[:at], fmt.Errorf("it is longer than its %d octets: %w", s.Size, transport.ErrContent)
	}
	return b, nil
}
