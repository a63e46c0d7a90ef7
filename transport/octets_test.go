package transport_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"mailshot/transport"
)

func TestAppendTo(t *testing.T) {
	t.Parallel()
	file := func(text string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	}
	for _, tt := range []struct {
		name string
		size int64
		err  error
	}{
		{"good", 4, nil},
		{"short", 5, io.ErrUnexpectedEOF},
		{"long", 3, transport.ErrContent},
	} {
		m, err := transport.NewMessage(transport.Segment{Data: []byte("Subject: x\r\n\r\n")}, transport.Segment{Size: tt.size, Open: file("ab\r\n")})
		if err != nil {
			t.Fatal(err)
		}
		b, err := m.AppendTo([]byte("before "))
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
		if want := "before Subject: x\r\n\r\nab\r\n"; err == nil && string(b) != want {
			t.Errorf("%s: %q, want %q", tt.name, b, want)
		}
	}
}
