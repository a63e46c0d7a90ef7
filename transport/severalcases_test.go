package transport_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A series is a session at work, with messages that are all alike but for their number, from 1, and
// what was called for them.
type series struct {
	*transport.Session
	play  *smtptest.Script
	dls   []transport.Delivery
	calls []string
}

// inSession opens a session of n messages; set changes the dialer.
func inSession(t *testing.T, n int, overlap bool, steps []smtptest.Step, set func(*transport.Dialer)) *series {
	t.Helper()
	s := &series{play: smtptest.Play(t, steps...)}
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: s.play.DialContext}
	d.TrustOverlap()
	set(d)
	for i := range n {
		dl := delivery(t, fmt.Sprintf("r%d@b.example", i+1))
		dl.Message, dl.Label = message(t, severalText(i+1)), fmt.Sprintf("row %d", i+1)
		dl.OnMail = func() { s.calls = append(s.calls, fmt.Sprint("mail ", i+1)) }
		dl.OnCommit = func() error { s.calls = append(s.calls, fmt.Sprint("commit ", i+1)); return nil }
		s.dls = append(s.dls, dl)
	}
	for i := range n - 1 {
		if overlap {
			s.dls[i].Next = func() *transport.Delivery { return &s.dls[i+1] }
		}
	}
	var err error
	if s.Session, err = d.Open(t.Context()); err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// deliver delivers message i, from 1, and wants an outcome.
func (s *series) deliver(t *testing.T, i int, want string) transport.Receipt {
	t.Helper()
	r, err := s.Deliver(t.Context(), s.dls[i-1])
	if got := outcomeOf(err); got != want {
		t.Errorf("message %d: %v is %q, want %q", i, err, got, want)
	}
	return r
}

// end closes the session and compares what the server saw behind EHLO.
func (s *series) end(t *testing.T, want string) {
	t.Helper()
	s.Close()
	synctest.Wait()
	_, got, _ := strings.Cut(s.play.Received(), "EHLO [127.0.0.1]\r\n")
	if want != "*" && got != want {
		t.Errorf("the server got\n%q, want\n%q", got, want)
	}
}

// mailOf are the commands of message i.
func mailOf(i int) string {
	return fmt.Sprintf("MAIL FROM:<a@a.example>\r\nRCPT TO:<r%d@b.example>\r\nDATA\r\n", i)
}

// contentOf is the content of message i with its end.
func contentOf(i int) string { return severalText(i) + ".\r\n" }

// invited is the server's side of the commands of a message.
func invited(replies ...string) []smtptest.Step {
	return script(expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtp(replies...))
}

// reset is invited behind RSET.
func reset(replies ...string) []smtptest.Step { return script(expect("RSET"), invited(replies...)) }

// took is the server's side of a message, with nothing behind it.
func took(reply string) []smtptest.Step { return script(readData, smtp(reply)) }

// begun is a session in which the first message was taken.
func begun(keywords ...string) []smtptest.Step {
	return script(hello(append(keywords, "PIPELINING")...), invited("250", "250", "354"), took("250 taken"))
}

// overlapped is a session in which the second message's commands came with the content of the first.
func overlapped(replies ...string) []smtptest.Step {
	return script(hello("PIPELINING"), invited("250", "250", "354"), readData, invited(append([]string{"250 taken"}, replies...)...))
}

// TestSeveralCases plays what the matrix does not have.
func TestSeveralCases(t *testing.T) {
	t.Parallel()
	first := mailOf(1) + contentOf(1)
	for _, tt := range []struct {
		name    string
		overlap bool
		steps   []smtptest.Step
		want    []string
		usable  bool // at the end
		said    string
	}{
		{"a lone dot", false, script(begun(), invited("250", "550 who", "354 go"), expect("."), smtp("250 hm"), reset("250", "250", "250", "354"), took("250"), quit),
			[]string{wasSent, "permanent row 550", wasSent}, true, first + mailOf(2) + ".\r\nRSET\r\n" + mailOf(3) + contentOf(3) + "QUIT\r\n"},
		{"a lone dot in an overlap", true, script(overlapped("250", "550 who", "354 go"), expect("."), smtp("554 hm"), reset("250", "250", "250", "354"), took("250"), quit),
			[]string{wasSent, "permanent row 550", wasSent}, true, first + mailOf(2) + ".\r\nRSET\r\n" + mailOf(3) + contentOf(3) + "QUIT\r\n"},
		{"a lone dot and 421", false, script(begun(), invited("250", "550 who", "354 go"), expect("."), smtp("421 hm")),
			[]string{wasSent, "permanent row 550", lost}, false, first + mailOf(2) + ".\r\n"},
		{"a lone dot and 354", false, script(begun(), invited("250", "550 who", "354 go"), expect("."), smtp("354 hm")),
			[]string{wasSent, "permanent row 550", lost}, false, first + mailOf(2) + ".\r\n"},
		{"a lone dot and nothing", false, script(begun(), invited("250", "550 who", "354 go"), expect("."), closes),
			[]string{wasSent, "permanent row 550", lost}, false, first + mailOf(2) + ".\r\n"},
		{"no dot where a recipient was accepted", false, script(begun(), invited("550 no", "250", "354 go")),
			[]string{wasSent, "permanent row 550", lost}, false, first + mailOf(2)},
		{"no dot where RSET was refused", false, script(hello("PIPELINING"), invited("250", "550 who", "503"), reset("502 what", "503", "550", "354 go")),
			[]string{"permanent row 550", lost, lost}, false, mailOf(1) + "RSET\r\n" + mailOf(2)},
		{"no dot where MAIL is nested", false, script(begun(), invited("503 nested", "550", "354 go")),
			[]string{wasSent, lost, lost}, false, first + mailOf(2)},
		{"the first message is the row's", false, script(hello("PIPELINING"), invited("503 no", "503", "503"), reset("250", "250", "250", "354"), took("250"), invited("250", "250", "354"), took("250"), quit),
			[]string{"permanent row 503", wasSent, wasSent}, true, mailOf(1) + "RSET\r\n" + mailOf(2) + contentOf(2) + mailOf(3) + contentOf(3) + "QUIT\r\n"},
		{"closed behind the first message, which failed", false, script(hello("PIPELINING"), invited("250", "550 who", "503"), expect("RSET"), closes),
			[]string{"permanent row 550", lost, lost}, false, "*"},
		{"idle, by 421", false, script(hello("PIPELINING"), invited("250", "250", "354"), readData, smtp("250 taken", "421 idle")),
			[]string{wasSent, lost, lost}, false, first},
		{"idle, by 451", false, script(begun(), expect("MAIL *"), smtp("451 4.7.0 timeout"), closes),
			[]string{wasSent, lost, lost}, false, "*"},
		{"more than a reply", false, script(hello("PIPELINING"), invited("250", "250", "354"), readData, smtp("250 taken", "554 taken")),
			[]string{wasSent, lost, lost}, false, first},
		{"more than a reply in an overlap", true, script(hello("PIPELINING"), invited("250", "250", "354"), readData, invited("250 taken", "250 taken", "250", "250", "354")),
			[]string{wasSent, lost, lost}, false, first + mailOf(2)},
		{"354 to the message in an overlap", true, script(hello("PIPELINING"), invited("250", "250", "354"), readData, invited("354 hm", "250", "250", "354")),
			[]string{"unknown row 354", lost, lost}, false, first + mailOf(2)},
		{"221 to the message in an overlap", true, script(hello("PIPELINING"), invited("250", "250", "354"), readData, invited("221 bye", "250", "250", "354")),
			[]string{"unknown row 221", lost, lost}, false, first + mailOf(2)},
		{"554 behind the 354 in an overlap", true, script(overlapped("250", "250", "354", "554 5.7.1 spam")),
			[]string{wasSent, "permanent row 554", lost}, false, first + mailOf(2)},
		{"421 behind the 354 in an overlap", true, script(overlapped("250", "250", "354", "421 down")),
			[]string{wasSent, lost, lost}, false, first + mailOf(2)},
		{"one by one", false, script(hello(), expect("MAIL *"), smtp("250"), expect("RCPT *"), smtp("550 who"), expect("RSET"), smtp("250"), expect("MAIL *"), smtp("550 no"), expect("RSET"), smtp("421 down")),
			[]string{"permanent row 550", "permanent row 550", lost}, false, "MAIL FROM:<a@a.example>\r\nRCPT TO:<r1@b.example>\r\nRSET\r\nMAIL FROM:<a@a.example>\r\nRSET\r\n"},
		{"MAILMAX", true, script(hello("PIPELINING", "LIMITS MAILMAX=2"), invited("250", "250", "354"), readData, invited("250", "250", "250", "354"), took("250"), quit),
			[]string{wasSent, wasSent, lost}, false, first + mailOf(2) + contentOf(2) + "QUIT\r\n"},
		{"SIZE is disliked", false, script(begun("SIZE"), invited("555 what", "503", "503"), invited("250", "250", "354"), took("250"), invited("250", "250", "354"), took("250"), quit),
			[]string{wasSent, wasSent, wasSent}, true, "*"},
		{"RSET is disliked", false, script(hello("PIPELINING", "SIZE"), invited("250", "550 who", "503"), reset("501 what", "501", "503", "503"), quit),
			[]string{"permanent row 550", lost, lost}, false, "*"},
		{"SIZE is disliked in an overlap", true, script(hello("PIPELINING", "SIZE"), invited("250", "250", "354"), readData, invited("250 taken", "501 what", "503", "503"), invited("250", "250", "354"), readData, invited("250", "250", "250", "354"), took("250"), quit),
			[]string{wasSent, wasSent, wasSent}, true, "*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := inSession(t, len(tt.want), tt.overlap, tt.steps, plain)
				synctest.Wait()
				for i, want := range tt.want {
					s.deliver(t, i+1, want)
					synctest.Wait()
				}
				if s.Usable() != tt.usable {
					t.Errorf("usable is %t, want %t", s.Usable(), tt.usable)
				}
				s.end(t, tt.said)
			})
		})
	}
}

// TestOnMailBehindReset: one by one RSET is a flight of its own, and what happens to it comes before
// OnMail.
func TestOnMailBehindReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := inSession(t, 2, false, script(hello(), expect("MAIL *"), smtp("550 no"), expect("RSET"), closes), plain)
		s.deliver(t, 1, "permanent row 550")
		s.deliver(t, 2, lost)
		if got, want := strings.Join(s.calls, ", "), "mail 1"; got != want {
			t.Errorf("the callbacks are %s, want %s", got, want)
		}
		s.end(t, "MAIL FROM:<a@a.example>\r\nRSET\r\n")
	})
}

// TestOverlapRecipients: with several recipients, here or next, nothing overlaps, and the message is
// sent in its turn.
func TestOverlapRecipients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		two := script(expect("MAIL *"), expect("RCPT *"), expect("RCPT *"), smtp("250", "250", "250"), expect("DATA"), smtp("354"))
		s := inSession(t, 3, true, script(hello("PIPELINING"), invited("250", "250", "354"), took("250"), two, took("250"), invited("250", "250", "354"), took("250"), quit), plain)
		s.dls[1].Envelope.To = append(s.dls[1].Envelope.To, box(t, "s@b.example"))
		for i := range 3 {
			s.deliver(t, i+1, wasSent)
		}
		if got, want := strings.Join(s.calls, ", "), "mail 1, commit 1, mail 2, commit 2, mail 3, commit 3"; got != want {
			t.Errorf("the callbacks are %s, want %s", got, want)
		}
		s.end(t, "*")
	})
}

// TestOverlapMismatch: after Next only what it returned may follow: the content of another message
// would go under its envelope.
func TestOverlapMismatch(t *testing.T) {
	for _, tt := range []struct {
		name  string
		other func(s *series) transport.Delivery
		want  string
	}{
		{"another", func(s *series) transport.Delivery { return s.dls[2] }, lost},
		{"a copy of its parts", func(s *series) transport.Delivery {
			return transport.Delivery{Envelope: s.dls[1].Envelope, Message: s.dls[1].Message}
		}, lost},
		{"changed parts", func(s *series) transport.Delivery {
			s.dls[1].Envelope, s.dls[1].Message = s.dls[2].Envelope, s.dls[2].Message
			return s.dls[1]
		}, wasSent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first := mailOf(1) + contentOf(1) + mailOf(2)
				steps := overlapped("250", "250", "354")
				if tt.want == wasSent {
					steps = script(steps, took("250"), quit)
				}
				s := inSession(t, 3, true, steps, plain)
				s.deliver(t, 1, wasSent)
				other := tt.other(s)
				other.Next = nil
				_, err := s.Deliver(t.Context(), other)
				if got := outcomeOf(err); got != tt.want {
					t.Errorf("Deliver = %v, want %s", err, tt.want)
				}
				if tt.want == wasSent { // what left is what Next returned
					first += contentOf(2) + "QUIT\r\n"
				}
				s.end(t, first)
			})
		})
	}
}

// TestOverlapClose: a message whose commands left gets no end when the session is closed.
func TestOverlapClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := script(hello("PIPELINING"), invited("250", "250", "354"), readData, invited("250 taken"), smtptest.Wait(time.Minute))
		s := inSession(t, 2, true, slow, plain)
		s.deliver(t, 1, wasSent)
		if !s.Usable() {
			t.Error("the session is not usable for the message whose commands left")
		}
		s.Close()
		<-time.After(time.Hour) // the server reads on
		s.end(t, mailOf(1)+contentOf(1)+mailOf(2))
	})
}

// TestOverlapCallbacks: an error of OnCommit, or of the content, ends the session before the content
// leaves, and what is next is put back.
func TestOverlapCallbacks(t *testing.T) {
	errFull := errors.New("disk full")
	full := func() error { return errFull }
	first := mailOf(1) + contentOf(1) + mailOf(2)
	for _, tt := range []struct {
		name  string
		steps []smtptest.Step
		set   func(t *testing.T, s *series)
		want  [3]string
		is    error // of the second
		calls string
		said  string
	}{
		{"the first", script(hello("PIPELINING"), invited("250", "250", "354")), func(t *testing.T, s *series) { s.dls[0].OnCommit = full },
			[3]string{"temporary row 0", lost, lost}, nil, "mail 1, mail 2", mailOf(1)},
		{"the second", overlapped("250", "250", "354"), func(t *testing.T, s *series) { s.dls[1].OnCommit = full },
			[3]string{wasSent, lost, lost}, errFull, "mail 1, mail 2, commit 1, mail 3", first},
		{"a file of the second", overlapped("250", "250", "354"), func(t *testing.T, s *series) { s.dls[1].Message = fileMessage(t, 5, "hell", io.EOF) },
			[3]string{wasSent, "permanent row 0", lost}, transport.ErrContent, "mail 1, mail 2, commit 1", first},
		{"a large file of the second", overlapped("250", "250", "354"), func(t *testing.T, s *series) {
			s.dls[1].Message = fileMessage(t, 100_000, strings.Repeat("0123456789\r\n", 100_000/12), errFull)
		},
			[3]string{wasSent, "temporary row 0", lost}, errFull, "mail 1, mail 2, commit 1", "*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := inSession(t, 3, true, tt.steps, plain)
				tt.set(t, s)
				for i, want := range tt.want {
					_, err := s.Deliver(t.Context(), s.dls[i])
					if got := outcomeOf(err); got != want || i == 1 && !errors.Is(err, tt.is) && tt.is != nil {
						t.Errorf("message %d: %v is %q, want %q", i+1, err, got, want)
					}
				}
				if got := strings.Join(s.calls, ", "); got != tt.calls {
					t.Errorf("the callbacks are %s, want %s", got, tt.calls)
				}
				s.end(t, tt.said)
			})
		})
	}
}

// fileMessage is a message of a file that should have a size, has data and ends with an error.
func fileMessage(t *testing.T, size int64, data string, end error) transport.Message {
	t.Helper()
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(data), iotest.ErrReader(end))), nil
	}
	m, err := transport.NewMessage(transport.Segment{Data: []byte("A: x\r\n\r\n")}, transport.Segment{Size: size, Open: open})
	if err != nil {
		t.Fatalf("NewMessage: %v", err)
	}
	return m
}
