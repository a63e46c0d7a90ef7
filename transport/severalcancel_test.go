package transport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestSeveralCancel: the context of a call governs that call alone. Before the commit point it ends
// the session at once; the row is what it was in a session of its own, but one whose commands left in
// an overlap is put back.
func TestSeveralCancel(t *testing.T) {
	stop := errors.New("stopped by hand")
	slow := smtptest.Wait(time.Hour)
	for _, tt := range []struct {
		name    string
		overlap bool
		steps   []smtptest.Step
		before  bool // the context is done before the call
		want    string
		mails   int
	}{
		{"before MAIL", false, begun(), true, "temporary host 0", 1},
		{"at MAIL", false, script(begun(), expect("MAIL *"), slow), false, "temporary row 0", 2},
		{"at DATA", false, script(begun(), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtp("250", "250"), slow), false, "temporary row 0", 2},
		{"overlapped, before the call", true, overlapped("250", "250", "354"), true, lost, 2},
		{"overlapped, at DATA", true, script(overlapped("250", "250"), slow), false, lost, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := inSession(t, 2, tt.overlap, tt.steps, plain)
				once, end := context.WithCancel(t.Context())
				if _, err := s.Deliver(once, s.dls[0]); err != nil {
					t.Fatalf("Deliver: %v", err)
				}
				end() // of the call that is over
				synctest.Wait()
				if !s.Usable() {
					t.Error("the session is not usable: a context outlived its call")
				}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if tt.before {
					cancel(stop)
				} else {
					time.AfterFunc(time.Minute, func() { cancel(stop) })
				}
				start := time.Now()
				_, err := s.Deliver(ctx, s.dls[1])
				if got := outcomeOf(err); got != tt.want || !errors.Is(err, stop) {
					t.Errorf("Deliver = %v, %q, want %q by %q", err, got, tt.want, stop)
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %v", took)
				}
				if s.Usable() {
					t.Error("the session is usable")
				}
				s.Close()
				synctest.Wait()
				got := s.play.Received()
				if strings.Contains(got, "QUIT") || strings.Contains(got, contentOf(2)) || strings.Count(got, "MAIL ") != tt.mails {
					t.Errorf("the server got %q", got)
				}
			})
		})
	}
}

// TestSeveralGrace: a context that is done past the commit point waits for the reply, and what is next
// is put back.
func TestSeveralGrace(t *testing.T) {
	for _, overlap := range []bool{false, true} {
		t.Run(fmt.Sprintf("overlap=%t", overlap), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				steps := script(begun(), invited("250", "250", "354"), readData)
				if overlap {
					steps = script(overlapped("250", "250", "354"), readData, expect("MAIL *"), expect("RCPT *"), expect("DATA"))
				}
				s := inSession(t, 3, overlap, script(steps, smtptest.Wait(time.Minute+2*time.Second), smtp("250 taken")), plain)
				s.deliver(t, 1, wasSent)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				start := time.Now()
				if _, err := s.Deliver(ctx, s.dls[1]); err != nil {
					t.Errorf("Deliver: %v, want the reply within the grace", err)
				}
				if took := time.Since(start); took != time.Minute+2*time.Second {
					t.Errorf("took %v", took)
				}
				if s.Usable() {
					t.Error("the session is usable, and its context is done")
				}
				s.deliver(t, 3, lost)
				s.Close()
			})
		})
	}
}

// TestSeveralIdle: what passes between messages is no message's time, and no deadline of one is that
// of another.
func TestSeveralIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := smtptest.Wait(8 * time.Minute)
		s := inSession(t, 2, false, script(hello("PIPELINING"), invited("250", "250", "354"), readData, slow, smtp("250"), invited("250", "250", "354"), readData, slow, smtp("250"), quit), plain)
		for i := range 2 {
			r := s.deliver(t, i+1, wasSent)
			if sum := r.Timing[mail] + r.Timing[rcpt] + r.Timing[data] + r.Timing[content] + r.Timing[ehlo]; sum != 0 || r.Timing[final] != 8*time.Minute {
				t.Errorf("message %d: timing %v", i+1, r.Timing)
			}
			<-time.After(time.Hour)
		}
		s.Close()
	})
}

// TestSeveralPanic: a callback that panics closes the connection, also where it is the next message's.
func TestSeveralPanic(t *testing.T) {
	for _, name := range []string{"OnMail", "OnMail of the next", "Next", "OnCommit"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				overlap, steps := true, overlapped("250", "250", "354")
				if name == "OnMail" {
					overlap, steps = false, begun()
				}
				s := inSession(t, 3, overlap, steps, plain)
				bang := func() { panic("bang") }
				switch name {
				case "OnMail":
					s.dls[1].OnMail = bang
				case "OnMail of the next":
					s.dls[2].OnMail = bang
				case "Next":
					s.dls[1].Next = func() *transport.Delivery { panic("bang") }
				case "OnCommit":
					s.dls[1].OnCommit = func() error { panic("bang") }
				}
				s.deliver(t, 1, wasSent)
				func() {
					defer func() {
						if recover() == nil {
							t.Error("no panic")
						}
					}()
					_, _ = s.Deliver(t.Context(), s.dls[1])
				}()
				if s.Usable() {
					t.Error("the session is usable")
				}
				synctest.Wait()
				if got := s.play.Received(); strings.Contains(got, contentOf(2)) || strings.Contains(got, "QUIT") {
					t.Errorf("the server got %q", got)
				}
			})
		})
	}
}

// TestSeveralTrace: each line of the transcript is labelled with its message, in both directions, and
// is heard by its message alone; what is of no message is heard by who opened the session.
func TestSeveralTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []string
		heard := map[string][]string{}
		hear := func(who string) func(transport.Event) {
			return func(e transport.Event) {
				heard[who] = append(heard[who], fmt.Sprintf("%s|%c: %s", e.Label, e.Dir, e.Text))
			}
		}
		play := smtptest.Play(t, script(overlapped("250", "250 for 2", "354 go"), readData, expect("QUIT"), smtp("250 taken 2", "221 bye"), closes)...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		d.TrustOverlap()
		d.Trace = func(e transport.Event) { all = append(all, fmt.Sprintf("%s|%c: %s", e.Label, e.Dir, e.Text)) }
		s, err := d.OpenHeard(t.Context(), hear("session"))
		if err != nil {
			t.Fatalf("OpenHeard: %v", err)
		}
		dls := make([]transport.Delivery, 2)
		for i := range dls {
			dls[i] = delivery(t, fmt.Sprintf("r%d@b.example", i+1))
			dls[i].Label = fmt.Sprint("row ", i+1)
			dls[i].Trace = hear(dls[i].Label)
		}
		dls[0].Next = func() *transport.Delivery { return &dls[1] }
		for i := range dls {
			dls[i].Last = i == 1
			if _, err := s.Deliver(t.Context(), dls[i]); err != nil {
				t.Errorf("Deliver: %v", err)
			}
		}
		s.Close()
		body := []string{"C: Subject: hi", "C: <message of 22 octets>"}
		want := map[string][]string{
			"row 1": slices.Concat([]string{"C: MAIL FROM:<a@a.example>", "C: RCPT TO:<r1@b.example>", "C: DATA", "S: 250", "S: 250", "S: 354"}, body, []string{"C: .", "S: 250 taken"}),
			"row 2": slices.Concat([]string{"C: MAIL FROM:<a@a.example>", "C: RCPT TO:<r2@b.example>", "C: DATA", "S: 250", "S: 250 for 2", "S: 354 go"}, body, []string{"C: .", "C: QUIT", "S: 250 taken 2"}),
		}
		for label, lines := range want {
			for i := range lines {
				lines[i] = label + "|" + lines[i]
			}
			if !slices.Equal(heard[label], lines) {
				t.Errorf("%s heard %q, want %q", label, heard[label], lines)
			}
		}
		for _, line := range heard["session"] {
			if !strings.HasPrefix(line, "|") {
				t.Errorf("the session's opener heard %q", line)
			}
		}
		if last := heard["session"][len(heard["session"])-1]; last != "|*: closed" || len(all) != len(heard["session"])+len(heard["row 1"])+len(heard["row 2"]) {
			t.Errorf("the opener heard %q last; %d lines in all", last, len(all))
		}
	})
}

// TestSeveralSecrets: a secret that a server repeats to a later message is struck out.
func TestSeveralSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		login := script(hello("PIPELINING", "AUTH PLAIN"), expect("AUTH *"), smtp("235"))
		s := inSession(t, 2, true, script(login, invited("250", "250", "354"), readData, invited("250 taken", "250", "550 "+pass, "503"), quit), withAuth("PLAIN"))
		var trace strings.Builder
		s.dls[1].Trace = func(e transport.Event) { trace.WriteString(e.Text + "\n") }
		s.deliver(t, 1, wasSent)
		r, err := s.Deliver(t.Context(), s.dls[1])
		if got := outcomeOf(err); got != "permanent row 550" {
			t.Errorf("Deliver = %v", err)
		}
		noSecrets(t, trace.String(), fmt.Sprint(err), fmt.Sprintf("%+v", r))
		s.Close()
	})
}
