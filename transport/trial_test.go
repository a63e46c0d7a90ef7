package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// trying is a dialer whose sessions play one script after the other.
func trying(t *testing.T, scripts ...[]smtptest.Step) (*transport.Dialer, []*smtptest.Script) {
	t.Helper()
	var plays []*smtptest.Script
	for _, steps := range scripts {
		plays = append(plays, smtptest.Play(t, steps...))
	}
	left := plays
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext}
	d.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if len(left) == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		play := left[0]
		left = left[1:]
		return play.DialContext(ctx, network, addr)
	}
	return d, plays
}

// inTurn delivers n messages in a session, each the next of the one before, and returns what they
// came to and the sum of their flights.
func inTurn(t *testing.T, d *transport.Dialer, n int) (came string) {
	t.Helper()
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	dls := make([]transport.Delivery, n)
	for i := range dls {
		dls[i] = delivery(t, fmt.Sprintf("r%d@b.example", i+1))
		dls[i].Message = message(t, severalText(i+1))
		if i+1 < n {
			dls[i].Next = func() *transport.Delivery { return &dls[i+1] }
		}
	}
	flights := 0
	for i := range dls {
		r, err := s.Deliver(t.Context(), dls[i])
		came += outcomeOf(err) + " "
		flights += r.Flights
	}
	s.Close()
	return came + fmt.Sprint(flights)
}

// TestTrial: the first command of a dialer that leaves behind a message is MAIL alone, and then all of
// one message; what goes badly is not tried again, and what says nothing is.
func TestTrial(t *testing.T) {
	t.Parallel()
	mailBehind := func(reply string) []smtptest.Step {
		return script(hello("PIPELINING"), invited("250", "250", "354"), readData, expect("MAIL *"), smtp("250 taken", reply))
	}
	rest := script(expect("RCPT *"), expect("DATA"), smtp("250", "354"))
	allBehind := func(replies ...string) []smtptest.Step {
		return script(readData, invited(append([]string{"250 taken"}, replies...)...))
	}
	apart := script(begun(), invited("250", "250", "354"), took("250"), quit)
	passed := script(mailBehind("250"), rest, allBehind("250", "250", "354"), allBehind("250", "250", "354"), took("250"), quit)
	for _, tt := range []struct {
		name    string
		scripts [][]smtptest.Step
		want    string
	}{
		{"goes well", [][]smtptest.Step{passed, script(overlapped("250", "250", "354"), allBehind("250", "550", "503"), quit)},
			"sent sent sent sent 6, sent sent permanent row 550 3"},
		{"MAIL is refused", [][]smtptest.Step{script(mailBehind("550 no"), reset("250", "250", "250", "354"), allBehind("250", "250", "354"), took("250"), quit), script(overlapped("250", "250", "354"), took("250"), quit)},
			"sent permanent row 550 sent sent 5, sent sent 3"},
		{"MAIL already given", [][]smtptest.Step{script(mailBehind("503 5.5.0 MAIL already given"), reset("250", "250", "250", "354"), took("250"), quit), apart},
			"sent sent 4, sent sent 4"},
		{"all already given", [][]smtptest.Step{script(mailBehind("250"), rest, allBehind("503", "503", "503"), reset("250", "250", "250", "354"), took("250"), quit), apart},
			"sent sent sent 6, sent sent 4"},
		{"MAIL is the end", [][]smtptest.Step{script(hello("PIPELINING"), invited("250", "250", "354"), readData, expect("MAIL *"), smtp("250 taken"), closes), apart},
			"sent lost 2, sent sent 4"},
		{"RCPT is the end", [][]smtptest.Step{script(mailBehind("250"), rest, readData, expect("MAIL *"), expect("RCPT *"), expect("DATA"), closes), apart},
			"sent unknown row 0 lost 4, sent sent 4"},
		{"421 to MAIL", [][]smtptest.Step{mailBehind("421 enough"), passed},
			"sent lost 2, sent sent sent sent 6"},
		{"421 to the message", [][]smtptest.Step{script(hello("PIPELINING"), invited("250", "250", "354"), readData, expect("MAIL *"), smtp("421 enough")), passed},
			"temporary row 421 lost 2, sent sent sent sent 6"},
		{"421 to all", [][]smtptest.Step{script(mailBehind("250"), rest, allBehind("421 enough")), script(overlapped("250", "250", "354"), took("250"), quit)},
			"sent sent lost 4, sent sent 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, _ := trying(t, tt.scripts...)
				var came []string
				for _, want := range strings.Split(tt.want, ", ") {
					n := strings.Count(want, wasSent) + strings.Count(want, lost) + strings.Count(want, " row ")
					came = append(came, inTurn(t, d, n))
				}
				if got := strings.Join(came, ", "); got != tt.want {
					t.Errorf("the messages came to %s, want %s", got, tt.want)
				}
			})
		})
	}
}

// TestTrialAlone: while one session has the trial, others do not overlap, and a trial that comes to
// nothing is begun again.
func TestTrialAlone(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, s *transport.Session, next *transport.Delivery)
		want int // flights of four messages behind it
	}{
		{"closed", func(t *testing.T, s *transport.Session, next *transport.Delivery) { s.Close() }, 8},
		{"cancelled", func(t *testing.T, s *transport.Session, next *transport.Delivery) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := s.Deliver(ctx, *next); outcomeOf(err) != lost {
				t.Errorf("Deliver = %v", err)
			}
		}, 7}, // the reply to MAIL had come
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, d := served(t, smtptest.Handler{})
				first, err := d.Open(t.Context())
				if err != nil {
					t.Fatalf("Open: %v", err)
				}
				// A delivery that is not committed says nothing either.
				dl, next := delivery(t), delivery(t, "next@b.example")
				dl.Next = func() *transport.Delivery { return &next }
				failing := dl
				failing.OnCommit = func() error { return full }
				if _, err := first.Deliver(t.Context(), failing); !errors.Is(err, full) {
					t.Errorf("Deliver = %v", err)
				}
				first.Close()
				if first, err = d.Open(t.Context()); err != nil {
					t.Fatalf("Open: %v", err)
				}
				if _, err := first.Deliver(t.Context(), dl); err != nil {
					t.Errorf("Deliver: %v", err)
				}
				inTurn(t, d, 2) // beside it
				tt.end(t, first, &next)
				first.Close()
				inTurn(t, d, 4)
				server.Wait()
				flights := ""
				for _, s := range server.Sessions() {
					flights += fmt.Sprintf("%d %d,", len(s.Messages), s.Flights)
				}
				// EHLO, two a message, and QUIT; of the last four each overlaps, one by MAIL alone.
				if want := fmt.Sprintf("0 2,1 3,2 6,4 %d,", tt.want); flights != want {
					t.Errorf("messages and flights are %s want %s", flights, want)
				}
			})
		})
	}
}
