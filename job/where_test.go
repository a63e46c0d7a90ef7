package job

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/status"
	"mailshot/transport/smtptest"
)

// newWhereWorld returns a world in which rows of status "in" are taken.
func newWhereWorld(t *testing.T, recipients, rows string, h smtptest.Handler) *world {
	t.Helper()
	w := newWorld(t, 1, "", h)
	w.write("people.csv", rows)
	w.write("job.yaml", `version: 1
recipients: {file: people.csv, where: '{{eq .status "in"}}'`+recipients+`}
message: {from: office@club.example, subject: "To {{.name}}", text: {inline: hello}}
server: {host: mail.test, tls: none}
`)
	return w
}

// keys returns "key status" of each record, in the order of the log.
func (w *world) keys() string {
	w.t.Helper()
	var all []string
	for _, r := range w.records() {
		all = append(all, fmt.Sprintf("%s %s", r.Key, r.Status))
	}
	return strings.Join(all, ", ")
}

// Whose key it is shows when all rows are read: a recipient's, wherever it
// stands, else the first row's.
func TestWhereOwnership(t *testing.T) {
	for _, tt := range []struct{ name, rows, want string }{
		{"alone", "a,out\nb,in\n", "a skipped, b sent"},
		{"recipient below", "a,out\na,in\n", "#1 skipped, a sent"},
		{"recipient above", "a,in\na,out\n", "#2 skipped, a sent"},
		{"recipient between", "a,out\na,in\na,out\n", "#1 skipped, #3 skipped, a sent"},
		{"nobody", "a,out\na,out\nb,in\n", "a skipped, #2 skipped, b sent"},
		{"a key like a row's", "#7,out\nb,in\n", "#1 skipped, b sent"},
		{"no key", ",out\nb,in\n", "#1 skipped, b sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows := "id,status,name,email\n"
			n := 0
			for row := range strings.Lines(tt.rows) {
				n++
				rows += fmt.Sprintf("%s,Member,r%d@club.example\n", strings.TrimSpace(row), n)
			}
			w := newWhereWorld(t, ", key: id", rows, smtptest.Handler{})
			w.mustRun()
			if got := w.keys(); got != tt.want {
				t.Errorf("records %q; want %q", got, tt.want)
			}
			w.wantStatus(1, strings.Count(tt.want, "skipped"), 0)

			w.options.Rerun = true
			w.mustRun()
			if got := w.keys(); got != tt.want {
				t.Errorf("records after a rerun %q; want %q", got, tt.want)
			}
		})
	}
}

// wantStatus holds what status counts.
func (w *world) wantStatus(sent, skipped, untried int) {
	w.t.Helper()
	s, err := status.Read(w.t.Context(), w.options.Ref, w.statusEnv(), func(*result.Record) error { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	if s.Unread != nil || s.Counts.Sent != sent || s.Skipped != skipped || s.Untried != untried {
		w.t.Errorf("status: %d sent, %d skipped, %d untried (%v); want %d, %d, %d", s.Counts.Sent, s.Skipped, s.Untried, s.Unread, sent, skipped, untried)
	}
}

// Rows that the run did not come to are left out all the same, and a row that
// was sent counts as sent.
func TestWhereStatus(t *testing.T) {
	const rows = "id,status,name,email\n1,in,A,a@club.example\n2,out,B,b@club.example\n3,in,C,c@club.example\n4,out,D,d@club.example\n"
	w := newWhereWorld(t, ", key: id", rows, smtptest.Handler{})
	w.options.Rows = []plan.Range{{First: 1, Last: 2}}
	w.mustRun()
	w.wantStatus(1, 2, 1)
	w.write("people.csv", strings.Replace(rows, "1,in", "1,out", 1))
	w.wantStatus(1, 2, 1)

	// The filtered row is no longer the one of the key that was sent.
	w.write("people.csv", strings.Replace(rows, "1,in", "1,out", 1)+"1,in,A,a@club.example\n")
	w.wantStatus(1, 3, 1)

	// Of two filtered rows the first is that of the key.
	w.write("people.csv", strings.Replace(rows, "1,in", "1,out", 1)+"1,out,A,a@club.example\n")
	w.wantStatus(1, 3, 1)

	w.write("job.yaml", `{recipients: {file: people.csv, key: id, where: '{{eq .state "in"}}'}, message: {from: office@club.example, subject: Hi, text: {inline: hello}}}`)
	s, err := status.Read(t.Context(), w.options.Ref, w.statusEnv(), func(*result.Record) error { return nil })
	if err != nil || s.Unread == nil || !strings.Contains(s.Unread.Error(), `no column "state"`) {
		t.Errorf("status of a job with a bad condition: %v, %v", s, err)
	}
}

// Nothing is skipped yet, but the filtered row is not the one that was sent.
func TestWhereStatusBelow(t *testing.T) {
	w := newWhereWorld(t, ", key: id", "id,status,name,email\n1,in,A,a@club.example\n1,out,A,b@club.example\n", smtptest.Handler{})
	w.options.Rows = []plan.Range{{First: 1, Last: 1}}
	w.mustRun()
	w.wantStatus(1, 1, 0)
}

// Two rows with one key are one key: it must not stand in for another whose
// person has a new key now.
func TestWhereGuard(t *testing.T) {
	const rows = "id,status,name,email\n1,in,A,a@club.example\n2,in,B,b@club.example\n"
	w := newWhereWorld(t, ", key: id", rows, smtptest.Handler{})
	w.mustRun()
	w.write("people.csv", "id,status,name,email\n1,out,A,a@club.example\n1,in,A,a@club.example\n3,in,B,b@club.example\n")
	w.options.Rerun = true
	_, err := w.run(t.Context())
	wantKind(t, err, problem.BadData)
	if err != nil && !strings.Contains(err.Error(), "b@club.example was delivered to before, under another key") {
		t.Errorf("error %v", err)
	}
	w.wantOnce(2)
}

// Writing down a hundred thousand rows can be interrupted.
func TestWhereInterrupted(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("status,name,email\nin,A,a@club.example\n")
	for i := range 500 {
		fmt.Fprintf(&rows, "out,B,r%d@club.example\n", i)
	}
	w := newWhereWorld(t, "", rows.String(), smtptest.Handler{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	w.env.Now = func() time.Time {
		if _, err := os.Stat(filepath.Join(w.dir, "job.results.csv")); err == nil {
			if n++; n == 10 {
				cancel()
			}
		}
		return time.Now()
	}
	_, err := w.run(ctx)
	wantKind(t, err, problem.Interrupted)
	if got := len(w.records()); got == 0 || got > 10 {
		t.Errorf("%d records; want up to 10", got)
	}
	w.env.Now, w.options.Rerun = nil, true
	w.mustRun()
	w.wantOnce(1)
	w.wantStatus(1, 500, 0)
}
