package job

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/settle"
	"mailshot/transport/smtptest"
)

// now returns the time of the world.
func (w *world) now() time.Time {
	if w.env.Now == nil {
		return time.Now()
	}
	return w.env.Now()
}

// lossy makes the reply to every message get lost.
func lossy() smtptest.Handler {
	return smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Silent(smtptest.Close) }}
}

// settle records what became of keys.
func (w *world) settle(sent bool, keys ...string) (*settle.Report, error) {
	w.t.Helper()
	return settle.Record(mailing.Ref{Path: w.options.Path}, settle.Finding{Keys: keys, Sent: sent, Note: "the provider\nsays so"}, settle.Env{Now: w.env.Now, Files: w.env.Files})
}

// state returns the state of a key as the log has it.
func (w *world) state(key string) result.State {
	w.t.Helper()
	var f result.Fold
	file, err := os.Open(filepath.Join(w.dir, "job.results.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	for e, err := range result.Read(file, result.ReadOptions{}) {
		if err == nil {
			err = f.Add(e)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return f.Of(key)
}

func TestSettle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 3, "", lossy())
		w.mustRun()
		records := w.records()
		<-time.After(time.Hour)
		r, err := w.settle(true, " R2@club.example ", "r2@CLUB.example")
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Keys) != 1 || r.Keys[0] != "r2@club.example" || r.Unknown != 2 {
			t.Errorf("the report is %+v", r)
		}
		all := w.records()
		if len(all) != 4 {
			t.Fatalf("%d records, want 4", len(all))
		}
		got := all[3]
		want := result.Record{Stage: "settle", Error: "the provider\nsays so", Status: result.Sent, Time: time.Now().UTC().Truncate(time.Millisecond), Run: got.Run}
		for _, u := range records {
			if u.Row == 2 {
				want.Row, want.Line, want.Key, want.Recipient, want.Attempt, want.MessageID = u.Row, u.Line, u.Key, u.Recipient, u.Attempt, u.MessageID
			}
		}
		if !got.Time.Equal(want.Time) {
			t.Errorf("settled at %s, want %s", got.Time, want.Time)
		}
		if got.Time = want.Time; got != want {
			t.Errorf("the record is\n%+v; want\n%+v", got, want)
		}
		name, start, _, err := result.ParseRun(got.Run)
		if err != nil || name != "job" || !start.Equal(want.Time) || got.Run == records[0].Run {
			t.Errorf("the run is %s", got.Run)
		}
		if _, err := w.settle(false, "r1@club.example", "r3@club.example"); err != nil {
			t.Fatal(err)
		}
		if st := w.state("r3@club.example"); st.Status != result.Failed || st.Class != result.Temporary || st.Attempts != 1 {
			t.Errorf("the state of r3 is %+v", st)
		}
		if got := w.names("job.results"); len(got) != 2 {
			t.Errorf("there is %q, want the log and its lock", got)
		}
	})
}

// Whatever the clock says, what the user found out comes after all that the log
// says; and every attempt that is open is settled, but none twice.
func TestSettleEveryAttempt(t *testing.T) {
	for _, sent := range []bool{true, false} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, 1, "", lossy())
			w.mustRun()
			if _, err := w.settle(false, "r1@club.example"); err != nil {
				t.Fatal(err)
			}
			w.options.Rerun, w.options.IncludeUnknown = true, true
			w.mustRun()
			w.mustRun() // three unknown attempts, of which the first is settled
			back := time.Now().Add(-48 * time.Hour)
			w.env.Now = func() time.Time { return back }
			if _, err := w.settle(sent, "r1@club.example"); err != nil {
				t.Fatal(err)
			}
			want := result.State{Status: result.Failed, Class: result.Temporary, Attempts: 3}
			if sent {
				want = result.State{Status: result.Sent, Attempts: 3}
			}
			if got := w.state("r1@club.example"); got != want {
				t.Errorf("the state is %+v, want %+v", got, want)
			}
			settled := make(map[int]int)
			for _, r := range w.records() {
				if r.Stage == result.StageSettle {
					settled[r.Attempt]++
				}
			}
			if len(settled) != 3 || settled[1] != 1 || settled[2] != 1 || settled[3] != 1 {
				t.Errorf("settled, by attempt: %v", settled)
			}
		})
	}
}

func TestSettleRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "", lossy())
		_, err := w.settle(true, "r1@club.example")
		wantKind(t, err, problem.NoInput)
		w.mustRun()
		for _, keys := range [][]string{{"r1@club.example", "r3@club.example"}, {"#1"}, {"r1"}} {
			_, err := w.settle(true, keys...)
			wantKind(t, err, problem.BadData)
		}
		if n := len(w.records()); n != 2 {
			t.Errorf("%d records, want 2", n)
		}
		if _, err := w.settle(false, "r1@club.example"); err != nil {
			t.Fatal(err)
		}
		w.serve(smtptest.Handler{})
		w.options.Rerun = true
		w.mustRun()
		_, err = w.settle(false, "r1@club.example", "r2@club.example") // of r1 the server has said something since
		wantKind(t, err, problem.BadData)
		if n := len(w.records()); n != 4 {
			t.Errorf("%d records, want 4", n)
		}
	})
}

// What a run that was killed may have sent can be settled at once, and the
// journal of a log that is lost can't.
func TestSettleRecovers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 3, "", smtptest.Handler{})
		w.cutOff(result.RunID("job", w.now(), "0badc0de"), 1, 3)
		if _, err := w.settle(false, "r3@club.example"); err != nil {
			t.Fatal(err)
		}
		w.wantStates("1/1 unknown final 0", "3/1 unknown final 0", "3/1 failed temporary settle 0")
		w.options.Resume = true
		w.options.ChangedLetter = true
		w.mustRun()
		w.wantOnce(2)

		w.cutOff(result.RunID("job", w.now(), "0badc0de"), 2)
		if err := os.Remove(filepath.Join(w.dir, "job.results.csv")); err != nil {
			t.Fatal(err)
		}
		_, err := w.settle(true, "r2@club.example")
		wantKind(t, err, problem.BadData)
	})
}

// Rows that were found not to have the letter do not have an earlier one.
func TestSettledHaveNoEarlierLetter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 4, "", lossy())
		w.mustRun()
		w.write("letter.txt", "Dear {{.name}}, this is another letter.\n")
		w.options.Rerun, w.options.IncludeUnknown = true, true
		for _, step := range []struct {
			keys string
			sent bool
			want string
		}{{"", false, "4 got"}, {"r1@club.example", true, "4 got"}, {"r2@club.example r3@club.example", false, "2 got"}} {
			if step.keys != "" {
				if _, err := w.settle(step.sent, strings.Fields(step.keys)...); err != nil {
					t.Fatal(err)
				}
			}
			_, err := w.run(t.Context())
			if err == nil || !strings.Contains(err.Error(), step.want) {
				t.Errorf("after %q the rerun says %v, want %q", step.keys, err, step.want)
			}
		}
	})
}

// A log that can't be written keeps its journal, and says so.
func TestSettleCantWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 1, "", lossy())
		w.mustRun()
		w.env.Files = &fullDisk{room: 0, suffix: ".csv"}
		_, err := w.settle(true, "r1@club.example")
		wantKind(t, err, problem.CantWrite)
		if !errors.Is(err, errFull) {
			t.Errorf("error %v", err)
		}
		w.env.Files = nil
		if _, err := w.settle(true, "r1@club.example"); err != nil {
			t.Fatal(err)
		}
	})
}
