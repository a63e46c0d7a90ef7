package jobfile

import "testing"

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"workers", "workers", 0},
		{"wrokers", "workers", 1}, {"worker", "workers", 1}, {"workerss", "workers", 1},
		{"wurkers", "workers", 1}, {"from", "form", 1}, {"abc", "cab", 2},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d; want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestClosest(t *testing.T) {
	words := []string{"host", "port", "tls", "ca", "password", "reply_to"}
	for _, tt := range []struct{ key, want string }{
		{"hots", "host"}, {"HOST", "host"}, {"prot", "port"}, {"Reply-To", "reply_to"},
		{"passwd", "password"}, {"ssl", ""}, {"x", ""}, {"a", ""}, {"user", ""}, {"", ""},
	} {
		if got := closest(tt.key, words); got != tt.want {
			t.Errorf("closest(%q) = %q; want %q", tt.key, got, tt.want)
		}
	}
}
