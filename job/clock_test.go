package job

import (
	"strings"
	"testing"
	"time"

	"mailshot/job/plan"
	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// TestClockSetBack: whatever the clock shows, a row's state is what its last run said, and a row that
// is left out is recorded once.
func TestClockSetBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 3, "workers: 1, retry: {attempts: 1}", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
			switch {
			case strings.HasPrefix(to, "r3@"):
				return smtptest.Say(451, "4.3.0 later")
			case strings.HasPrefix(to, "r2@"):
				return smtptest.Say(550, "5.1.1 no")
			}
			return smtptest.Reply{}
		}})
		back := time.Duration(0)
		w.env.Now = func() time.Time { return time.Now().Add(-back) }
		w.mustRun()
		states := []string{"1/1 sent final 250", "2/1 failed permanent rcpt 550", "3/1 failed temporary rcpt 451"}
		w.wantStates(states...)

		w.write("no.txt", "r3@club.example\n")
		plain := w.read("job.yaml")
		w.write("job.yaml", strings.Replace(plain, "recipients: people.csv", "recipients: {file: people.csv, suppress: [no.txt]}", 1))
		w.options.Rerun, w.options.ChangedLetter = true, true
		for range 3 {
			back += time.Hour
			w.options.Only = []plan.State{plan.Temporary} // nothing is left but what is recorded as skipped
			if _, err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		skipped := 0
		for _, r := range w.records() {
			if r.Status == result.Skipped {
				skipped++
			}
		}
		if skipped != 1 {
			t.Errorf("%d skipped records, want 1:\n%s", skipped, w.read("job.results.csv"))
		}

		// The row is taken again, with a clock that is still behind.
		w.write("job.yaml", plain)
		w.options.Only = nil
		report := w.mustRun()
		if report.Counts.Temporary != 1 || report.Counts.Permanent != 1 {
			t.Errorf("counts = %+v", report.Counts)
		}
		if got, want := w.state("r3@club.example"), (result.State{Status: result.Failed, Class: result.Temporary, Attempts: 2}); got != want {
			t.Errorf("the row that was skipped is %v, want %v", got, want)
		}
		if got, want := w.state("r2@club.example"), (result.State{Status: result.Failed, Class: result.Permanent, Attempts: 2}); got != want {
			t.Errorf("the row that failed is %v, want %v", got, want)
		}
	})
}
