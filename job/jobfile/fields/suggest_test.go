package fields

import "testing"

func TestClosest(t *testing.T) {
	words := []string{"host", "port", "tls", "ca", "password", "reply_to"}
	for _, tt := range []struct{ key, want string }{
		{"hots", "host"}, {"HOST", "host"}, {"prot", "port"}, {"Reply-To", "reply_to"},
		{"passwd", "password"}, {"ssl", ""}, {"x", ""}, {"a", ""}, {"user", ""}, {"", ""},
	} {
		if got := Closest(tt.key, words); got != tt.want {
			t.Errorf("Closest(%q) = %q; want %q", tt.key, got, tt.want)
		}
	}
}
