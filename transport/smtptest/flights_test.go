package smtptest_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport/smtptest"
)

// TestFlights: what comes in one piece is one flight, and what comes apart is charged apart.
func TestFlights(t *testing.T) {
	commands := []string{"EHLO x\r\n", "MAIL FROM:<a@a>\r\n", "RCPT TO:<b@b>\r\n", "DATA\r\n", "x\r\n.\r\n", "QUIT\r\n"}
	for _, tt := range []struct {
		name   string
		pieces []string
		want   int
	}{
		{"nothing", nil, 0},
		{"one by one", commands, 6},
		{"in groups", []string{commands[0], strings.Join(commands[1:4], ""), strings.Join(commands[4:], "")}, 3},
		{"all at once", []string{strings.Join(commands, "")}, 1},
		{"a line in pieces", []string{"EH", "LO", " x\r\n"}, 1},
		{"a group in pieces", []string{commands[0], commands[1], commands[2] + "DA", "TA\r\n"}, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := smtptest.NewServer(smtptest.Handler{})
				defer s.Close()
				conn, err := s.DialContext(t.Context(), "tcp", "any:25")
				if err != nil {
					t.Fatalf("DialContext: %v", err)
				}
				defer conn.Close()
				for _, piece := range tt.pieces {
					if _, err := io.WriteString(conn, piece); err != nil {
						t.Fatalf("writing %q: %v", piece, err)
					}
					synctest.Wait() // the server has answered
				}
				if got := s.Sessions()[0].Flights; got != tt.want {
					t.Errorf("%d flights, want %d", got, tt.want)
				}
			})
		})
	}
}
