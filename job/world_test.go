package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/server"
	"mailshot/job/status"
	"mailshot/transport/smtptest"
)

// A world is a job with rows on disk and a server in memory. Inside a synctest
// bubble hours pass in no time.
type world struct {
	t       *testing.T
	dir     string
	options Options
	env     Env
	server  *smtptest.Server

	mu       sync.Mutex // guards what follows
	warnings []string
	events   []delivery.Event
}

// newWorld makes a job of n rows, r1@club.example and so on, with the given
// lines for its delivery section.
func newWorld(t *testing.T, n int, delivery string, h smtptest.Handler) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), server: smtptest.NewServer(h)}
	t.Cleanup(w.server.Close)
	w.write("letter.txt", "Dear {{.name}},\n\nyour number is {{.code}}.\n")
	var csv strings.Builder
	csv.WriteString("email,name,code\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&csv, "r%d@club.example,Member %d,C%04d\n", i, i, i)
	}
	w.write("people.csv", csv.String())
	w.write("job.yaml", `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt}
server: {host: mail.test, tls: none}
delivery: {`+delivery+`}
`)
	w.options = Options{Ref: mailing.Ref{Path: filepath.Join(w.dir, "job.yaml")}, Yes: true}
	w.env = Env{Env: server.Env{Dial: w.server.DialContext}, Event: w.hear, Warn: w.warn}
	return w
}

func (w *world) hear(e delivery.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

func (w *world) warn(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.warnings = append(w.warnings, text)
}

// heard counts the events of a kind.
func (w *world) heard(k delivery.EventKind) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, e := range w.events {
		if e.Kind == k {
			n++
		}
	}
	return n
}

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// run runs the job to its end.
func (w *world) run(ctx context.Context) (*Report, error) {
	w.t.Helper()
	r, err := Run(ctx, w.options, w.env)
	w.server.Wait()
	return r, err
}

// mustRun returns run for a job that comes to its end.
func (w *world) mustRun() *Report {
	w.t.Helper()
	r, err := w.run(w.t.Context())
	if err != nil {
		w.t.Fatalf("Run: %v", err)
	}
	return r
}

// records reads the results log.
func (w *world) records() []result.Record {
	w.t.Helper()
	f, err := os.Open(filepath.Join(w.dir, "job.results.csv"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	var all []result.Record
	for e, err := range result.Read(f, result.ReadOptions{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, e.Record)
	}
	return all
}

// states returns "row status class stage code" of each record, in the order of
// rows and attempts.
func (w *world) states() []string {
	w.t.Helper()
	records := w.records()
	slices.SortFunc(records, func(a, b result.Record) int { return (a.Row-b.Row)*1000 + a.Attempt - b.Attempt })
	var all []string
	for _, r := range records {
		all = append(all, strings.Join(strings.Fields(fmt.Sprintf("%d/%d %s %s %s %d", r.Row, r.Attempt, r.Status, r.Class, r.Stage, r.Code)), " "))
	}
	return all
}

func (w *world) wantStates(want ...string) {
	w.t.Helper()
	if got := w.states(); !slices.Equal(got, want) {
		w.t.Errorf("records\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// wantOnce holds that n recipients have one message each, and nobody two.
func (w *world) wantOnce(n int) {
	w.t.Helper()
	got := make(map[string]int)
	for _, m := range w.server.Messages() {
		for _, to := range m.To {
			if got[to]++; got[to] == 2 {
				w.t.Errorf("%s has two messages", to)
			}
		}
	}
	if len(got) != n {
		w.t.Errorf("%d recipients have a message, want %d", len(got), n)
	}
}

func wantKind(t *testing.T, err error, want problem.Kind) {
	t.Helper()
	var je *problem.Error
	if !errors.As(err, &je) {
		t.Fatalf("error %v, want one of kind %d", err, want)
	}
	if je.Kind != want {
		t.Errorf("error %v of kind %d, want kind %d", err, je.Kind, want)
	}
}

// bubble runs f in a synctest bubble.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// wantAbout holds that a time is the wanted one, give or take a second.
func wantAbout(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d < -time.Second || d > time.Second {
		t.Errorf("%s took %v, want %v", what, got, want)
	}
}

// statusEnv returns what a look at the world's mailing needs.
func (w *world) statusEnv() status.Env { return status.Env{Now: w.env.Now, Files: w.env.Files} }
