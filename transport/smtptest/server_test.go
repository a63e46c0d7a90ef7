package smtptest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport/smtptest"
)

// talk sends lines to a server one at a time and returns the last line of each reply; "" is the end
// of the connection.
func talk(t *testing.T, conn net.Conn, lines ...string) []string {
	t.Helper()
	r := bufio.NewReader(conn)
	var replies []string
	for _, line := range append([]string{""}, lines...) {
		if line != "" {
			_, _ = io.WriteString(conn, line+"\r\n")
		}
		for {
			reply, err := r.ReadString('\n')
			if err != nil {
				return append(replies, "")
			}
			if len(reply) > 3 && reply[3] == ' ' {
				replies = append(replies, reply[:3])
				break
			}
		}
	}
	return replies
}

func TestServer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		h     smtptest.Handler
		lines []string
		want  string
	}{
		{"usual", smtptest.Handler{}, []string{"EHLO x", "MAIL FROM:<a@a> SIZE=3", "RCPT TO:<b@b>", "DATA", "..x\r\n.", "QUIT", "NOOP"}, "220 250 250 250 354 250 221 "},
		{"out of order", smtptest.Handler{}, []string{"MAIL FROM:<a@a>", "EHLO x", "RCPT TO:<b@b>", "DATA", "HUH"}, "220 503 250 503 503 500"},
		{"malformed", smtptest.Handler{}, []string{"EHLO x", "MAIL FROM: <a@a>", "MAIL FROM:<a@a", "MAIL FROM:<>", "RCPT TO:<>", "RCPT TO:<\"a> b\"@b>"}, "220 250 501 501 250 501 250"},
		{"no TLS", smtptest.Handler{}, []string{"EHLO x", "STARTTLS", "AUTH PLAIN x"}, "220 250 502 503"},
		{"auth", smtptest.Handler{Users: map[string]string{"u": "p"}},
			[]string{"EHLO x", "MAIL FROM:<a@a>", "AUTH PLAIN AHUAcQ==", "AUTH LOGIN", "dQ==", "cA==", "MAIL FROM:<a@a>"}, "220 250 530 535 334 334 235 250"},
		{"refusals", smtptest.Handler{
			Rcpt: func(to string) smtptest.Reply {
				if to == "b@b" {
					return smtptest.Say(550, "5.1.1 who\nare you")
				}
				return smtptest.Reply{}
			},
			Final: func(m smtptest.Message) smtptest.Reply { return smtptest.Say(451, "later").Then(smtptest.Close) },
		}, []string{"EHLO x", "MAIL FROM:<a@a>", "RCPT TO:<b@b>", "RCPT TO:<c@c>", "DATA", ".", "QUIT"}, "220 250 250 550 250 354 451 "},
		{"close", smtptest.Handler{Ehlo: func(string) smtptest.Reply { return smtptest.Silent(smtptest.Close) }}, []string{"EHLO x"}, "220 "},
		{"reset", smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Silent(smtptest.Reset) }}, nil, ""},
		{"raw", smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Raw("666 x\r\n") }}, []string{"EHLO x", "MAIL FROM:<>"}, "220 250 666"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := smtptest.NewServer(tt.h)
				conn, err := s.DialContext(t.Context(), "tcp", "any:25")
				if err != nil {
					t.Fatalf("DialContext: %v", err)
				}
				if got := strings.Join(talk(t, conn, tt.lines...), " "); got != tt.want {
					t.Errorf("replies %q, want %q", got, tt.want)
				}
				s.Close()
				if _, err := s.DialContext(t.Context(), "tcp", "any:25"); err == nil {
					t.Error("DialContext after Close succeeded")
				}
			})
		})
	}
}

func TestLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smtptest.NewServer(smtptest.Handler{Users: map[string]string{"u": "p"}})
		first, _ := s.DialContext(t.Context(), "tcp", "any:25")
		talk(t, first, "EHLO x", "AUTH PLAIN AHUAcA==", "MAIL FROM:<a@a>", "RCPT TO:<b@b>", "RCPT TO:<c@c>", "DATA", "S: x\r\n\r\n..dot\r\n.", "QUIT")
		second, _ := s.DialContext(t.Context(), "tcp", "any:25")
		talk(t, second, "EHLO x", "AUTH PLAIN AHUAcA==", "MAIL FROM:<a@a>", "RCPT TO:<b@b>", "DATA")
		_, _ = io.WriteString(second, "half\r\n.x")
		second.Close()
		s.Wait()
		sessions := s.Sessions()
		if len(sessions) != 2 || !sessions[0].Quit || sessions[0].InData || sessions[1].Quit || !sessions[1].InData || string(sessions[1].Partial) != "half\r\n.x" {
			t.Errorf("sessions = %+v", sessions)
		}
		if want := []smtptest.Attempt{{Mechanism: "PLAIN", User: "u", Password: "p", OK: true}}; !slices.Equal(sessions[0].Auth, want) {
			t.Errorf("auth = %+v, want %+v", sessions[0].Auth, want)
		}
		got := fmt.Sprintf("%+v", s.Messages())
		if want := fmt.Sprintf("%+v", []smtptest.Message{{Session: 1, Transaction: 1, User: "u", From: "a@a", To: []string{"b@b", "c@c"}, Size: 14, Data: []byte("S: x\r\n\r\n.dot\r\n"), Accepted: true, Answered: true}}); got != want {
			t.Errorf("messages = %s, want %s", got, want)
		}
		s.Close()
	})
}

// TestLostReply: a message whose reply is lost is in the ledger, unless the reply would have been
// no.
func TestLostReply(t *testing.T) {
	for _, tt := range []struct {
		reply smtptest.Reply
		want  int
	}{{smtptest.Silent(smtptest.Reset), 1}, {smtptest.Reply{Code: 451, Before: smtptest.Close}, 0}} {
		synctest.Test(t, func(t *testing.T) {
			s := smtptest.NewServer(smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return tt.reply }})
			conn, _ := s.DialContext(t.Context(), "tcp", "any:25")
			talk(t, conn, "EHLO x", "MAIL FROM:<a@a>", "RCPT TO:<b@b>", "DATA", ".")
			s.Close()
			if got := len(s.Messages()); got != tt.want {
				t.Errorf("%+v: %d messages, want %d", tt.reply, got, tt.want)
			}
			if got := s.Sessions()[0].Messages; len(got) != 1 || got[0].Answered {
				t.Errorf("%+v: the session's messages are %+v, want one without an answer", tt.reply, got)
			}
		})
	}
}

// TestSessionHandler: sessions can have functions of their own; what is offered is the same for
// all.
func TestSessionHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smtptest.NewServer(smtptest.Handler{
			Users: map[string]string{"u": "p"},
			Session: func(session int) smtptest.Handler {
				return smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Say(450+session, "later") }}
			},
			Mail: func(string) smtptest.Reply { return smtptest.Say(550, "never") },
		})
		for _, want := range []string{"220 250 235 451 221", "220 250 235 452 221"} {
			conn, _ := s.DialContext(t.Context(), "tcp", "any:25")
			if got := strings.Join(talk(t, conn, "EHLO x", "AUTH PLAIN AHUAcA==", "MAIL FROM:<a@a>", "QUIT"), " "); got != want {
				t.Errorf("replies %q, want %q", got, want)
			}
		}
		s.Close()
	})
}

// TestHang: a server that hangs lets go when the client does, or when it is closed.
func TestHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smtptest.NewServer(smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Reply{Delay: time.Minute, Before: smtptest.Hang} }})
		one, _ := s.DialContext(t.Context(), "tcp", "any:25")
		_, _ = s.DialContext(t.Context(), "tcp", "any:25")
		one.Close()
		s.Close()
		for _, session := range s.Sessions() {
			if !session.Ended {
				t.Errorf("session = %+v, want one that ended", session)
			}
		}
	})
}

// complaints is a testing.TB that only counts what fails.
type complaints struct {
	testing.TB
	n int
}

func (c *complaints) Errorf(string, ...any) { c.n++ }

// TestScript: a client that says something else fails the test.
func TestScript(t *testing.T) {
	for _, tt := range []struct {
		say  string
		want int
	}{{"EHLO x\r\n", 0}, {"HELO x\r\n", 1}, {"", 1}} {
		synctest.Test(t, func(t *testing.T) {
			c := &complaints{TB: t}
			play := smtptest.Play(c, smtptest.Send("220 x"), smtptest.Expect("EHLO *"), smtptest.Do(smtptest.Close))
			conn, _ := play.DialContext(t.Context(), "tcp", "any:25")
			synctest.Wait()
			_, _ = io.WriteString(conn, tt.say)
			conn.Close()
			synctest.Wait()
			if c.n != tt.want || play.Received() != tt.say {
				t.Errorf("%q: %d complaints, received %q, want %d", tt.say, c.n, play.Received(), tt.want)
			}
			if _, err := play.DialContext(t.Context(), "tcp", "any:25"); err == nil || c.n != tt.want+1 {
				t.Errorf("a second session: %v and %d complaints", err, c.n)
			}
		})
	}
}
