package transport

import (
	"io"
	"strings"
	"testing"

	"mailshot/transport/reply"
)

// TestMessageHeader: the header is shown whole, wherever the message is cut, and nothing of the
// text.
func TestMessageHeader(t *testing.T) {
	const whole = "DKIM-Signature: v=1\r\nFrom: a@b.example\r\n\r\ntext\r\n\r\nmore\r\n"
	const want = "DKIM-Signature: v=1\r\nFrom: a@b.example"
	for cut := range len(whole) {
		m, err := NewMessage(Segment{Data: []byte(whole[:cut])}, Segment{Data: []byte(whole[cut:])})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(m.header()); got != want {
			t.Errorf("cut at %d: %q; want %q", cut, got, want)
		}
	}
	long, err := NewMessage(Segment{Data: []byte("A: x\r\n")}, Segment{Data: []byte(strings.Repeat(" x\r\n", reply.Max))})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(long.header()); n != reply.Max {
		t.Errorf("a long header is shown in %d octets; want %d", n, reply.Max)
	}
	file, err := NewMessage(Segment{Data: []byte("A: b\r\n\r\n")}, Segment{Size: 1, Open: func() (io.ReadCloser, error) { return nil, io.EOF }})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(file.header()); got != "A: b" {
		t.Errorf("before a file: %q", got)
	}
}
