package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/problem"
	"mailshot/transport/smtptest"
)

// keyed makes the world's job one with a key column, whose recipients are
// these.
func (w *world) keyed(recipients, rows string) {
	w.t.Helper()
	w.write("job.yaml", `version: 1
recipients: {file: people.csv, key: code`+recipients+`}
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt}
server: {host: mail.test, tls: none}
`)
	w.write("people.csv", "email,name,code\n"+rows)
}

// wantAsked holds that a rerun stops, and sends nothing.
func (w *world) wantAsked(text string) {
	w.t.Helper()
	before := len(w.server.Messages())
	w.options.Rerun, w.options.Changed = true, ""
	_, err := w.run(w.t.Context())
	wantKind(w.t, err, problem.BadData)
	if !strings.Contains(err.Error(), text) {
		w.t.Errorf("error %v, want %q", err, text)
	}
	if n := len(w.server.Messages()) - before; n > 0 {
		w.t.Errorf("%d second copies", n)
	}
}

// A family shares an address, and one of them loses the zeros of the key: that
// the others stay where they were does not hide it.
func TestChangedFamilyZeros(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 1, "", smtptest.Handler{})
		w.keyed("", "fam@club.example,A,0012\nfam@club.example,B,1234\n")
		w.mustRun()
		w.keyed("", "fam@club.example,A,12\nfam@club.example,B,1234\n")
		w.wantAsked("row 1: fam@club.example was delivered to before, under another key")
	})
}

// One more of a family that shares an address is no one that was sent to.
func TestChangedFamilyGrows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 1, "", smtptest.Handler{})
		w.keyed("", "fam@club.example,A,0012\nfam@club.example,B,1234\ngone@club.example,C,1\n")
		w.mustRun()
		w.keyed("", "fam@club.example,A,0012\nfam@club.example,B,1234\nfam@club.example,D,99\n")
		w.options.Rerun = true
		if r := w.mustRun(); r.Counts.Sent != 1 {
			t.Errorf("sent %d, want 1", r.Counts.Sent)
		}
	})
}

// An address that was sent to under a key which has another address now is not
// new, whoever else is in the file.
func TestChangedMovedAway(t *testing.T) {
	for _, other := range []string{"x@club.example,X,X1\n", ""} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, 1, "", smtptest.Handler{})
			const d = ", duplicates: error"
			w.keyed(d, "anna@club.example,A,K1\nx@club.example,X,X1\n")
			w.mustRun()
			w.options.Rerun, w.options.Changed = true, "send"
			w.keyed(d, "berta@club.example,A,K1\nx@club.example,X,X1\n")
			w.mustRun()
			w.keyed(d, "berta@club.example,A,K1\nanna@club.example,A,K2\n"+other)
			w.wantAsked("row 2: anna@club.example was delivered to before, under another key")
		})
	}
}

// While the question stands, the user sees that the log is an old copy and
// restores the right one: what was counted is not true any more.
func TestLogReplacedAtQuestion(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 4, "", smtptest.Handler{})
		log, full := filepath.Join(w.dir, "job.results.csv"), filepath.Join(w.dir, "full")
		w.options.Rows = "1-2"
		w.mustRun()
		old, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		w.options.Rows, w.options.Rerun = "", true
		w.mustRun()
		if err := errors.Join(os.Rename(log, full), os.WriteFile(log, old, 0o600)); err != nil {
			t.Fatal(err)
		}
		w.options.Yes = false
		w.env.Confirm = func(_ context.Context, q Question) (bool, error) {
			if q.Messages != 2 {
				t.Errorf("asked about %d messages, want 2", q.Messages)
			}
			return true, os.Rename(full, log)
		}
		_, err = w.run(t.Context())
		wantKind(t, err, problem.Exists)
		w.wantOnce(4)
		w.options.Yes = true
		if r := w.mustRun(); r.Total != 0 {
			t.Errorf("the next rerun sends %d", r.Total)
		}
	})
}
