package message_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"mailshot/transport/message"
)

// fileOf is a file of some octets, with the size that they have.
func fileOf(b []byte) *message.File {
	return &message.File{Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// octetsOf are those of a message, whose segments are as long as they say.
func octetsOf(t testing.TB, segments []message.Segment) []byte {
	t.Helper()
	var all []byte
	for i, s := range segments {
		b := s.Data
		if s.Open != nil {
			f, err := s.Open()
			if err != nil {
				t.Fatalf("opening segment %d: %v", i, err)
			}
			if b, err = io.ReadAll(f); err != nil {
				t.Fatalf("reading segment %d: %v", i, err)
			}
			f.Close()
		}
		if int64(len(b)) != s.Size {
			t.Errorf("segment %d has %d octets, and says %d", i, len(b), s.Size)
		}
		all = append(all, b...)
	}
	return all
}

// withAttachment is a letter of a text and two attachments, of which p is the first.
func withAttachment(p message.Part) *message.Message {
	return letter(func(m *message.Message) {
		p.Type, p.FileName = "application/pdf", "Rechnung für Zoë.pdf"
		m.Body = message.Part{Parts: []message.Part{
			{Text: "Dear Ann,\n\nsee the invoice.\n"}, p, {Type: "image/png", Content: []byte("\x89PNG"), FileName: "logo.png"},
		}}
	})
}

// TestFileOctets: a file that is read on its way out, and one that was encoded before, make the
// same octets as content at hand, each time.
func TestFileOctets(t *testing.T) {
	const lines = 128 * 57 // read at a time
	random := rand.NewChaCha8([32]byte{})
	for _, size := range []int{0, 1, 2, 3, 56, 57, 58, 114, lines - 1, lines, lines + 1, 3*lines + 100} {
		content := make([]byte, size)
		random.Read(content)
		var e message.Encoder
		encode := func(p message.Part) []byte {
			t.Helper()
			segments, err := e.Encode(withAttachment(p))
			if err != nil {
				t.Fatalf("Encode: %v", err)
			}
			return octetsOf(t, segments)
		}
		want := encode(message.Part{Content: content})
		encoded, err := fileOf(content).Encode()
		if err != nil {
			t.Fatalf("%d octets: File.Encode: %v", size, err)
		}
		for range 2 {
			if got := encode(message.Part{File: fileOf(content)}); !bytes.Equal(got, want) {
				t.Errorf("a file of %d octets makes\n%s\nwant\n%s", size, got, want)
			}
			if got := encode(message.Part{Encoded: encoded}); !bytes.Equal(got, want) {
				t.Errorf("%d octets, encoded, make\n%s\nwant\n%s", size, got, want)
			}
		}
	}
}

// TestFileReread: both parsers read what was written.
func TestFileReread(t *testing.T) {
	content := bytes.Repeat([]byte{0, 1, 2, 253, 254, 255}, 50)
	encoded, err := fileOf(content).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []message.Part{{File: fileOf(content)}, {Encoded: encoded}} {
		var e message.Encoder
		segments, err := e.Encode(withAttachment(p))
		if err != nil {
			t.Fatalf("Encode: %v", err)
		}
		b := octetsOf(t, segments)
		wantCanonical(t, b)
		same := withAttachment(message.Part{Content: content})
		wantSame(t, readStandard(t, b), same)
		wantSame(t, readGoMessage(t, b), same)
	}
}

// TestSharedSegment: the octets of an Encoded are not copied, and its segment tells whose they are.
func TestSharedSegment(t *testing.T) {
	encoded, err := fileOf(bytes.Repeat([]byte("x"), 1000)).Encode()
	if err != nil {
		t.Fatal(err)
	}
	var e message.Encoder
	segments, err := e.Encode(withAttachment(message.Part{Encoded: encoded}))
	if err != nil {
		t.Fatal(err)
	}
	if len(segments) != 3 || segments[1].Shared != encoded || &segments[1].Data[0] != &encoded.Data()[0] {
		t.Errorf("of %d segments the second is not that of the encoded", len(segments))
	}
	if segments[0].Shared != nil || segments[2].Shared != nil {
		t.Error("a segment that is not shared says that it is")
	}
}

// TestFileAlone: a message that is nothing but a file ends with it.
func TestFileAlone(t *testing.T) {
	m := letter(func(m *message.Message) { m.Body = message.Part{File: fileOf([]byte("abc")), FileName: "a.bin"} })
	var e message.Encoder
	segments, err := e.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if b := octetsOf(t, segments); !bytes.HasSuffix(b, []byte("\r\n\r\nYWJj\r\n")) || len(segments) != 2 {
		t.Errorf("%d segments:\n%s", len(segments), b)
	}
}

// TestFileChanged: a file that has another size is an error of reading, also where its base64 would
// be as long as before.
func TestFileChanged(t *testing.T) {
	broken := errors.New("disk gone")
	for _, tt := range []struct {
		name string
		size int64
		file io.Reader
		want error
	}{
		{"as it was", 1, strings.NewReader("a"), nil},
		{"in pieces", 200, iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 200))), nil},
		{"the end with the octets", 200, iotest.DataErrReader(strings.NewReader(strings.Repeat("x", 200))), nil},
		{"longer by one", 1, strings.NewReader("ab"), message.ErrFileSize},
		{"longer", 57, strings.NewReader(strings.Repeat("x", 58)), message.ErrFileSize},
		{"shorter by one", 2, strings.NewReader("a"), message.ErrFileSize},
		{"shorter by a line", 114, strings.NewReader(strings.Repeat("x", 57)), message.ErrFileSize},
		{"empty", 1, strings.NewReader(""), message.ErrFileSize},
		{"no more empty", 0, strings.NewReader("a"), message.ErrFileSize},
		{"broken", 200, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), broken},
		{"broken at the end", 3, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &message.File{Size: tt.size, Open: func() (io.ReadCloser, error) { return io.NopCloser(tt.file), nil }}
			var e message.Encoder
			segments, err := e.Encode(withAttachment(message.Part{File: f}))
			if err != nil {
				t.Fatalf("Encode: %v", err)
			}
			r, err := segments[1].Open()
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			if _, err = io.ReadAll(r); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("reading gives %v, want %v", err, tt.want)
			}
		})
	}
}

func TestFileRefused(t *testing.T) {
	opens := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
	encoded := new(message.Encoded)
	for _, tt := range []struct {
		name string
		part message.Part
		want string
	}{
		{"cannot be opened", message.Part{File: &message.File{Size: 1}}, "can't be opened"},
		{"negative", message.Part{File: &message.File{Size: -1, Open: opens}}, "-1 octets"},
		{"file and content", message.Part{File: &message.File{Open: opens}, Content: []byte("x")}, "more than one content"},
		{"file and encoded", message.Part{File: &message.File{Open: opens}, Encoded: encoded}, "more than one content"},
		{"encoded and text", message.Part{Encoded: encoded, Text: "x"}, "more than one content"},
		{"file and parts", message.Part{File: &message.File{Open: opens}, Parts: make([]message.Part, 2)}, "more than one content"},
	} {
		var e message.Encoder
		_, err := e.Encode(letter(func(m *message.Message) { m.Body = tt.part }))
		if _, ok := errors.AsType[*message.FieldError](err); !ok || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error = %v, want a FieldError with %q", tt.name, err, tt.want)
		}
	}
	if _, err := (&message.File{Size: 1}).Encode(); err == nil {
		t.Error("File.Encode of a file that can't be opened gives no error")
	}
	if _, err := (&message.File{Size: 2, Open: fileOf([]byte("a")).Open}).Encode(); !errors.Is(err, message.ErrFileSize) {
		t.Errorf("File.Encode of a file that is shorter = %v, want ErrFileSize", err)
	}
}

// TestFileType: a file that is a message goes as mere octets, since nobody has seen what is in it.
func TestFileType(t *testing.T) {
	for kind, want := range map[string]string{"": "application/octet-stream", "message/rfc822": "application/octet-stream", "text/plain": "text/plain"} {
		var e message.Encoder
		segments, err := e.Encode(letter(func(m *message.Message) { m.Body = message.Part{Type: kind, File: fileOf([]byte("A: b\r\n\r\nc\r\n"))} }))
		if err != nil {
			t.Fatal(err)
		}
		if b := octetsOf(t, segments); !bytes.Contains(b, []byte("Content-Type: "+want+"\r\nContent-Transfer-Encoding: base64\r\n")) {
			t.Errorf("a file of type %q:\n%s", kind, b)
		}
	}
}

// BenchmarkFile is what a file costs on its way out, and one that is shared.
func BenchmarkFile(b *testing.B) {
	content := make([]byte, 5<<20)
	encoded, err := fileOf(content).Encode()
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name string
		part message.Part
		read bool
	}{
		{"encode=content", message.Part{Content: content}, false},
		{"encode=file", message.Part{File: fileOf(content)}, false},
		{"encode=shared", message.Part{Encoded: encoded}, false},
		{"read=file", message.Part{File: fileOf(content)}, true},
		{"sha256=shared", message.Part{Encoded: encoded}, true},
	} {
		b.Run(fmt.Sprintf("%s/size=%d", bb.name, len(content)), func(b *testing.B) {
			m := withAttachment(bb.part)
			var e message.Encoder
			b.ReportAllocs()
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				segments, err := e.Encode(m)
				if err != nil {
					b.Fatal(err)
				}
				if !bb.read {
					continue
				}
				sum := sha256.New()
				for _, s := range segments {
					sum.Write(s.Data)
					if s.Open == nil {
						continue
					}
					f, err := s.Open()
					if err != nil {
						b.Fatal(err)
					}
					if _, err := io.Copy(io.Discard, f); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
