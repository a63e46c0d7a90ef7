package delivery

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// said is a refusal with a text, after MAIL.
func said(stage transport.Stage, code int, enhanced, text string) error {
	class := transport.Temporary
	if code >= 500 {
		class = transport.Permanent
	}
	return &transport.Error{Stage: stage, Class: class, Reply: &transport.Reply{Code: code, Enhanced: enhanced, Lines: []string{text}}}
}

// A server that takes two sessions at once refuses the others at the end of the
// message: no row has that for its outcome, and the run goes on with two.
func TestLimitOfConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 100, 8)
		var mu sync.Mutex
		busy, refusals := 0, 0
		d.answer = func(int, int) error {
			mu.Lock()
			over := busy >= 2
			if !over {
				busy++
			} else {
				refusals++
			}
			mu.Unlock()
			if over {
				return said(transport.StageFinal, 432, "4.3.2", "Concurrent connections limit exceeded")
			}
			<-time.After(50 * time.Millisecond)
			mu.Lock()
			busy--
			mu.Unlock()
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 100}) || len(d.records) != 100 {
			t.Errorf("stopped by %v, %+v, %d records", stopped, s, len(d.records))
		}
		if s.Sessions != 2 || refusals > 10 {
			t.Errorf("sessions %d, want 2; %d refusals", s.Sessions, refusals)
		}
		if n := len(d.kinds(Narrowed)); n != 1 {
			t.Errorf("it was told %d times, want once", n)
		}
	})
}

// A quota of the sender's account ends the run at once: the row is untried.
func TestQuotaStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 20, 1)
		d.answer = func(row, _ int) error {
			if row > 5 {
				return said(transport.StageData, 550, "5.4.5", "Daily user sending limit exceeded.")
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Limited || stopped.Hint == "" {
			t.Errorf("stopped by %v (%+v)", stopped, stopped)
		}
		if s.Counts != (Counts{Sent: 5}) || len(d.records) != 5 || d.sessions[6] != 1 || len(d.sessions) != 6 {
			t.Errorf("%+v, %d records, sessions %v; want row 6 untried and none after it", s.Counts, len(d.records), d.sessions)
		}
	})
}

// What is about the login, the sender or the client stops a run after three rows,
// ten where others were accepted before; what the table knows for an address does
// not, nor does a reply that an earlier run got for the same rows.
func TestRefusalsOfTheJob(t *testing.T) {
	for _, tt := range []struct {
		name    string
		well    int // rows that are accepted first
		err     error
		earlier bool
		kind    problem.Kind // of the stop; Internal: none
		records int
	}{
		{"relay", 0, said(transport.StageRcpt, 550, "", "relay not permitted"), false, problem.Unreachable, 3},
		{"relay, after others", 5, said(transport.StageRcpt, 550, "", "relay not permitted"), false, problem.Unreachable, 15},
		{"sender", 0, said(transport.StageFinal, 554, "5.2.252", "SendAsDenied; office@club.example not allowed to send as news@club.example"), false, problem.Unreachable, 3},
		{"address", 0, said(transport.StageRcpt, 550, "5.1.1", "no such user"), false, problem.Internal, 30},
		{"one text", 5, said(transport.StageFinal, 554, "5.6.9", "Frobnication refused"), false, problem.Unreachable, 15},
		{"one text, as before", 5, said(transport.StageFinal, 554, "5.6.9", "Frobnication refused"), true, problem.Internal, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDrill(t, 30, 1)
				d.config.GiveUpAfter = 10
				d.config.Before = func(int, *result.Record) bool { return tt.earlier }
				d.answer = func(row, _ int) error {
					if row <= tt.well {
						return nil
					}
					return tt.err
				}
				_, stopped := d.run(t.Context())
				switch {
				case tt.kind == problem.Internal && stopped != nil:
					t.Errorf("stopped by %v", stopped)
				case tt.kind != problem.Internal && (stopped == nil || stopped.Kind != tt.kind):
					t.Errorf("stopped by %v; want one of kind %d", stopped, tt.kind)
				}
				if len(d.records) != tt.records {
					t.Errorf("%d records, want %d", len(d.records), tt.records)
				}
			})
		})
	}
}

// Greylisting forms the next pass, and is no reason to pause; a row that is told
// once more to come later after five minutes meets a limit, and is put back. Before
// that it is recorded.
func TestGreylisting(t *testing.T) {
	for wait, records := range map[time.Duration]int{5 * time.Minute: 60, 5*time.Minute - time.Second: 61} {
		synctest.Test(t, func(t *testing.T) {
			d := newDrill(t, 30, 4)
			d.config.Retry = Retries{Attempts: 3, Wait: wait, MaxWait: time.Hour}
			d.answer = func(row, n int) error {
				if n == 1 || row == 7 && n == 2 {
					return said(transport.StageFinal, 451, "4.7.1", "Greylisted, please try again later")
				}
				return nil
			}
			s, stopped := d.run(t.Context())
			if stopped != nil || s.Counts != (Counts{Sent: 30}) {
				t.Errorf("after %v: stopped by %v, %+v", wait, stopped, s.Counts)
			}
			if len(d.records) != records || d.sessions[7] != 3 {
				t.Errorf("after %v: %d records and %d sessions of row 7, want %d and 3", wait, len(d.records), d.sessions[7], records)
			}
		})
	}
}

// Wrong addresses among rows that a server greylists are no wrong list: it has taken none yet, and
// says that it will.
func TestGreylistingAndWrongAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rows, wrong = 400, 80
		d := newDrill(t, rows, 4)
		d.config.GiveUpAfter = 10
		d.answer = func(row, n int) error {
			switch {
			case row%(rows/wrong) == 0:
				return said(transport.StageRcpt, 550, "5.1.1", fmt.Sprintf("no such mailbox r%d", row))
			case n == 1:
				return said(transport.StageRcpt, 451, "4.7.1", "greylisted, try again later")
			}
			return nil
		}
		if s, stopped := d.run(t.Context()); stopped != nil || s.Counts.Sent != rows-wrong || s.Counts.Permanent != wrong {
			t.Errorf("stopped by %v, %+v; want %d sent", stopped, s.Counts, rows-wrong)
		}
	})
}

// A refusal for the time being of one row alone is that row's, and costs the
// others nothing.
func TestTemporaryOfOneRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 40, 2)
		d.answer = func(row, n int) error {
			<-time.After(10 * time.Millisecond)
			if row%10 == 5 && n == 1 {
				return said(transport.StageRcpt, 450, "4.2.9", "not at this time, thank you")
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 40}) || len(d.kinds(Paused)) > 0 {
			t.Errorf("stopped by %v, %+v, %d pauses", stopped, s.Counts, len(d.kinds(Paused)))
		}
		if len(d.records) != 44 {
			t.Errorf("%d records, want 44", len(d.records))
		}
	})
}

// A time in a reply moves its row alone: the others of the next pass do not wait for it.
func TestGreylistedUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 10, 2)
		d.config.Retry = Retries{Attempts: 3, Wait: 5 * time.Minute, MaxWait: time.Hour}
		begun := time.Now()
		sent := map[int]time.Duration{}
		var mu sync.Mutex
		d.answer = func(row, n int) error {
			switch {
			case n > 1 || row > 6:
				mu.Lock()
				sent[row] = time.Since(begun).Truncate(time.Minute)
				mu.Unlock()
				return nil
			case row == 3:
				return said(transport.StageRcpt, 450, "4.2.0", "Greylisted for 40 minutes")
			case row == 4:
				return said(transport.StageRcpt, 450, "4.2.0", "Greylisted, come back in 5 hours")
			}
			return said(transport.StageRcpt, 450, "4.2.0", "Greylisted for 60 seconds")
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 10}) || len(d.kinds(NextPass)) != 1 {
			t.Errorf("stopped by %v, %+v, further passes: %d", stopped, s.Counts, len(d.kinds(NextPass)))
		}
		for row, want := range map[int]time.Duration{1: 5 * time.Minute, 3: 40 * time.Minute, 4: time.Hour, 6: 5 * time.Minute, 7: 0} {
			if sent[row] != want {
				t.Errorf("row %d was sent after %v, want %v", row, sent[row], want)
			}
		}
	})
}

// The time in which a quota holds the run, or it waits for its next pass, is none in which
// the server took nothing.
func TestHeldIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 20, 1)
		d.config.GiveUpAfter = 3
		d.config.Admission, d.config.Wait = &valve{left: 7, until: time.Now().Add(5 * time.Hour)}, true
		n := 0
		d.answer = func(row, _ int) error {
			if n++; row == 8 && n < 20 {
				return said(transport.StageFinal, 454, "", "Throttling failure: Maximum sending rate exceeded.")
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 20}) || s.Pauses < 5 {
			t.Errorf("stopped by %v, %+v, %d pauses", stopped, s.Counts, s.Pauses)
		}
	})
}
