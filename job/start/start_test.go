package start

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job"
	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/preset"
	"mailshot/job/problem"
)

func hintOf(err error) string {
	e, _ := errors.AsType[*problem.Error](err)
	if e == nil {
		return ""
	}
	return e.Hint
}

func wantUnclear(t *testing.T, err error, option string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error()+"\n"+hintOf(err), option) {
		t.Errorf("%v, hint %q; want %s", err, hintOf(err), option)
	}
}

// columnsOf returns the columns that were found: address, name, key.
func columnsOf(d *Draft) string {
	r := &d.roles
	name := "-"
	switch {
	case r.name != nil:
		name = r.name.name
	case r.first != nil && r.last != nil:
		name = r.first.name + "+" + r.last.name
	case r.first != nil:
		name = r.first.name
	}
	key := "-"
	if r.key != nil {
		key = r.key.name
	}
	return r.email.name + ", " + name + ", " + key
}

// moreOf returns what else the job file has to say.
func moreOf(d *Draft) string {
	o := d.sheet.input.options
	var all []string
	for _, v := range []any{o.Sheet, o.Header, o.Encoding, o.Delimiter, d.forms.numbers, d.forms.dates, d.roles.duplicates} {
		if s := fmt.Sprint(v); s != "" && s != "0" {
			all = append(all, s)
		}
	}
	for _, own := range d.forms.own {
		all = append(all, own.column+" "+own.form)
	}
	return strings.Join(all, " ")
}

// The answers are asked for, one after another, and a wrong one is asked again.
func TestAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "two.csv")
	write(t, path, "id,name,private email,work email,amount\n71,Zoë,zoe@club.example,zoe@work.example,1.200\n84,Ann,ann@club.example,ann@work.example,2.500\n")
	answers := []string{"3", "2", "1", "office", "Office <office@club.example>", "not a server", "smtp.club.example", ""}
	var asked []string
	d, err := New(t.Context(), Options{Path: path}, func(_ context.Context, q Question) (string, error) {
		asked = append(asked, q.Text)
		a := answers[0]
		answers = answers[1:]
		return a, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) > 0 {
		t.Errorf("not asked: %q; asked %q", answers, asked)
	}
	if got := columnsOf(d) + "; " + moreOf(d) + "; " + d.server.words() + "; " + d.server.username; got != "work email, name, id; 1.234,50; smtp.club.example; office@club.example" {
		t.Error(got)
	}
	if want := `"3": type a number from 1 to 2`; asked[1] != want {
		t.Errorf("asked %q, want %q", asked[1], want)
	}
}

// From nothing four questions are asked at most, and what comes of it can be sent.
func TestNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "news letter")
	answers := []string{"Office <office@club.example>", "amazon-ses", "email-smtp.eu-west-1.amazonaws.com", "AKIA", "Hello"}
	d, err := New(t.Context(), Options{Path: dir, HTML: true}, func(context.Context, Question) (string, error) {
		a := answers[0]
		answers = answers[1:]
		return a, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := d.Write()
	if got := strings.Join(made, " "); err != nil || got != "news-letter.yaml news-letter.txt news-letter.html recipients.csv .gitignore" {
		t.Fatal(got, err)
	}
	r, err := job.Check(t.Context(), job.Options{Ref: mailing.Ref{Path: d.JobPath(), Sandbox: true}}, job.Env{})
	if err != nil {
		t.Fatal(err, hintOf(err))
	}
	if r.Letters != 1 || r.Subject != "Hello" || !strings.HasPrefix(r.Letter.Text, "Dear Ada Example,") {
		t.Errorf("%+v, letter %q", r, r.Letter.Text)
	}
	for _, name := range made {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

// Every preset makes a job that can be read.
func TestPresets(t *testing.T) {
	t.Parallel()
	for _, name := range preset.Names() {
		dir := t.TempDir()
		d, err := New(t.Context(), Options{Path: dir, From: "office@club.example", Preset: name, Host: "smtp.club.example", Username: "office"}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := d.Write(); err != nil {
			t.Fatal(err)
		}
		if _, err := jobfile.Load(d.JobPath()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Where one of the files is there, it is named, and nothing is made or changed.
func TestNothingWrittenOver(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"members.yaml", "members.txt", "members.html", ".gitignore"} {
		for _, link := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, "members.csv")
			write(t, path, "email\nzoe@club.example\n")
			there := filepath.Join(dir, name)
			if link {
				if err := os.Symlink(filepath.Join(dir, "elsewhere"), there); err != nil {
					t.Fatal(err)
				}
			} else {
				write(t, there, "mine\n")
			}
			d, err := New(t.Context(), Options{Path: path, From: "office@gmail.com", HTML: true}, nil)
			if err != nil {
				t.Fatal(err)
			}
			made, err := d.Write()
			if err == nil || !strings.Contains(err.Error(), there+": there already") || made != nil {
				t.Errorf("%s: made %v, %v", name, made, err)
			}
			if all, _ := os.ReadDir(dir); len(all) != 2 {
				t.Errorf("%s: %v", name, all)
			}
		}
	}
}

// A .gitignore that has the lines already is left as it is.
func TestIgnoredAlready(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "members.csv")
	write(t, path, "email\nzoe@club.example\n")
	write(t, filepath.Join(dir, ".gitignore"), "*.o\n"+ignoreText)
	d, err := New(t.Context(), Options{Path: path, From: "office@gmail.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if made, err := d.Write(); err != nil || strings.Join(made, " ") != "members.yaml members.txt" {
		t.Error(made, err)
	}
}

// A first row without an address is no header where the column is named as one of addresses.
func TestFirstRowBad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "members.csv")
	write(t, path, "Id,E-Mail,Name\n71,unknown,Ann\n84,zoe@club.example,Zoë\n92,john@club.example,John\n")
	d, err := New(t.Context(), Options{Path: path, From: "office@gmail.com"}, nil)
	if err != nil {
		t.Fatal(err, hintOf(err))
	}
	if got := columnsOf(d) + "; " + moreOf(d); got != "E-Mail, Name, Id; " {
		t.Error(got)
	}
	if got := fmt.Sprint(d.Saw); !strings.Contains(got, "E-Mail; 2 of 3 rows have an address there") {
		t.Error(got)
	}
}

// All that an option could say is told together.
func TestLacks(t *testing.T) {
	t.Parallel()
	_, err := New(t.Context(), Options{Path: filepath.Join("testdata", "thousands-unclear.csv")}, nil)
	for _, option := range []string{"--numbers", "--from"} {
		wantUnclear(t, err, option)
	}
	_, err = New(t.Context(), Options{Path: t.TempDir(), From: "office@club.example"}, nil)
	wantUnclear(t, err, "--host smtp.club.example")
}

// What can't be is refused with the name of its option.
func TestRefused(t *testing.T) {
	t.Parallel()
	plain := filepath.Join("testdata", "plain.csv")
	for want, o := range map[string]Options{
		"--from":       {Path: plain, From: "office"},
		"--preset":     {Path: plain, From: "a@gmail.com", Preset: "gmial"},
		"--host":       {Path: plain, From: "a@gmail.com", Host: "a b"},
		"--email":      {Path: plain, From: "a@gmail.com", Email: "mial"},
		"--name":       {Path: plain, From: "a@gmail.com", Name: "nmae"},
		"--key":        {Path: plain, From: "a@gmail.com", Key: "di"},
		"--duplicates": {Path: plain, From: "a@gmail.com", Duplicates: "last"},
		"--numbers":    {Path: plain, From: "a@gmail.com", Numbers: "1"},
		"--dates":      {Path: plain, From: "a@gmail.com", Dates: "d"},
		"encoding":     {Path: plain, From: "a@gmail.com", Encoding: "utf-9"},
		"delimiter":    {Path: plain, From: "a@gmail.com", Delimiter: "x"},
		"header":       {Path: plain, From: "a@gmail.com", Header: 9},
		"none.csv":     {Path: "none.csv", From: "a@gmail.com"},
	} {
		_, err := New(t.Context(), o, nil)
		wantUnclear(t, err, want)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
