package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/transport/smtptest"
)

// On a terminal one thing is asked after the other, and what comes of it can be sent at once.
func TestInitAsks(t *testing.T) {
	t.Parallel()
	j := newLiveJob(t, 1, "", smtptest.Handler{})
	j.write("list.csv", "id;name;email;due\n71;Zoë;zoe@club.example;03/04/2026\n84;Ann;ann@club.example;05/06/2026\n")
	k := j.console("init")
	for _, step := range []struct{ prompt, answer string }{
		{"Which file has the recipients", "list.csv\n"},
		{"2  mm/dd/yyyy  (03/04/2026 is 4 March 2026)", "3\n"},
		{`"3": type a number from 1 to 2`, "1\n"},
		{"Who are the letters from?", "Office <office@club.example>\n"},
		{"Which server sends the mail of club.example?", "gmail\n"},
		{"What is the subject?", "\n"},
	} {
		k.until(step.prompt)
		k.enter(step.answer)
	}
	if got := j.status(wait(t, "the end", k.ended)); got != 0 {
		t.Fatalf("exit status %d; the terminal shows\n%s", got, k.shown())
	}
	if !strings.Contains(k.shown(), "2 letters, the first to zoe@club.example: Dear Zoë,") {
		t.Errorf("the terminal shows\n%s", k.shown())
	}
	text, err := os.ReadFile(filepath.Join(j.dir, "list.yaml"))
	for _, want := range []string{"dates: dd/mm/yyyy", "preset: gmail", "username: office@club.example", "subject: 'A letter to {{.name}}'", "key: id"} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v; the job has no %s:\n%s", err, want, text)
		}
	}
	j.wantOnce(0)
}

// Who leaves in the middle has made nothing.
func TestInitLeft(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]int{"\x03": 130, "\x04": 130} {
		j := newLiveJob(t, 1, "", smtptest.Handler{})
		k := j.console("init", "people.csv")
		k.until("Who are the letters from?")
		k.enter(keys)
		if got := j.status(wait(t, "the end", k.ended)); got != want {
			t.Errorf("%q: exit status %d; the terminal shows\n%s", keys, got, k.shown())
		}
		if _, err := os.Stat(filepath.Join(j.dir, "people.yaml")); err == nil {
			t.Errorf("%q: there is a job", keys)
		}
	}
}
