package job

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/plan"
	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
	"mailshot/transport/smtptest"
)

// lookAt returns the status of a world, and its unknown rows.
func lookAt(w *world) (*status.Report, []result.Record) {
	w.t.Helper()
	var unknown []result.Record
	s, err := status.Read(w.t.Context(), w.options.Ref, w.statusEnv(), func(r *result.Record) error {
		unknown = append(unknown, *r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s, unknown
}

// groups returns "count class stage code enhanced pattern" of each group.
func groups(all []reasons.Group) []string {
	var texts []string
	for _, f := range all {
		texts = append(texts, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s %d %s %s", f.Count, f.Class, f.Stage, f.Code, f.Enhanced, f.Pattern)), " "))
	}
	return texts
}

// answer returns a server that says no to some.
func answer(rules map[string]smtptest.Reply) smtptest.Handler {
	return smtptest.Handler{
		Rcpt:  func(to string) smtptest.Reply { return rules["rcpt "+to] },
		Final: func(m smtptest.Message) smtptest.Reply { return rules["final "+m.To[0]] },
	}
}

// serve puts another server in the place of the first.
func (w *world) serve(h smtptest.Handler) {
	w.server = smtptest.NewServer(h)
	w.t.Cleanup(w.server.Close)
	w.env.Dial = w.server.DialContext
}

func TestStatus(t *testing.T) {
	w := newWorld(t, 8, "workers: 1, retry: {attempts: 1}", answer(map[string]smtptest.Reply{
		"rcpt r2@club.example":  smtptest.Say(550, "5.1.1 <r2@club.example>: no such user"),
		"rcpt r3@club.example":  smtptest.Say(550, "5.1.1 <r3@club.example>: no such user"),
		"rcpt r4@club.example":  smtptest.Say(450, "4.2.0 <r4@club.example>: greylisted"),
		"final r5@club.example": smtptest.Silent(smtptest.Close),
	}))
	w.options.Rows = []plan.Range{{First: 1, Last: 6}}
	w.mustRun()
	s, unknown := lookAt(w)
	if want := (delivery.Counts{Sent: 2, Temporary: 1, Permanent: 2, Unknown: 1}); s.Counts != want || s.Untried != 2 || s.Skipped != 0 || s.Unread != nil {
		t.Errorf("status %+v, want the counts %+v and 2 untried", s, want)
	}
	want := []string{"2 permanent rcpt 550 5.1.1 <…>: no such user", "1 temporary rcpt 450 4.2.0 <…>: greylisted"}
	if got := groups(s.Failures); !slices.Equal(got, want) {
		t.Errorf("failures %q, want %q", got, want)
	}
	if e := s.Failures[0].Example; e.Row != 2 || e.Key != "r2@club.example" || e.Recipient != e.Key || e.Text != "<r2@club.example>: no such user" {
		t.Errorf("example %+v", e)
	}
	if len(unknown) != 1 || unknown[0].Key != "r5@club.example" || unknown[0].MessageID == "" || s.Server != "mail.test:25" {
		t.Errorf("unknown at %s: %+v", s.Server, unknown)
	}
	if len(s.Runs) != 1 || s.Runs[0].Failed != 3 || s.Runs[0].OtherLetter || s.Unfinished != nil {
		t.Errorf("runs %+v, unfinished %+v", s.Runs, s.Unfinished)
	}

	w.write("letter.txt", "Another letter.\n")
	w.serve(smtptest.Handler{})
	w.options.Rows, w.options.Rerun, w.options.ChangedLetter = nil, true, true
	w.mustRun()
	s, unknown = lookAt(w)
	if s.Counts != (delivery.Counts{Sent: 7, Unknown: 1}) || len(s.Failures) > 0 || len(unknown) != 1 {
		t.Errorf("status after a rerun %+v, unknown %v", s, unknown)
	}
	if len(s.Runs) != 2 || !s.Runs[0].OtherLetter || s.Runs[1].OtherLetter {
		t.Errorf("runs %+v, want the first with another letter", s.Runs)
	}
}

// A run that goes on is seen, its rows on their way are no unknown ones, and it
// is not disturbed.
func TestStatusOfALiveRun(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	w := newWorld(t, 3, "workers: 1", smtptest.Handler{Final: func(m smtptest.Message) smtptest.Reply {
		if m.To[0] == "r2@club.example" {
			close(reached)
			<-release
		}
		return smtptest.Reply{}
	}})
	w.env.Holder = "process 42"
	done := make(chan error, 1)
	go func() { _, err := Run(t.Context(), w.options, w.env); done <- err }()
	<-reached
	s, unknown := lookAt(w)
	u := s.Unfinished
	if u == nil || !u.Alive || u.Holder != "process 42" || u.Rows != 1 || s.InFlight != 1 || u.Run == "" {
		t.Errorf("unfinished %+v, %d in flight; want 1 row of process 42", u, s.InFlight)
	}
	if s.Counts != (delivery.Counts{Sent: 1}) || s.Untried != 1 || len(unknown) > 0 || s.Runs[0].Unknown != 0 {
		t.Errorf("status %+v, unknown %v", s, unknown)
	}
	w.wantExport(status.ExportOptions{States: status.States{"unknown"}})
	w.wantExport(status.ExportOptions{States: status.States{"untried"}}, "r3@club.example untried")
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s, _ := lookAt(w); s.Unfinished != nil || s.Counts != (delivery.Counts{Sent: 3}) {
		t.Errorf("status afterwards %+v", s)
	}
}

// cutOff returns a world whose run was killed with row 2 on its way.
func cutOff(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 3, "workers: 1", smtptest.Handler{})
	w.options.Rows = []plan.Range{{First: 1, Last: 1}}
	w.mustRun()
	w.options.Rows = nil
	rec := w.records()[0]
	rec.Row, rec.Key, rec.Recipient, rec.Status, rec.Time = 2, "r2@club.example", "r2@club.example", result.Unknown, rec.Time.Add(time.Second)
	rec.Code, rec.Enhanced, rec.Reply, rec.Error = 0, "", "", "the program ended"
	h := result.NewHistory(result.OS{}, filepath.Join(w.dir, "job.results.csv"), result.ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	log, err := h.Begin(rec.Run)
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Arm(&rec).Begin(); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(w.dir, "job.results.csv.journal"))
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	w.write("job.results.csv.journal", string(kept))
	return w
}

func TestStatusOfARunThatWasCutOff(t *testing.T) {
	w := cutOff(t)
	before := w.files()
	s, unknown := lookAt(w)
	u := s.Unfinished
	if u == nil || u.Alive || u.Rows != 1 || s.InFlight != 0 || u.Run == "" {
		t.Errorf("unfinished %+v, %d in flight", u, s.InFlight)
	}
	if s.Counts != (delivery.Counts{Sent: 1, Unknown: 1}) || s.Untried != 1 || len(unknown) != 1 || unknown[0].Key != "r2@club.example" {
		t.Errorf("status %+v, unknown %v", s, unknown)
	}
	w.wantExport(status.ExportOptions{States: status.States{"unknown"}}, "r2@club.example unknown")
	if after := w.files(); after != before {
		t.Errorf("status changed\n%s\nto\n%s", before, after)
	}
}

// files returns the names and contents of a world's files.
func (w *world) files() string {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(w.dir, e.Name()))
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %q\n", e.Name(), text)
	}
	return b.String()
}

// What is read while a run writes is read again; a log that is broken is not
// waited for.
func TestStatusReadsAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "workers: 1", smtptest.Handler{})
		w.mustRun()
		whole, err := os.ReadFile(filepath.Join(w.dir, "job.results.csv"))
		if err != nil {
			t.Fatal(err)
		}
		torn := string(whole[:len(whole)-20])
		w.write("job.results.csv", torn)
		begun := time.Now()
		_, err = status.Read(t.Context(), w.options.Ref, w.statusEnv(), nil)
		wantKind(t, err, problem.BadData)
		if waited := time.Since(begun); waited > 2*watchPause {
			t.Errorf("a log that nobody writes was waited for, %v", waited)
		}
		lock, err := private.TryLock(filepath.Join(w.dir, "job.results.csv"), "me")
		if err != nil {
			t.Fatal(err)
		}
		// The rest of a line, whose start was not there yet, looks like a line that was edited.
		rest := strings.Replace(string(whole), ",final,", ",inal,", 1)
		for _, early := range []string{torn, rest} {
			w.write("job.results.csv", early)
			time.AfterFunc(3*watchPause-time.Millisecond, func() { w.write("job.results.csv", string(whole)) })
			if s, _ := lookAt(w); s.Counts.Sent != 2 {
				t.Errorf("status %+v", s)
			}
		}
		w.write("job.results.csv", torn)
		begun = time.Now()
		_, err = status.Read(t.Context(), w.options.Ref, w.statusEnv(), nil)
		wantKind(t, err, problem.BadData)
		if waited := time.Since(begun); waited > watchTries*watchPause {
			t.Errorf("a broken log was waited for, %v", waited)
		}
		if err := lock.Unlock(); err != nil {
			t.Error(err)
		}
	})
}

func TestStatusInterrupted(t *testing.T) {
	w := cutOff(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(problem.ErrInterrupted)
	_, err := status.Read(ctx, w.options.Ref, w.statusEnv(), nil)
	wantKind(t, err, problem.Interrupted)
	_, err = status.Export(ctx, w.options.Ref, w.statusEnv(), status.ExportOptions{States: status.States{"sent"}, File: filepath.Join(w.dir, "out.csv")})
	wantKind(t, err, problem.Interrupted)
	if text := w.files(); strings.Contains(text, "out.csv") {
		t.Errorf("an interrupted export left %s", text)
	}
}

// How often, and with which pause between, a log is read again that a run may
// just have been writing.
const (
	watchTries = 5
	watchPause = 50 * time.Millisecond
)
