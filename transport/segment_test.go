package transport_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestCheckedSegment: octets that were checked beforehand arrive as those that were not, whatever
// they stand between.
func TestCheckedSegment(t *testing.T) {
	file := func(s string) transport.Segment {
		return transport.Segment{Size: int64(len(s)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }}
	}
	data := func(s string) transport.Segment { return transport.Segment{Data: []byte(s)} }
	for _, shared := range []string{
		"", "a\r\n", ".\r\n", "..a\r\nb\r\n", "\r\n", "a\r\n.b\r\n.\r\n", strings.Repeat("0123456789\r\n", 20_000), strings.Repeat(".23456789\r\n", 20_000),
	} {
		s, err := transport.CheckedSegment([]byte(shared))
		if err != nil {
			t.Fatalf("CheckedSegment(%.20q): %v", shared, err)
		}
		for _, around := range [][2]transport.Segment{
			{data("A: b\r\n\r\n"), data("end\r\n")},
			{data("A: b\r\n\r\nin a line"), data(".end\r\n")},
			{data("A: b\r\n\r\n"), file(".\r\nend\r\n")},
			{file("A: b\r\n\r\nin a line"), data(".end")},
		} {
			var want strings.Builder
			for _, s := range []transport.Segment{around[0], data(shared), around[1]} {
				want.Write(octets(t, s))
			}
			if !strings.HasSuffix(want.String(), "\r\n") {
				want.WriteString("\r\n")
			}
			synctest.Test(t, func(t *testing.T) {
				server, d := served(t, smtptest.Handler{})
				dl := delivery(t)
				if dl.Message, err = transport.NewMessage(around[0], s, around[1]); err != nil {
					t.Fatalf("NewMessage: %v", err)
				}
				if _, err := d.Deliver(t.Context(), dl); err != nil {
					t.Fatalf("Deliver: %v", err)
				}
				server.Wait()
				if got := string(server.Messages()[0].Data); got != want.String() {
					t.Errorf("the server got %d octets %.60q, want %d octets %.60q", len(got), got, want.Len(), want.String())
				}
			})
		}
	}
}

func octets(t *testing.T, s transport.Segment) []byte {
	if s.Open == nil {
		return s.Data
	}
	f, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCheckedSegmentRefused(t *testing.T) {
	for _, tt := range []struct{ data, want string }{
		{"a", "no line end at octet 1"},
		{"a\r\nb", "no line end at octet 4"},
		{"a\r", "no line end"},
		{"a\nb\r\n", "a bare LF at octet 1"},
		{"ü\r\n", "an 8-bit octet at octet 0"},
		{strings.Repeat("x", 999) + "\r\n", "998"},
	} {
		if _, err := transport.CheckedSegment([]byte(tt.data)); !errors.Is(err, transport.ErrContent) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("CheckedSegment(%.20q): error = %v, want %s", tt.data, err, tt.want)
		}
	}
}

// TestCheckedSegmentInLine: where the segment does not begin a line it is checked once more, as its
// first line is longer there.
func TestCheckedSegmentInLine(t *testing.T) {
	s, err := transport.CheckedSegment([]byte(strings.Repeat("x", 990) + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		before string
		bad    bool
	}{{"12345678\r\n", false}, {"12345678", false}, {"123456789", true}, {"\r", true}} {
		if _, err := transport.NewMessage(transport.Segment{Data: []byte(tt.before)}, s); (err != nil) != tt.bad {
			t.Errorf("after %q: error = %v, want one %t", tt.before, err, tt.bad)
		}
	}
}

// TestShape: what was checked once arrives as what is checked with its message, and what is no
// canonical line is checked again.
func TestShape(t *testing.T) {
	for _, tt := range []struct {
		data    string
		checked bool
	}{
		{"A: b\r\n\r\ntext\r\n", true},
		{"A: b\r\n\r\n.\r\n..\r\ntext\r\n.text\r\n", true},
		{".A: b\r\n\r\ntext\r\n", true},
		{"\r\n.text\r\n", true},
		{"A: b\r\n\r\ntext", false},
	} {
		m, err := transport.NewMessage(transport.Segment{Data: []byte(tt.data)})
		if err != nil {
			t.Fatal(err)
		}
		shape := m.LastShape()
		if (shape != 0) != tt.checked {
			t.Errorf("shape of %q = %d, want one: %t", tt.data, shape, tt.checked)
		}
		again, err := transport.NewMessage(shape.Segment([]byte(tt.data)))
		if err != nil || again.LastShape() != shape {
			t.Errorf("%q: shape %d, %v; want %d once more", tt.data, again.LastShape(), err, shape)
		}
		synctest.Test(t, func(t *testing.T) {
			server, d := served(t, smtptest.Handler{})
			dl := delivery(t)
			dl.Message = again
			if _, err := d.Deliver(t.Context(), dl); err != nil {
				t.Fatalf("Deliver: %v", err)
			}
			server.Wait()
			want := strings.TrimSuffix(tt.data, "\r\n") + "\r\n"
			if got := string(server.Messages()[0].Data); got != want {
				t.Errorf("the server got %q, want %q", got, want)
			}
		})
	}
	// Octets that are not checked here are not those of a check.
	if _, err := transport.NewMessage(transport.Shape(0).Segment([]byte("a\nb\r\n"))); !errors.Is(err, transport.ErrContent) {
		t.Errorf("octets without a shape: %v, want %v", err, transport.ErrContent)
	}
	wide, err := transport.New8BitMessage(transport.Segment{Data: []byte("A: \xc3\xa4\r\n\r\n")})
	if err != nil || wide.LastShape() != 0 {
		t.Errorf("shape of an 8-bit message = %d, %v; want none", wide.LastShape(), err)
	}
}

// BenchmarkShared is the cost of a message with octets that all messages share.
func BenchmarkShared(b *testing.B) {
	data := []byte(strings.Repeat(strings.Repeat("x", 76)+"\r\n", 7<<20/78))
	checked, err := transport.CheckedSegment(data)
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name   string
		shared transport.Segment
	}{{"checked", checked}, {"unchecked", transport.Segment{Data: data}}} {
		b.Run(fmt.Sprintf("segment=%s", bb.name), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := transport.NewMessage(transport.Segment{Data: []byte("A: b\r\n\r\n")}, bb.shared); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
