package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/recipients"
)

// begun is the date of the letters.
var begun = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// newJob makes a job of n rows, r1@club.example and so on, and returns its directory.
// Its messages have more beside a subject and a text. There is a file for each
// row: bills/C0001.pdf and so on.
func newJob(t *testing.T, n int, more string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bills"), 0o700); err != nil {
		t.Fatal(err)
	}
	var csv strings.Builder
	csv.WriteString("email,name,code\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&csv, "r%d@club.example,Member %d,C%04d\n", i, i, i)
		write(t, dir, fmt.Sprintf("bills/C%04d.pdf", i), fmt.Sprintf("%%PDF %d", i))
	}
	write(t, dir, "people.csv", csv.String())
	write(t, dir, "letter.txt", "Dear {{.name}},\n\nyour number is {{.code}}.\n")
	write(t, dir, "job.yaml", `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt`+more+`}
`)
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newCheck is a check of all rows of a job.
func newCheck(t *testing.T, dir string) *Check {
	t.Helper()
	j, err := jobfile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sp, err := recipients.NewSpool("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sp.Close() })
	in, err := recipients.Open(j, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	table, err := recipients.NewTable(t.Context(), in, j, &recipients.Filter{}, sp, recipients.NewRejected(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(table.Free)
	if err := table.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := letter.New(letter.Config{
		Job: j, Columns: table.Columns, Files: &attachment.Files{Job: j}, Now: begun, Random: zeros{},
		Suppressed: func(address.Address) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	ref := mailing.Ref{Path: j.Path}
	p, err := plan.New(table, ref.History(ref.Paths(j), nil), plan.Params{})
	if err != nil {
		t.Fatal(err)
	}
	return &Check{
		Table: table, Spool: sp, Plan: p, Letters: l, MessageID: l.MessageID, Date: begun,
		Warn: func(text string) { t.Errorf("warning: %s", text) },
		Note: func(text string) { t.Errorf("note: %s", text) },
	}
}

// zeros are random numbers that are none.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Rows whose letters can't be made, or have a file of another row, are not sent;
// what is known of the letters is of the others.
func TestRun(t *testing.T) {
	dir := newJob(t, 300, `, attachments: [{file: "bills/{{if eq .code `+"`C0200`"+`}}C0100{{else}}{{.code}}{{end}}.pdf"}]`)
	for _, name := range []string{"C0001.pdf", "C0300.pdf"} {
		if err := os.Remove(filepath.Join(dir, "bills", name)); err != nil {
			t.Fatal(err)
		}
	}
	c := newCheck(t, dir)
	var warnings []string
	c.Warn = func(text string) { warnings = append(warnings, text) }
	s, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.First != "r2@club.example" || s.Last != "r299@club.example" || s.Subject != "To Member 2" {
		t.Errorf("the summary is %+v", s)
	}
	var out []int
	for n := 1; n <= 300; n++ {
		if _, bad := c.Table.Rejected.Of(n); bad != !c.Plan.Send.Has(n) {
			t.Errorf("row %d: rejected %t, to be sent %t", n, bad, c.Plan.Send.Has(n))
		}
		if !c.Plan.Send.Has(n) {
			out = append(out, n)
		}
	}
	if want := []int{1, 100, 200, 300}; !slices.Equal(out, want) {
		t.Errorf("rows %v are not sent, want %v", out, want)
	}
	for n, want := range map[int]string{1: "C0001.pdf", 100: "bills/C0100.pdf is also the file of row 200", 200: "bills/C0100.pdf is also the file of row 100"} {
		if why, _ := c.Table.Rejected.Of(n); !strings.Contains(why.Text, want) {
			t.Errorf("row %d: %q; want %q", n, why.Text, want)
		}
	}
	if want := []string{"bills/C0200.pdf is the file of no row"}; !slices.Equal(warnings, want) {
		t.Errorf("warnings %q, want %q", warnings, want)
	}
}

// An interrupt ends the check.
func TestRunInterrupted(t *testing.T) {
	c := newCheck(t, newJob(t, 3*chunkSize, ""))
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := c.Run(ctx); !errors.Is(err, stop) {
		t.Errorf("Run: %v, want %v", err, stop)
	}
}
