package transport

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/textproto"
	"strings"
	"testing"
)

func TestNewMessage(t *testing.T) {
	line := strings.Repeat("x", 998)
	for _, tt := range []struct {
		name  string
		parts []string
		bad   string
	}{
		{"plain", []string{"a\r\nb\r\n"}, ""},
		{"no line end", []string{"a"}, ""},
		{"empty", nil, ""},
		{"998", []string{line + "\r\n" + line}, ""},
		{"CR and LF apart", []string{"a\r", "\nb\r\n"}, ""},
		{"tab", []string{"\ta\r\n"}, ""},
		{"bare LF", []string{"a\nb"}, "a bare LF at octet 1"},
		{"LF first", []string{"\n"}, "a bare LF at octet 0"},
		{"bare CR", []string{"a\rb"}, "a bare CR at octet 2"},
		{"CR CR LF", []string{"a\r\r\n"}, "a bare CR at octet 2"},
		{"CR last", []string{"a\r"}, "a bare CR at octet 2"},
		{"CR at an edge", []string{"a\r", "b"}, "a bare CR at octet 2"},
		{"NUL", []string{"a\x00"}, "a NUL at octet 1"},
		{"8-bit", []string{"ab", "\xff"}, "an 8-bit octet at octet 2"},
		{"999", []string{line + "x\r\n"}, "a line of more than 998 octets at octet 998"},
		{"999 over an edge", []string{line, "x\r\n"}, "a line of more than 998 octets at octet 998"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var segments []Segment
			for _, p := range tt.parts {
				segments = append(segments, Segment{Data: []byte(p)})
			}
			m, err := NewMessage(segments...)
			if tt.bad == "" {
				if want := int64(len(strings.Join(tt.parts, ""))); err != nil || m.Size() != want {
					t.Errorf("size, error = %d, %v, want %d, none", m.Size(), err, want)
				}
				return
			}
			if !errors.Is(err, ErrContent) || !strings.Contains(err.Error(), tt.bad) {
				t.Errorf("error = %v, want %s", err, tt.bad)
			}
		})
	}
}

// TestNew8BitMessage: octets above 127 are allowed, the rest of the rules stays, and where they are
// is known.
func TestNew8BitMessage(t *testing.T) {
	open := func() (io.ReadCloser, error) { return nil, io.EOF }
	checked, err := CheckedSegment([]byte("B: c\r\n\r\nd\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		segments   []Segment
		has8, utf8 bool
		bad        string
	}{
		{"7-bit", []Segment{{Data: []byte("A: b\r\n\r\nc\r\n")}}, false, false, ""},
		{"body", []Segment{{Data: []byte("A: b\r\n\r\n\xff\r\n")}}, true, false, ""},
		{"header", []Segment{{Data: []byte("A: ü\r\n\r\nc\r\n")}}, true, true, ""},
		{"header in pieces", []Segment{{Data: []byte("A: b\r")}, {Data: []byte("\nB: ü\r\n\r\n")}}, true, true, ""},
		{"body in pieces", []Segment{{Data: []byte("A: b\r\n\r")}, {Data: []byte("\nü\r\n")}}, true, false, ""},
		{"file", []Segment{{Data: []byte("A: b\r\n\r\n")}, {Size: 3, Open: open}}, true, false, ""},
		{"body behind a checked end of the header", []Segment{{Data: []byte("A: b\r\n")}, checked, {Data: []byte("ü\r\n")}}, true, false, ""},
		{"bare LF", []Segment{{Data: []byte("ü\n")}}, false, false, "a bare LF at octet 2"},
		{"NUL", []Segment{{Data: []byte("ü\x00")}}, false, false, "a NUL at octet 2"},
		{"line", []Segment{{Data: []byte(strings.Repeat("ü", 500))}}, false, false, "998"},
	} {
		m, err := New8BitMessage(tt.segments...)
		switch {
		case tt.bad != "" && (err == nil || !strings.Contains(err.Error(), tt.bad)):
			t.Errorf("%s: error = %v, want %s", tt.name, err, tt.bad)
		case tt.bad == "" && (err != nil || m.has8 != tt.has8 || m.utf8 != tt.utf8):
			t.Errorf("%s: 8-bit, UTF-8 header, error = %t, %t, %v, want %t, %t", tt.name, m.has8, m.utf8, err, tt.has8, tt.utf8)
		}
	}
}

func TestNewMessageFiles(t *testing.T) {
	open := func() (io.ReadCloser, error) { return nil, io.EOF }
	for _, tt := range []struct {
		name     string
		segments []Segment
		size     int64 // -1: an error
	}{
		{"file between", []Segment{{Data: []byte("a\r\n")}, {Size: 7, Open: open}, {Data: []byte("\r\nb")}}, 13},
		{"both", []Segment{{Data: []byte("a"), Open: open}}, -1},
		{"negative", []Segment{{Size: -1, Open: open}}, -1},
		{"CR before a file", []Segment{{Data: []byte("a\r")}, {Size: 7, Open: open}}, -1},
		{"bad behind a file", []Segment{{Size: 7, Open: open}, {Data: []byte("a\x00")}}, -1},
	} {
		m, err := NewMessage(tt.segments...)
		if (err != nil) != (tt.size < 0) || err == nil && m.Size() != tt.size {
			t.Errorf("%s: size, error = %d, %v, want %d", tt.name, m.Size(), err, tt.size)
		}
	}
}

// FuzzDotStuff: however canonical content is cut, the server gets it back, and the end stands only
// at the end.
func FuzzDotStuff(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a\n.\nb", ".\n.\n.", "a\n..b\n", "\n\n.", "a."} {
		f.Add([]byte(s), uint8(1))
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		content := bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r"), nil), []byte("\n"), []byte("\r\n"))
		var wire []byte
		atStart := true
		for rest := content; len(rest) > 0; {
			n := min(len(rest), int(cut)+1)
			wire, atStart = stuff(wire, rest[:n], atStart)
			rest = rest[n:]
		}
		want := content
		if !atStart {
			wire = append(wire, "\r\n"...)
			want = append(bytes.Clone(content), "\r\n"...)
		}
		wire = append(wire, ".\r\n"...)
		if n := bytes.Count(append([]byte("\r\n"), wire...), []byte("\r\n.\r\n")); n != 1 {
			t.Errorf("%q is stuffed to %q, which has %d ends", content, wire, n)
		}
		got, err := io.ReadAll(textproto.NewReader(bufio.NewReader(bytes.NewReader(wire))).DotReader())
		if err != nil || !bytes.Equal(got, bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))) {
			t.Errorf("%q is stuffed to %q, which reads as %q, %v", content, wire, got, err)
		}
	})
}
