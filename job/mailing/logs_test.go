package mailing

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSameName(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"2026-w48", "2026-W48", true}, {"2026-12", "2026_12", true}, {"2026-12", "202612", true}, {"2026-1", "2026-01", true},
		{"2026-w09", "2026w9", true}, {"nov-2026", "Nov_2026", true}, {"a-b", "ab", true}, {"001", "1", true}, {"0", "00", true}, {"", "", true},
		{"2026-11", "2026-12", false}, {"2026-01-11", "2026-11-01", false}, {"2026-1", "2026-10", false}, {"2026-w48", "2026-48", false},
		{"b", "c", false}, {"a", "", false}, {"a0", "a", false},
	} {
		if got := SameName(tt.a, tt.b); got != tt.want || SameName(tt.b, tt.a) != tt.want {
			t.Errorf("SameName(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

// A text is found wherever it stands, also across two reads.
func TestContains(t *testing.T) {
	const text = "Z-9c41d2ab"
	for before := range 300 {
		in := strings.Repeat("Z-9c", before)
		for want, all := range map[bool]string{true: in + text + in, false: in + text[:len(text)-1]} {
			for _, r := range []io.Reader{strings.NewReader(all), iotest.OneByteReader(strings.NewReader(all)), iotest.DataErrReader(strings.NewReader(all))} {
				if got, err := contains(r, []byte(text)); got != want || err != nil {
					t.Fatalf("contains in %d octets = %t, %v; want %t", len(all), got, err, want)
				}
			}
		}
	}
	long := strings.Repeat("x", 256<<10-3) + text
	if got, err := contains(strings.NewReader(long), []byte(text)); !got || err != nil {
		t.Errorf("contains over the end of the buffer = %t, %v", got, err)
	}
}
