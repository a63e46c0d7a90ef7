package job

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// asked makes the world answer yes, and keeps what it was asked.
func (w *world) asked() *[]Question {
	var all []Question
	w.env.Confirm = func(_ context.Context, q Question) (bool, error) {
		all = append(all, q)
		return true, nil
	}
	return &all
}

// names returns the names of the files of the world that begin so.
func (w *world) names(prefix string) []string {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			all = append(all, e.Name())
		}
	}
	return all
}

// cutOff leaves a log as a run does that is killed while the messages to these
// rows are on their way.
func (w *world) cutOff(run string, rows ...int) {
	w.t.Helper()
	path := filepath.Join(w.dir, "job.results.csv")
	h := result.NewHistory(result.OS{}, path, result.ReadOptions{}, nil)
	err := h.Read()
	if err == nil {
		err = h.Recover()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	log, err := h.Begin(run)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range rows {
		to := "r" + string(rune('0'+n)) + "@club.example"
		rec := &result.Record{
			Time: w.now(), Run: run, Row: n, Line: n + 1, Key: to, Recipient: to, Status: result.Unknown, Stage: "final",
			Attempt: h.Fold.Of(to).Attempts + 1, MessageID: "cut-off-" + to,
		}
		if err := log.Arm(rec).Begin(); err != nil {
			w.t.Fatal(err)
		}
	}
	journal, err := os.ReadFile(path + ".journal")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.write("job.results.csv.journal", string(journal))
}

func TestFresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 4, "retry: {attempts: 1}", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
			if to == "r4@club.example" {
				return smtptest.Say(550, "5.1.1 no such user")
			}
			return smtptest.Reply{}
		}})
		w.options.Rows = []plan.Range{{First: 1, Last: 2}, {First: 4, Last: 4}}
		w.mustRun()
		w.options.Rows = nil
		run := w.records()[0].Run
		w.cutOff(run, 3)
		<-time.After(time.Hour)
		before, err := os.ReadFile(filepath.Join(w.dir, "job.results.csv"))
		if err != nil {
			t.Fatal(err)
		}

		asked := w.asked()
		w.options.Fresh = true // and Yes, which is not enough
		r := w.mustRun()
		if len(*asked) != 1 {
			t.Fatalf("asked %d times", len(*asked))
		}
		q := (*asked)[0]
		if q.Copies != 3 || q.NoLog || q.Messages != 4 || q.Earlier != 0 {
			t.Errorf("the question is %+v, want 3 copies of 4 messages", q)
		}
		if r.Counts.Sent != 3 || r.Archive != q.Archive || !r.Begun {
			t.Errorf("the report is %+v", r)
		}
		old, err := os.ReadFile(r.Archive)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(old), string(before)) || strings.Count(string(old), "\n") != 1+3+1 {
			t.Errorf("the old log is\n%s\nwant\n%s\nwith a record that was recovered", old, before)
		}
		want := []string{"job.results.csv", "job.results.csv.lock", filepath.Base(r.Archive)}
		if got := w.names("job.results"); !slices.Equal(got, want) {
			t.Errorf("there is %q, want %q", got, want)
		}
		w.wantStates("1/1 sent final 250", "2/1 sent final 250", "3/1 sent final 250", "4/1 failed permanent rcpt 550")
		for _, rec := range w.records() {
			if rec.Run == run {
				t.Errorf("the new log has a record of run %s", run)
			}
		}

		// At the same moment once more: both old logs are kept.
		w.mustRun()
		if got := w.names("job.results.until-"); len(got) != 2 {
			t.Errorf("old logs: %q, want two", got)
		}
	})
}

// Nothing is renamed before the server is known to let us in, nor when the
// answer is no.
func TestFreshIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var closed atomic.Bool
		w := newWorld(t, 3, "", smtptest.Handler{Greeting: func(int) smtptest.Reply {
			if closed.Load() {
				return smtptest.Say(554, "5.3.2 no service")
			}
			return smtptest.Reply{}
		}})
		w.mustRun()
		before := w.records()
		w.options.Fresh = true
		_, err := w.run(t.Context())
		wantKind(t, err, problem.Usage) // nobody can be asked

		w.env.Confirm = func(context.Context, Question) (bool, error) { return false, nil }
		_, err = w.run(t.Context())
		wantKind(t, err, problem.Declined)

		closed.Store(true)
		w.asked()
		_, err = w.run(t.Context())
		wantKind(t, err, problem.Unreachable)
		if got := w.names("job.results.until-"); got != nil {
			t.Errorf("there is %q", got)
		}
		if !slices.Equal(w.records(), before) {
			t.Errorf("the log changed")
		}
		w.wantOnce(3)
	})
}

// Where there is nothing to put aside it is a run as any other; where there is
// nothing to send nothing is put aside.
func TestFreshWithoutNeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "", smtptest.Handler{})
		asked := w.asked()
		w.options.Fresh = true
		if r := w.mustRun(); r.Counts.Sent != 2 || r.Archive != "" || len(*asked) != 0 {
			t.Errorf("the report is %+v, asked %d times", r, len(*asked))
		}
		w.write("people.csv", "email,name,code\nnobody,N,1\n")
		w.options.SkipInvalid = true
		if r := w.mustRun(); r.Archive != "" || r.Begun || r.Outcome() != SomeFailed {
			t.Errorf("the report is %+v", r)
		}
		if n := len(w.records()); n != 2 {
			t.Errorf("%d records, want 2", n)
		}
	})
}

// The journal of a log that is lost: everybody may have the letter.
func TestFreshWithoutLog(t *testing.T) {
	for _, head := range []bool{true, false} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, 5, "", smtptest.Handler{})
			w.cutOff(result.RunID("job", w.now(), "0badc0de"), 2)
			if err := os.Remove(filepath.Join(w.dir, "job.results.csv")); err != nil {
				t.Fatal(err)
			}
			if !head {
				w.write("job.results.csv.journal", "half a he")
			}
			for _, o := range []Options{{}, {Rerun: true}, {Resume: true}} {
				o.Path, o.Yes = w.options.Path, true
				_, err := Run(t.Context(), o, w.env)
				wantKind(t, err, problem.BadData)
				var je *problem.Error
				if errors.As(err, &je) && !strings.Contains(je.Hint, "mailshot run --fresh ") {
					t.Errorf("the hint %q does not say --fresh", je.Hint)
				}
			}
			asked := w.asked()
			w.options.Fresh = true
			w.options.Limit = 1
			r := w.mustRun()
			if len(*asked) != 1 || (*asked)[0].Copies != 5 || !(*asked)[0].NoLog {
				t.Errorf("asked %+v, want 5 copies", *asked)
			}
			if _, err := os.Stat(r.Archive + ".journal"); err != nil {
				t.Errorf("the journal was not kept: %v", err)
			}
			if _, err := os.Stat(filepath.Join(w.dir, "job.results.csv.journal")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("there is a journal still: %v", err)
			}
			w.wantOnce(1)
		})
	}
}

// The journal of a lost log is put aside for its own job alone.
func TestFreshOfAnotherJob(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "", smtptest.Handler{})
		w.cutOff(result.RunID("other", w.now(), "0badc0de"), 2)
		if err := os.Remove(filepath.Join(w.dir, "job.results.csv")); err != nil {
			t.Fatal(err)
		}
		w.asked()
		w.options.Fresh = true
		_, err := w.run(t.Context())
		wantKind(t, err, problem.BadJob)
	})
}

// A log that is a link is renamed where it is, and told so.
func TestFreshThroughLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "", smtptest.Handler{})
		logs := t.TempDir()
		w.mustRun()
		log := filepath.Join(w.dir, "job.results.csv")
		if err := os.Rename(log, filepath.Join(logs, "log.csv")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(logs, "log.csv"), log); err != nil {
			t.Fatal(err)
		}
		w.asked()
		w.options.Fresh = true
		r := w.mustRun()
		real, err := filepath.EvalSymlinks(logs)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Dir(r.Archive) != real || !strings.HasPrefix(filepath.Base(r.Archive), "log.until-") {
			t.Errorf("the old log is told to be %s", r.Archive)
		}
		if n := len(w.records()); n != 2 {
			t.Errorf("%d records, want 2", n)
		}
	})
}
