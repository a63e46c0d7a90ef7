package problem

import "testing"

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"workers", "workers", 0},
		{"wrokers", "workers", 1}, {"worker", "workers", 1}, {"workerss", "workers", 1},
		{"wurkers", "workers", 1}, {"from", "form", 1}, {"größe", "grösse", 2}, {"a long sentence", "id", 15}, {"abc", "cab", 2},
	} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d; want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
