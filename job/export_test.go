package job

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/status"
	"mailshot/transport/smtptest"
)

// exportOf returns what an export writes to Out.
func (w *world) exportOf(x status.ExportOptions) (*status.ExportReport, string) {
	w.t.Helper()
	var b bytes.Buffer
	x.Out = &b
	r, err := status.Export(w.t.Context(), w.options.Ref, w.statusEnv(), x)
	if err != nil {
		w.t.Fatal(err)
	}
	return r, b.String()
}

// wantExport holds that an export has these rows: "address status", in the order
// of the file.
func (w *world) wantExport(x status.ExportOptions, want ...string) {
	w.t.Helper()
	r, text := w.exportOf(x)
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	at := slices.Index(records[0], "mailshot_status")
	for _, r := range records[1:] {
		got = append(got, r[slices.Index(records[0], "email")]+" "+r[at])
	}
	if !slices.Equal(got, want) || r.Rows != len(want) {
		w.t.Errorf("export of %s %s: %d rows %q, want %q", x.States, x.Run, r.Rows, got, want)
	}
}

// exportWorld has been run once for rows 1 to 5, and once more for the rest.
func exportWorld(t *testing.T) *world {
	w := newWorld(t, 7, "workers: 1, retry: {attempts: 1}", answer(map[string]smtptest.Reply{
		"rcpt r2@club.example":  smtptest.Say(550, "5.1.1 no such user"),
		"rcpt r3@club.example":  smtptest.Say(450, "4.2.0 later"),
		"final r5@club.example": smtptest.Silent(smtptest.Close),
	}))
	w.options.Rows = []plan.Range{{First: 1, Last: 5}}
	w.mustRun()
	w.serve(answer(map[string]smtptest.Reply{"rcpt r2@club.example": smtptest.Say(550, "5.1.1 no such user")}))
	w.options.Rows, w.options.Rerun = []plan.Range{{First: 2, Last: 2}, {First: 3, Last: 3}, {First: 6, Last: 6}}, true
	w.mustRun()
	w.options.Rows, w.options.Rerun = nil, false
	return w
}

func TestExport(t *testing.T) {
	w := exportWorld(t)
	runs, _ := lookAt(w)
	if got, want := groups(runs.Failures), []string{"1 permanent rcpt 550 5.1.1 no such user"}; !slices.Equal(got, want) {
		t.Errorf("failures %q, want %q: each row once", got, want)
	}
	first, second := runs.Runs[0].ID, runs.Runs[1].ID
	w.wantExport(status.ExportOptions{States: status.States{"sent"}}, "r1@club.example sent", "r3@club.example sent", "r4@club.example sent", "r6@club.example sent")
	w.wantExport(status.ExportOptions{States: status.States{"failed"}}, "r2@club.example failed permanent")
	w.wantExport(status.ExportOptions{States: status.States{"unknown"}}, "r5@club.example unknown")
	w.wantExport(status.ExportOptions{States: status.States{"untried"}}, "r7@club.example untried")
	w.wantExport(status.ExportOptions{States: status.States{"skipped"}})
	w.wantExport(status.ExportOptions{States: status.States{"failed"}, Run: first}, "r2@club.example failed permanent", "r3@club.example failed temporary")
	w.wantExport(status.ExportOptions{States: status.States{"sent"}, Run: second}, "r3@club.example sent", "r6@club.example sent")
	w.wantExport(status.ExportOptions{States: status.States{"untried"}, Run: first}, "r6@club.example untried", "r7@club.example untried")

	_, text := w.exportOf(status.ExportOptions{States: status.States{"failed"}})
	want := "\ufeffemail,name,code,mailshot_status,mailshot_reason,mailshot_time,mailshot_message_id,mailshot_advice\n" +
		"r2@club.example,Member 2,C0002,failed permanent,550 5.1.1 no such user,"
	if !strings.HasPrefix(text, want) {
		t.Errorf("export\n%q\nwant it to begin with\n%q", text, want)
	}

	// Without a row of its own, a record is only counted.
	w.write("people.csv", "email,name,code\nr7@club.example,Seven,7\nr3@club.example,Three,3\nr3@club.example,Again,3\n")
	w.wantExport(status.ExportOptions{States: status.States{"sent"}}, "r3@club.example sent")
	if r, _ := w.exportOf(status.ExportOptions{States: status.States{"sent"}}); r.Gone != 3 || r.Recipients != "people.csv" {
		t.Errorf("report %+v, want 3 records gone", r)
	}
	if r, _ := w.exportOf(status.ExportOptions{States: status.States{"failed"}, Run: first}); r.Gone != 1 {
		t.Errorf("report %+v, want 1 record gone: of r2", r)
	}
}

func TestExportRefuses(t *testing.T) {
	w := exportWorld(t)
	path := filepath.Join(w.dir, "out.csv")
	for _, tt := range []struct {
		name string
		x    status.ExportOptions
		kind problem.Kind
	}{
		{"run", status.ExportOptions{States: status.States{"sent"}, Run: "job"}, problem.Usage},
		{"no directory", status.ExportOptions{States: status.States{"sent"}, File: filepath.Join(w.dir, "none", "out.csv")}, problem.Exists},
		{"existing file", status.ExportOptions{States: status.States{"sent"}, File: filepath.Join(w.dir, "people.csv")}, problem.Exists},
		{"full disk", status.ExportOptions{States: status.States{"sent"}, Out: broken{}}, problem.CantWrite},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := w.files()
			_, err := status.Export(t.Context(), w.options.Ref, w.statusEnv(), tt.x)
			wantKind(t, err, tt.kind)
			if after := w.files(); after != before {
				t.Errorf("the refused export changed\n%s\nto\n%s", before, after)
			}
		})
	}
	if _, err := status.Export(t.Context(), w.options.Ref, w.statusEnv(), status.ExportOptions{States: status.States{"sent"}, File: path}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v; want a file of mode 0600", info, err)
	}
	if text := w.files(); strings.Contains(text, ".new") {
		t.Errorf("files are left: %s", text)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

// What is exported can be the recipients of another job, and that job's export
// has the columns once.
func TestExportIsRecipients(t *testing.T) {
	w := exportWorld(t)
	w.options.Rerun = false
	if _, err := status.Export(t.Context(), w.options.Ref, w.statusEnv(), status.ExportOptions{States: status.States{"failed"}, File: filepath.Join(w.dir, "again.csv")}); err != nil {
		t.Fatal(err)
	}
	w.write("again.yaml", `version: 1
recipients: again.csv
message: {from: office@club.example, subject: "To {{.name}}: {{.mailshot_status}}", text: letter.txt}
server: {host: mail.test, tls: none}
delivery: {retry: {attempts: 1}}
`)
	w.options.Path = filepath.Join(w.dir, "again.yaml")
	w.serve(smtptest.Handler{})
	if r := w.mustRun(); r.Counts.Sent != 1 {
		t.Errorf("report %+v, want 1 sent", r)
	}
	_, text := w.exportOf(status.ExportOptions{States: status.States{"sent"}})
	if n := strings.Count(text, "mailshot_status"); n != 1 || !strings.Contains(text, "\nr2@club.example,Member 2,C0002,sent,250 ") {
		t.Errorf("export of the export: %q", text)
	}
}
