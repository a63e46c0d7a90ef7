package smtptest_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"

	"mailshot/transport/smtptest"
)

// reads returns what each read of a connection brings, until its end.
func reads(c net.Conn) []string {
	var all []string
	buf := make([]byte, 100)
	for {
		n, err := c.Read(buf)
		if n > 0 {
			all = append(all, string(buf[:n]))
		}
		if err != nil {
			return all
		}
	}
}

// TestOdd: what goes through is the same, in other pieces.
func TestOdd(t *testing.T) {
	for _, tt := range []struct {
		name       string
		odd        func(net.Conn) net.Conn
		down, up   int // the number of reads for two writes of ten octets, of the client and of the server
		eachUp     string
		downPieces string
	}{
		{"dribble", smtptest.Dribble, 20, 1, "0123456789", "0"},
		{"short writes", smtptest.ShortWrites, 1, 4, "0123456", "01234567890123456789"},
		{"coalesce", smtptest.Coalesce, 1, 1, "01234567890123456789", "01234567890123456789"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := smtptest.Pair()
				odd := tt.odd(client)
				var up []string
				done := make(chan struct{})
				go func() {
					defer close(done)
					buf := make([]byte, 100)
					for {
						n, err := server.Read(buf)
						if n > 0 {
							up = append(up, string(buf[:n]))
						}
						if err != nil {
							return
						}
					}
				}()
				for range 2 {
					_, _ = io.WriteString(odd, "0123456789")
					if tt.name == "short writes" {
						synctest.Wait()
					}
				}
				for range 2 {
					_, _ = io.WriteString(server, "0123456789")
				}
				server.CloseWrite()
				down := reads(odd)
				odd.Close()
				<-done
				if len(down) != tt.down || down[0] != tt.downPieces {
					t.Errorf("the client read %q, want %d pieces like %q", down, tt.down, tt.downPieces)
				}
				if tt.name != "dribble" && (len(up) != tt.up || up[0] != tt.eachUp) {
					t.Errorf("the server read %q, want %d pieces like %q", up, tt.up, tt.eachUp)
				}
			})
		})
	}
}
