package job

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
	"mailshot/job/problem"
	"mailshot/transport/smtptest"
)

// arrivals are what a server counts.
type arrivals struct {
	mu  sync.Mutex // guards all
	all []when.Spend
}

func (a *arrivals) final(m smtptest.Message) smtptest.Reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, when.Spend{At: time.Now(), N: len(m.To)})
	return smtptest.Reply{}
}

// most returns the largest number of recipients within a time.
func (a *arrivals) most(per time.Duration) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	most, n, first := 0, 0, 0
	for _, s := range a.all {
		n += s.N
		for !a.all[first].At.Add(per).After(s.At) {
			n -= a.all[first].N
			first++
		}
		most = max(most, n)
	}
	return most
}

func isLimited(err error) bool {
	var e *problem.Error
	return errors.As(err, &e) && e.Kind == problem.Limited
}

// A run of 30 days by a quota, in windows and at a rate: never are there more recipients within 24 h
// than the quota has, none goes outside of the windows, and the estimate was right.
func TestQuotaOfThirtyDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rows = 440
		var a arrivals
		w := newWorld(t, rows, `quota: 20/24h, rate: 20/min, window: "Mon-Fri 08:00-18:00 UTC"`, smtptest.Handler{Final: a.final, Discard: true})
		w.env.State = t.TempDir()
		var told Question
		w.options.Yes = false
		w.env.Confirm = func(_ context.Context, q Question) (bool, error) { told = q; return true, nil }
		begun := time.Now()
		w.options.Wait = true
		r := w.mustRun()
		if r.Counts.Sent != rows {
			t.Fatalf("sent %d", r.Counts.Sent)
		}
		if n := a.most(24 * time.Hour); n > 20 {
			t.Errorf("%d within 24 h", n)
		}
		for _, s := range a.all {
			if h := s.At.UTC().Hour(); h < 8 || h >= 18 || s.At.UTC().Weekday()%6 == 0 {
				t.Fatalf("a message at %v", s.At.UTC())
			}
		}
		took := time.Since(begun)
		if took < 28*24*time.Hour || took > 32*24*time.Hour {
			t.Errorf("it took %v", took)
		}
		// The window's hours move the day's messages later by minutes, and so the estimate.
		days := when.Span(took)
		if !strings.HasPrefix(told.Takes, days+", until ") {
			t.Errorf("the question says %q; it took %s", told.Takes, days)
		}
		if !strings.HasPrefix(told.Quota, "20 in 24 h (mail.test): 0 used, 20 on Mon 08:00, 20 on Tue 08:00, 20 on Wed 08:00, …, done ") {
			t.Errorf("the question says %q", told.Quota)
		}
	})
}

// Two jobs at once on one account.
func TestQuotaOfTwoJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a arrivals
		state := t.TempDir()
		var both []*world
		for range 2 {
			w := newWorld(t, 150, "quota: 50/24h, workers: 4", smtptest.Handler{Final: a.final, Discard: true})
			w.env.State, w.options.Wait = state, true
			both = append(both, w)
		}
		begun := time.Now()
		var group sync.WaitGroup
		for _, w := range both {
			group.Go(func() {
				if r, err := w.run(t.Context()); err != nil || r.Counts.Sent != 150 {
					t.Errorf("%v, %+v", err, r)
				}
			})
		}
		group.Wait()
		if n := a.most(24 * time.Hour); n > 50 {
			t.Errorf("%d within 24 h", n)
		}
		if took := time.Since(begun); took < 5*24*time.Hour || took > 6*24*time.Hour {
			t.Errorf("300 at 50 a day took %v", took)
		}
	})
}

// A signal ends a run that waits for its quota.
func TestQuotaInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5, "quota: 2/24h", smtptest.Handler{})
		w.env.State, w.options.Wait = t.TempDir(), true
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		begun := time.Now()
		r, err := w.run(ctx)
		var e *problem.Error
		if !errors.As(err, &e) || e.Kind != problem.Interrupted || r.Counts.Sent != 2 || time.Since(begun) != time.Hour {
			t.Errorf("%v, %+v after %v", err, r, time.Since(begun))
		}
	})
}

// Without --wait a run ends at the quota, and the next goes on when there is room.
func TestQuotaEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a arrivals
		w := newWorld(t, 25, "quota: 10/24h", smtptest.Handler{Final: a.final, Discard: true, Rcpt: func(to string) smtptest.Reply {
			if strings.HasPrefix(to, "r3@") {
				return smtptest.Say(550, "5.1.1 no such user")
			}
			return smtptest.Reply{}
		}})
		w.env.State, w.options.Resume = t.TempDir(), true
		for i, want := range []int{10, 0, 10, 4} {
			r, err := w.run(t.Context())
			sent := 0
			if r != nil {
				sent = r.Counts.Sent
			}
			if sent != want || i < 3 && !isLimited(err) {
				t.Errorf("run %d sent %d, %v; want %d", i+1, sent, err, want)
			}
			if i > 0 {
				<-time.After(24 * time.Hour)
			}
		}
		if n := len(a.all); n != 24 {
			t.Errorf("%d went; want all but the one that was refused before its end", n)
		}
	})
}

// A provider's refusal is waited for with --wait, to the time that it names; the next run knows it, and
// tries where somebody was asked.
func TestQuotaOfProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		n := 0
		h := smtptest.Handler{Discard: true, Final: func(smtptest.Message) smtptest.Reply {
			if n++; n > 5 && time.Since(begun) < 24*time.Hour {
				return smtptest.Say(550, "5.4.5 Daily user sending limit exceeded.")
			}
			return smtptest.Reply{}
		}}
		w := newWorld(t, 20, "workers: 1", h)
		w.env.State = t.TempDir()
		if r, err := w.run(t.Context()); !isLimited(err) || r.Counts.Sent != 5 {
			t.Fatalf("%v, %+v", err, r)
		}
		w.options.Rerun = true
		if r, err := w.run(t.Context()); !isLimited(err) || r != nil {
			t.Errorf("the next run: %v, %+v; want it to end before a session", err, r)
		}
		sessions := len(w.server.Sessions())
		w.options.Yes = false
		var q Question
		w.env.Confirm = func(_ context.Context, asked Question) (bool, error) { q = asked; return true, nil }
		if r, err := w.run(t.Context()); !isLimited(err) || r == nil || q.Full == "" || len(w.server.Sessions()) == sessions {
			t.Errorf("after a yes: %v, %+v, asked %q; want it to be tried", err, r, q.Full)
		}
		w.options.Wait = true // it is asked once more, and then waits
		if r := w.mustRun(); r.Counts.Sent != 15 || w.heard(delivery.Holding) == 0 {
			t.Errorf("with --wait: %+v", r)
		}
		if took := time.Since(begun); took < 24*time.Hour || took > 25*time.Hour {
			t.Errorf("it took %v", took)
		}
	})
}

// A ledger that can't be written ends a run with a quota before the first session, and one without goes on.
func TestLedgerUnwritable(t *testing.T) {
	for _, tt := range []struct {
		delivery string
		sent     bool
	}{{"quota: 10/24h", false}, {"workers: 1", true}} {
		w := newWorld(t, 3, tt.delivery, smtptest.Handler{})
		w.write("taken", "")
		w.env.State = filepath.Join(w.dir, "taken", "state")
		r, err := w.run(t.Context())
		var e *problem.Error
		if tt.sent {
			if err != nil || r.Counts.Sent != 3 {
				t.Errorf("%s: %v, %+v", tt.delivery, err, r)
			}
			continue
		}
		if !errors.As(err, &e) || e.Kind != problem.Exists || len(w.server.Sessions()) != 0 {
			t.Errorf("%s: %v, %d sessions", tt.delivery, err, len(w.server.Sessions()))
		}
	}
}

// --at begins then, by the clock.
func TestAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a arrivals
		w := newWorld(t, 3, "workers: 1", smtptest.Handler{Final: a.final})
		begun := time.Now()
		w.options.At = begun.Add(60 * time.Hour)
		w.mustRun()
		if len(a.all) != 3 || slices.ContainsFunc(a.all, func(s when.Spend) bool { return s.At.Before(w.options.At) }) || time.Since(begun) > 61*time.Hour {
			t.Errorf("begun at %v: %v", begun, a.all)
		}
	})
}
