package plan

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// tableOf is the recipients of a job, and the history of a mailing that has not
// begun.
func tableOf(t *testing.T, csv string) (*recipients.Table, *mailing.History) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"people.csv": csv, "job.yaml": "version: 1\nrecipients: {file: people.csv, duplicates: first}\nmessage: {from: office@club.example, subject: x, text: {inline: x}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ref := mailing.Ref{Path: filepath.Join(dir, "job.yaml")}
	j, err := jobfile.Load(ref.Path)
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
	return table, ref.History(ref.Paths(j), nil)
}

const people = "email\nr1@club.example\nr2@club.example\nno address\nR1@club.example\nr5@club.example\nr6@club.example\n"

// Rows and keys narrow; the limit counts those that are sent; bad rows and
// duplicates are left, each with its reason.
func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name    string
		s       Selection
		send    []int
		skipped []int
		left    Left
	}{
		{"all", Selection{}, []int{1, 2, 5, 6}, []int{3, 4}, Left{Skipped: 1, Duplicates: 1}},
		{"rows", Selection{Rows: []Range{{2, 3}, {6, 0}}}, []int{2, 6}, []int{3}, Left{Skipped: 1}},
		{"keys", Selection{Keys: []string{" R5@Club.Example", "r1@club.example"}}, []int{1, 5}, []int{4}, Left{Duplicates: 1}},
		{"rows and keys", Selection{Rows: []Range{{1, 2}}, Keys: []string{"r2@club.example", "r6@club.example"}}, []int{2}, nil, Left{}},
		{"limit", Selection{Limit: 2}, []int{1, 2}, []int{3, 4}, Left{Skipped: 1, Duplicates: 1, Later: 2}},
	} {
		table, h := tableOf(t, people)
		p, err := New(table, h, Params{Selection: tt.s})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var send []int
		for n := 1; n <= table.Total; n++ {
			if p.Send.Has(n) {
				send = append(send, n)
			}
		}
		slices.Sort(p.Skipped)
		if !slices.Equal(send, tt.send) || !slices.Equal(p.Skipped, tt.skipped) || p.Left != tt.left {
			t.Errorf("%s: rows %v are sent, %v skipped, left %+v; want %v, %v, %+v", tt.name, send, p.Skipped, p.Left, tt.send, tt.skipped, tt.left)
		}
	}
}

// Who asks for what is not there has made a slip.
func TestNewRefuses(t *testing.T) {
	table, h := tableOf(t, people)
	_, err := New(table, h, Params{Selection: Selection{Keys: []string{"r1@club.example", " nobody@club.example "}}})
	if key, ok := errors.AsType[*KeyError](err); !ok || *key != (KeyError{"nobody@club.example", "people.csv"}) {
		t.Errorf("a key that no row has: %v", err)
	}
	_, err = New(table, h, Params{Selection: Selection{Rows: []Range{{7, 0}}}})
	if pe, ok := errors.AsType[*problem.Error](err); !ok || pe.Kind != problem.BadData {
		t.Errorf("rows that are not there: %v", err)
	}
}
