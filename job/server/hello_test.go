package server

import "testing"

func TestHello(t *testing.T) {
	for _, tt := range []struct{ given, host, want string }{
		{"", "mail.club.example", "mail.club.example"},
		{"me.example", "mail.club.example", "me.example"},
		{"", "laptop", ""},
		{"", "laptop.", ""},
		{"", "my_laptop.example", ""},
		{"", "MacBook Pro.local", ""},
		{"", "jürgen.fritz.box", ""},
		{"", "192.168.1.5", ""},
		{"", "-x.example", ""},
		{"", "host.localdomain", ""},
		{"", "a..example", ""},
		{"", "", ""},
		{"", "xn--jrgen-kva.fritz.box", "xn--jrgen-kva.fritz.box"},
	} {
		if got := hello(tt.given, tt.host); got != tt.want {
			t.Errorf("hello(%q, %q) = %q; want %q", tt.given, tt.host, got, tt.want)
		}
	}
}
