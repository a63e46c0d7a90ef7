package job

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport/smtptest"
)

// A rerun tells when the run before was, where that had the same letter, and nothing of it where the
// letter changed since, or another one was sent before.
func TestQuestionTellsRunBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refuses := true
		w := newWorld(t, 3, "retry: {attempts: 1}", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
			if refuses && !strings.HasPrefix(to, "r1@") {
				return smtptest.Say(451, "4.3.0 not now")
			}
			return smtptest.Reply{}
		}})
		var asked Question
		w.options.Yes = false
		w.env.Confirm = func(_ context.Context, q Question) (bool, error) { asked = q; return true, nil }
		w.mustRun()
		if !asked.Before.IsZero() {
			t.Errorf("the first question tells of a run before, %v", asked.Before)
		}
		first := time.Now()
		<-time.After(time.Hour)
		w.options.Rerun = true
		w.mustRun()
		if got := first.Sub(asked.Before); got < 0 || got > time.Second {
			t.Errorf("the run before ended at %v; want %v", asked.Before, first)
		}
		refuses = false
		w.write("letter.txt", "Dear {{.name}},\n\nyour new number is {{.code}}.\n")
		for range 2 {
			w.options.ChangedLetter = true
			w.mustRun()
			if !asked.Before.IsZero() || asked.Earlier != 1 {
				t.Errorf("the run before is told, %v, and %d got an earlier letter", asked.Before, asked.Earlier)
			}
			w.write("people.csv", "email,name,code\nr1@club.example,Member 1,C0001\nr4@club.example,Member 4,C0004\n")
		}
	})
}
