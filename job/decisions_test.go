package job

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/status"
	"mailshot/transport/smtptest"
)

// What a run decided for the server's sake, and how it ended, is known after it.
func TestStatusKnowsDecisions(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 20, "workers: 4, give_up_after: 5", smtptest.Handler{Greeting: func(session int) smtptest.Reply {
			if session > 3 {
				return smtptest.Say(421, "4.3.2 too busy")
			}
			return smtptest.Reply{}
		}})
		r, err := w.run(t.Context())
		wantKind(t, err, problem.Limited)
		s, err := status.Read(t.Context(), w.options.Ref, w.statusEnv(), func(*result.Record) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		l := s.LastRun
		if l == nil || l.Run != r.Run || l.End == nil || len(l.Decisions) == 0 {
			t.Fatalf("the last run is %+v", l)
		}
		if l.End.Sent != 2 || l.End.Total != 20 || l.End.Pauses == 0 || l.End.Pauses != r.Pauses || l.End.Took != r.Took.Truncate(time.Millisecond) || l.End.Stopped == "" {
			t.Errorf("it ended %+v", *l.End)
		}
		pauses := 0
		for _, d := range l.Decisions {
			if d.Event == "pause" && strings.HasPrefix(d.Text, "until ") && strings.Contains(d.Text, "too busy") {
				pauses++
			}
		}
		if pauses == 0 {
			t.Errorf("decisions %+v; want pauses among them", l.Decisions)
		}
	})
}

func TestNoted(t *testing.T) {
	log := filepath.Join(t.TempDir(), "job.results.csv")
	lock, err := private.TryLock(log, "x")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	told := 0
	hear := noted(mailing.NewNotebook(lock, "job-1", at), func() time.Time { return at }, func(delivery.Event) { told++ })
	for _, e := range []delivery.Event{
		{Kind: delivery.Started},
		{Kind: delivery.Narrowed, Sessions: 2, Workers: 8},
		{Kind: delivery.Narrowed, Sessions: 1, Workers: 8},
		{Kind: delivery.Holding, Until: at.Add(time.Hour), Text: "the quota is used up"},
		{Kind: delivery.Resumed},
	} {
		hear(e)
	}
	var got []string
	p := mailing.Paths{Lock: log}
	for _, d := range p.LastRun().Decisions {
		got = append(got, d.Event+": "+d.Text)
	}
	want := "sessions: the server takes 2 sessions at once: going on with 2 of 8|sessions: the server takes one session at once: going on with 1 of 8|quota: until 2026-11-24T11:00:00Z: the quota is used up"
	if g := strings.Join(got, "|"); g != want || told != 5 {
		t.Errorf("decisions %s, %d told; want %s", g, told, want)
	}
}
