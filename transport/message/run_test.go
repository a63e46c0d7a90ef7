package message

import (
	"strings"
	"testing"
)

// run is as looking at one octet after the other.
func TestRun(t *testing.T) {
	for c := range 256 {
		for length := range 20 {
			for at := range length {
				s := strings.Repeat("a", at) + string([]byte{byte(c)}) + strings.Repeat("~", length-at-1)
				want := at
				if classes[byte(c)] <= blank {
					want = length
				}
				if got := run(s); got != want {
					t.Errorf("run(%q) = %d, want %d", s, got, want)
				}
			}
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("Dear Ann,\tyour renewal is due=20\r\n")
	f.Add(strings.Repeat("\x7f=", 9))
	f.Add("aaaaaaa\xff\x1f \x00 bbbbbbbbb")
	f.Fuzz(func(t *testing.T, s string) {
		want := 0
		for want < len(s) && classes[s[want]] <= blank {
			want++
		}
		if got := run(s); got != want {
			t.Errorf("run(%q) = %d, want %d", s, got, want)
		}
	})
}
