package recipients

import (
	"fmt"
	"testing"
)

func TestTwins(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		rows [][2]int // the first and a later one; what they share is the first
		want string
	}{
		{"none", nil, ""},
		{"one pair", [][2]int{{1, 2}}, ""},
		{"three rows", [][2]int{{1, 2}, {1, 3}}, "the address a1 stands in 3 rows: 1, 2, 3"},
		{"five rows", [][2]int{{1, 2}, {1, 3}, {1, 5}, {1, 9}}, "the address a1 stands in 5 rows: 1, 2, 3 …"},
		{"two pairs", [][2]int{{1, 3}, {2, 4}}, "2 addresses stand in two rows or more: a1 (rows 1, 3), a2 (rows 2, 4)"},
		{"many", [][2]int{{1, 2}, {3, 4}, {1, 5}, {5, 6}, {1, 7}, {8, 9}, {8, 10}}, "4 addresses stand in two rows or more: a1 (rows 1, 2, 5 …), a3 (rows 3, 4), a5 (rows 5, 6) …"},
	} {
		var all twins
		for _, r := range tt.rows {
			all.add(r[0], r[1], fmt.Sprint("a", r[0]))
		}
		if got := all.words("address", "addresses"); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}
