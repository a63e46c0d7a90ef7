package attachment

import "testing"

func TestCharsetSurvey(t *testing.T) {
	for _, tt := range []struct {
		text string
		utf8 bool
	}{
		{"", false}, {"plain\r\n", false}, {"Zoë", true}, {"ë", true}, {"🎉 party", true}, {"a🎉", true}, {"Zo\xeb", false}, {"Zo\xeb end", false},
		{"\xc3", false}, {"\xc3\xc3\xab", false}, {"\x8b", false}, {"ë\x8b\x8b\x8b\x8b", false}, {"\xf0\x9f\x8e", false}, {"\xff\xfea\x00", false},
	} {
		for size := 1; size <= len(tt.text)+1; size++ {
			var c charsetSurvey
			for rest := []byte(tt.text); len(rest) > 0; {
				n := min(size, len(rest))
				if k, err := c.Write(rest[:n]); k != n || err != nil {
					t.Fatalf("Write gives %d, %v", k, err)
				}
				rest = rest[n:]
			}
			if got := c.params() != nil; got != tt.utf8 {
				t.Errorf("%q in pieces of %d is UTF-8: %t; want %t", tt.text, size, got, tt.utf8)
			}
		}
	}
}
