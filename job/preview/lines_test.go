package preview

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ earlier, now, want string }{
		{"", "", ""},
		{"a\nb\n", "a\nb", ""},
		{"a\nb\nc\n", "a\nx\nc\n", "-b +x"},
		{"a\nb\nc\nd\n", "b\nd\ne\n", "-a -c +e"},
		{"", "a\n", "+a"},
		{"a\n\nb\n", "a\nb\n", "-"},
		{strings.Repeat("a\n", 3000), strings.Repeat("b\n", 3000), strings.Repeat("-a ", 3000) + strings.TrimRight(strings.Repeat("+b ", 3000), " ")},
	} {
		var got []string
		for _, l := range compare(tt.earlier, tt.now) {
			mark := "+"
			if l.Earlier {
				mark = "-"
			}
			got = append(got, mark+l.Text)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%.20q and %.20q differ in %.60q; want %.60q", tt.earlier, tt.now, s, tt.want)
		}
	}
}
