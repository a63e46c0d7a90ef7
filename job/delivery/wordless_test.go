package delivery

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/transport"
)

func noWords() error {
	return said(transport.StageRcpt, 450, "4.7.1", "<r@club.example>: Recipient address rejected: Service unavailable")
}

// A limit of rate that no words tell of is known by many refusals in a row, and from then on by
// each that is like them: few rows lose a try by it, and all are sent.
func TestLimitWithoutWords(t *testing.T) {
	for _, counts := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			d := newDrill(t, 1000, 8)
			var mu sync.Mutex
			var times []time.Time
			refusals := 0
			d.answer = func(int, int) error {
				<-time.After(50 * time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				now := time.Now()
				for len(times) > 0 && now.Sub(times[0]) >= 10*time.Second {
					times = times[1:]
				}
				taken := len(times) < 250
				if taken || counts {
					times = append(times, now)
				}
				if taken {
					return nil
				}
				refusals++
				return noWords()
			}
			begun := time.Now()
			s, stopped := d.run(t.Context())
			if stopped != nil || s.Counts != (Counts{Sent: 1000}) {
				t.Errorf("refused count %t: stopped by %v, %+v; want all sent", counts, stopped, s.Counts)
			}
			if failed := len(d.records) - 1000; failed > 20 || refusals > 100 {
				t.Errorf("refused count %t: %d records say failed, of %d refusals; want 20 and 100 at most", counts, failed, refusals)
			}
			if took := time.Since(begun); took > 120*time.Second {
				t.Errorf("refused count %t: it took %v; 30 s are needed, and a minute until the next pass", counts, took)
			}
		})
	}
}

// Rows next to each other that are refused for now for a reason of their own look like a limit,
// and keep the others from nothing for long.
func TestManyOfOneDomain(t *testing.T) {
	for name, from := range map[string]int{"within": 100, "at the end": 271} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDrill(t, 300, 8)
				d.answer = func(row, _ int) error {
					<-time.After(50 * time.Millisecond)
					if row >= from && row < from+30 {
						return noWords()
					}
					return nil
				}
				begun := time.Now()
				s, stopped := d.run(t.Context())
				if stopped != nil || s.Counts != (Counts{Sent: 270, Temporary: 30}) {
					t.Errorf("stopped by %v, %+v; want all but these 30 sent", stopped, s.Counts)
				}
				for row, n := range d.sessions {
					if n > 25 {
						t.Errorf("row %d had %d sessions", row, n)
					}
				}
				if took := time.Since(begun); took > 30*time.Minute {
					t.Errorf("it took %v", took)
				}
				t.Logf("%v, %d pauses", time.Since(begun), s.Pauses)
			})
		})
	}
}

// A limit that lasts, of rate by its words, stops the run once the server took nothing for more
// than an hour, by a bounded number of tries: the rest is untried.
func TestLimitThatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 60, 3)
		d.config.GiveUpAfter = 10
		d.answer = func(row, _ int) error {
			if row > 20 {
				<-time.After(time.Second) // so that no row is refused while others are accepted
				return said(transport.StageRcpt, 451, "", "Requested action aborted\nMails per session limit exceeded.")
			}
			return nil
		}
		begun := time.Now()
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Limited || stopped.Hint == "" || s.Counts != (Counts{Sent: 20}) {
			t.Errorf("stopped by %v, %+v; want 20 sent and the end for the limit", stopped, s.Counts)
		}
		if took, n := time.Since(begun), len(d.starts); took < time.Hour || took > 80*time.Minute || n > 120 {
			t.Errorf("it ended after %v and %d sessions", took, n)
		}
	})
}
