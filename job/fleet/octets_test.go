package fleet

import (
	"errors"
	"io"
	"strings"
	"testing"

	"mailshot/transport"
)

func TestOctets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		size int64
		err  error
	}{
		{"good", 4, nil},
		{"short", 5, io.ErrUnexpectedEOF},
		{"long", 3, transport.ErrContent},
	} {
		file := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("ab\r\n")), nil }
		m, err := transport.NewMessage(transport.Segment{Data: []byte("Subject: x\r\n\r\n")}, transport.Segment{Size: tt.size, Open: file})
		if err != nil {
			t.Fatal(err)
		}
		b, eight, err := octets(m)
		if !errors.Is(err, tt.err) || eight {
			t.Errorf("%s: %v, %t, want %v", tt.name, err, eight, tt.err)
		}
		if want := "Subject: x\r\n\r\nab\r\n"; err == nil && string(b) != want {
			t.Errorf("%s: %q, want %q", tt.name, b, want)
		}
	}
}
