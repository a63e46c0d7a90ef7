package web

import (
	"net"
	"testing"
)

// A browser leaves the port out where it is that of HTTP.
func TestGuardHost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ip   net.IP
		port int
		want string
	}{
		{net.IPv4(127, 0, 0, 1), 4711, "127.0.0.1:4711"}, {net.IPv4(127, 0, 0, 1), 80, "127.0.0.1"},
		{net.IPv6loopback, 4711, "[::1]:4711"}, {net.IPv6loopback, 80, "[::1]"},
	} {
		if got := newGuard(&net.TCPAddr{IP: tt.ip, Port: tt.port}).host; got != tt.want {
			t.Errorf("%v, port %d, is asked for as %s; want %s", tt.ip, tt.port, got, tt.want)
		}
	}
}
