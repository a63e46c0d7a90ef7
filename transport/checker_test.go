package transport

import (
	"testing"
)

// The quick check and the slow one say the same, however the octets come.
func FuzzChecker(f *testing.F) {
	for _, seed := range []string{"", "a\r\n", "\r\n", "a line of more than eight octets\r\nand another\r\n", "a\rb\r\n", "12345678\r12\r\n", "a\nb", "x\x00y\r\n", "12345678\x00\r\n", "\x80\r\n", "12345678é\r\n", "a\r\r\n", "a\r"} {
		f.Add([]byte(seed), uint(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint) {
		var quick, slow checker
		at := int(cut % uint(len(b)+1))
		want := slow.checkSlowly(b)
		got := quick.check(b[:at])
		if got == nil {
			got = quick.check(b[at:])
		}
		switch {
		case (got == nil) != (want == nil), got != nil && got.Error() != want.Error():
			t.Errorf("check(%q) cut at %d = %v, want %v", b, at, got, want)
		case got == nil && (quick.line != slow.line || quick.cr != slow.cr || quick.octets != int64(len(b))):
			t.Errorf("check(%q) cut at %d ends at %+v, want %+v", b, at, quick, slow)
		}
	})
}
