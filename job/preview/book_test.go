package preview_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailshot/job/mailing"
	"mailshot/job/preview"
)

// openBook opens the book of a job with n rows, of which each 100th is bad, each 50th other one is left
// out, row 7 has a link without https://, and row 9 an address that needs SMTPUTF8.
func openBook(t *testing.T, n int) *preview.Book {
	t.Helper()
	dir := t.TempDir()
	rows := "email,name,day,link\n"
	for i := 1; i <= n; i++ {
		day, link := "2026-03-31", "https://club.example"
		if i%100 == 0 {
			day = "soon"
		}
		if i == 7 {
			link = "www.club.example"
		}
		local := "m"
		if i == 9 {
			local = "ü"
		}
		rows += fmt.Sprintf("%s%d@club.example,Zoë %d,%s,%s\n", local, i, i, day, link)
	}
	out := ""
	for i := 50; i <= n; i += 100 {
		out += fmt.Sprintf("m%d@club.example\n", i)
	}
	for name, text := range map[string]string{
		"people.csv": rows, "out.txt": out,
		"job.yaml": "version: 1\nrecipients: {file: people.csv, suppress: out.txt}\nmessage:\n  from: office@club.example\n  subject: Hi {{.name}}\n" +
			"  text: {inline: '{{date \"2.1.2006\" .day}}{{if eq .name \"Bob\"}}!{{end}}'}\n  html: {inline: '<a href=\"{{.link}}\">x</a>'}\nserver: {host: smtp.club.example}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b, err := preview.OpenBook(t.Context(), preview.Options{Ref: mailing.Ref{Path: filepath.Join(dir, "job.yaml")}}, preview.Env{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// subjectOf returns the subject of a row's letter, or why it has none.
func subjectOf(t *testing.T, b *preview.Book, row int) string {
	t.Helper()
	leaf, err := b.Leaf(row)
	if err != nil {
		t.Fatal(err)
	}
	if leaf == nil {
		return "no row"
	}
	subject := leaf.Why
	err = b.Compose(context.Background(), leaf, func(l *preview.Letter, doubts []string) error {
		m, err := l.Read()
		if err == nil {
			subject = strings.Join(append([]string{m.Get("Subject")}, doubts...), "; ")
		}
		return err
	})
	if err != nil {
		return err.Error()
	}
	return subject
}

// Letters are looked at in any order, while the check goes on and after it.
func TestBook(t *testing.T) {
	t.Parallel()
	b := openBook(t, 300)
	if got := subjectOf(t, b, 299); got != "Hi Zoë 299" {
		t.Errorf("before the check row 299 is %q", got)
	}
	checked := make(chan error, 1)
	go func() { checked <- b.Check(context.Background()) }()
	for range 3 {
		for _, row := range []int{1, 65, 128, 299} {
			if got, want := subjectOf(t, b, row), fmt.Sprintf("Hi Zoë %d", row); got != want {
				t.Errorf("while the check goes on row %d is %q; want %q", row, got, want)
			}
		}
		if _, err := b.Select(t.Context(), preview.Query{Words: "zoë", Only: preview.Bad}); err != nil {
			t.Error(err)
		}
	}
	if err := <-checked; err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		row  int
		want string // in it
	}{{0, "no row"}, {301, "no row"}, {300, "\"soon\""}, {250, "suppress"}, {7, "www.club.example"}, {64, "Hi Zoë 64"}} {
		if got := subjectOf(t, b, tt.row); !strings.Contains(got, tt.want) {
			t.Errorf("row %d is %q; want %q in it", tt.row, got, tt.want)
		}
	}
	if r := b.Report(); r.Rows != 300 || r.Letters != 294 || r.Bad != 3 || r.LeftOut != 3 {
		t.Errorf("the book has %+v", r)
	}
	f := &b.Findings
	if len(f.Untaken) != 1 || len(f.Because) != preview.BookOutliers || !slices.ContainsFunc(f.Warnings, func(w string) bool { return strings.Contains(w, "www.club.example") }) {
		t.Errorf("found are %q, %v, %q", f.Untaken, f.Because, f.Warnings)
	}
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "SMTPUTF8") {
		t.Errorf("noted is %q", f.Notes)
	}
}

func TestBookSelect(t *testing.T) {
	t.Parallel()
	b := openBook(t, 300)
	if err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		query preview.Query
		len   int
		first []int // after one
	}{
		{preview.Query{}, 300, []int{2, 3}},
		{preview.Query{Words: "ZOË 29"}, 13, []int{129, 229}}, // 290 to 299, too
		{preview.Query{Words: "m300@"}, 1, nil},
		{preview.Query{Words: "nobody"}, 0, nil},
		{preview.Query{Only: preview.Bad}, 3, []int{200, 300}},
		{preview.Query{Only: preview.Out}, 3, []int{150, 250}},
		{preview.Query{Only: preview.Doubted}, 1, nil},
		{preview.Query{Words: "m200", Only: preview.Bad}, 1, nil},
		{preview.Query{Only: "others"}, 0, nil},
	} {
		s, err := b.Select(t.Context(), tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Slice(1, 2); s.Len() != tt.len || !slices.Equal(got, tt.first) {
			t.Errorf("%+v: %d rows, %v; want %d, %v", tt.query, s.Len(), got, tt.len, tt.first)
		}
	}
	for _, tt := range []struct {
		query                        preview.Query
		row, place, before, afterRow int
	}{
		{preview.Query{}, 1, 0, 0, 2}, {preview.Query{}, 300, 299, 299, 0},
		{preview.Query{Only: preview.Bad}, 200, 1, 100, 300}, {preview.Query{Only: preview.Bad}, 250, 2, 200, 300},
	} {
		s, err := b.Select(t.Context(), tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if place, before, after := s.Around(tt.row); place != tt.place || before != tt.before || after != tt.afterRow {
			t.Errorf("%+v: row %d is at %d, between %d and %d", tt.query, tt.row, place, before, after)
		}
	}
}
