package preview

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailshot/job/index"
)

func sumOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func TestReadMessage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       Message
	}{
		{"folded", "Subject: =?utf-8?q?Gr=C3=BC?=\r\n =?utf-8?q?=C3=9Fe?=\r\nX: a:b\r\n\r\nHi\r\nyou\r\n",
			Message{Fields: []Field{{"Subject", "Grüße"}, {"X", "a:b"}}, Text: "Hi\nyou\n"}},
		{"quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb =3D =C3=A4\r\n",
			Message{Fields: []Field{{"Content-Transfer-Encoding", "quoted-printable"}}, Text: "ab = ä\n"}},
		{"parts", "Content-Type: multipart/mixed; boundary=m\r\n\r\n" +
			"--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n" +
			"--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Disposition: inline; filename=a.png\r\n" +
			"Content-Transfer-Encoding: base64\r\n\r\nUE5H\r\n--r--\r\n" +
			"--m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.txt\r\n\r\nall\r\n--m--\r\n",
			Message{
				Fields: []Field{{"Content-Type", "multipart/mixed; boundary=m"}}, HTML: "<p>Hi",
				Pictures: []File{{Name: "a.png", Type: "image/png", Size: 3, Sum: sumOf("PNG"), ID: "a@b"}}, Attached: []File{{Name: "ä.txt", Type: "text/plain", Size: 3, Sum: sumOf("all")}},
			}},
	} {
		got, err := ReadMessage(strings.NewReader(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, *got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
	}
	for _, bad := range []string{"", "Subject: x", "no field\r\n\r\n", "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nx", "Content-Transfer-Encoding: base64\r\n\r\n!\r\n"} {
		if m, err := ReadMessage(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, m)
		}
	}
}

// What a message has of many is read in time that grows with its size alone, or refused.
func TestReadMuch(t *testing.T) {
	t.Parallel()
	multipart := func(part string, n int) string {
		return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n"+part+"\r\n", n) + "--b--\r\n"
	}
	for _, tt := range []struct{ name, text, want string }{
		{"folded lines", "a: b\r\n" + strings.Repeat(" x\r\n", 200_000) + "\r\n", ""},
		{"a large header", strings.Repeat("a:\r\n", maxHeader/4) + "\r\n", "larger than 1048576 octets"},
		{"a long line", "a:" + strings.Repeat("x", maxHeader), "larger than 1048576 octets"},
		{"parts", multipart("\r\n"+strings.Repeat("x", 1000), maxParts-1), ""},
		{"too many parts", multipart("\r\n", maxParts), "more than 2000 parts"},
		{"too many files", multipart("Content-Id: x\r\n\r\n", maxParts), "more than 2000 parts"},
	} {
		var made, after runtime.MemStats
		runtime.ReadMemStats(&made)
		_, err := ReadMessage(strings.NewReader(tt.text))
		runtime.ReadMemStats(&after)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
		// Other tests allocate meanwhile; the square of the size is far more than both.
		if mb := (after.TotalAlloc - made.TotalAlloc) >> 20; mb > 500 {
			t.Errorf("%s: %d octets took %d MB", tt.name, len(tt.text), mb)
		}
	}
}

func TestFromQuoter(t *testing.T) {
	t.Parallel()
	const text = "From: a\r\n\r\nFrom the\r\n>From b\r\n>> From c\r\nx From d\r\n"
	const want = "From: a\n\n>From the\n>>From b\n>> From c\nx From d\n"
	for _, n := range []int{1, 3, len(text)} {
		var b strings.Builder
		q := &fromQuoter{w: &b}
		for c := range slices.Chunk([]byte(text), n) {
			if _, err := q.Write(c); err != nil {
				t.Fatal(err)
			}
		}
		if b.String() != want {
			t.Errorf("%d octets at once become %q; want %q", n, b.String(), want)
		}
	}
}

// A sample has as many as it should, and any row may be in it.
func TestSample(t *testing.T) {
	t.Parallel()
	var all, seen index.Bits
	for n := range 20 {
		all.Add(n + 1)
	}
	for seed := range uint64(50) {
		s := sample(&all, 5, seed)
		if s.Len() != 5 {
			t.Fatalf("seed %d: %d rows", seed, s.Len())
		}
		for n := range s.All() {
			seen.Add(n)
		}
	}
	if seen.Len() != all.Len() {
		t.Errorf("50 samples have %d of %d rows", seen.Len(), all.Len())
	}
	if s := sample(&all, 30, 1); s.Len() != 20 {
		t.Errorf("a sample of 30 of 20 has %d", s.Len())
	}
}

// A ranking keeps the greatest, and of equal ones the first rows, whatever the order.
func TestRanking(t *testing.T) {
	t.Parallel()
	for _, rows := range [][]ranked{{{3, 1}, {5, 2}, {5, 4}, {1, 3}}, {{5, 4}, {1, 3}, {5, 2}, {3, 1}}} {
		var r ranking
		for _, x := range rows {
			r.add(x, 2)
		}
		if !slices.Equal(r, ranking{{5, 2}, {5, 4}}) {
			t.Errorf("%v is ranked %v", rows, r)
		}
	}
}

// What files have in them is kept where it is asked for.
func TestReadWhole(t *testing.T) {
	t.Parallel()
	const text = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nall\r\n--m--\r\n"
	for _, read := range []struct {
		by   func(io.Reader) (*Message, error)
		want string
	}{{ReadWhole, "all"}, {ReadMessage, ""}} {
		m, err := read.by(strings.NewReader(text))
		if err != nil || len(m.Attached) != 1 || string(m.Attached[0].Content) != read.want {
			t.Errorf("%+v, %v; want one file with %q", m, err, read.want)
		}
	}
}
