package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mailshot/transport/smtptest"
)

// Beginning anew asks for the number of those who may get a second copy, also
// where --yes is given, and no other answer will do.
func TestFreshQuestion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		lose   bool // the log is lost, and a journal is there
		answer string
		status int
		copies int // of each message afterwards
	}{
		{"the count", false, "4\n", 0, 2},
		{"yes", false, "y\n", 130, 1},
		{"the number of messages", false, "5\n", 130, 1},
		{"nothing", false, "\n", 130, 1},
		{"Ctrl-D", false, "\x04", 130, 1},
		{"without a log", true, "5\n", 0, 2},
		{"without a log, the number of the messages then", true, "4\n", 130, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 4, "", smtptest.Handler{})
			if status, out := j.run("run", "--yes", "job.yaml"); status != 0 {
				t.Fatalf("exit status %d\n%s", status, out)
			}
			j.write("people.csv", people(1, 5))
			log := filepath.Join(j.dir, "job.results.csv")
			prompts := []string{"4 have the letter already, or may have it, and may get a second copy.", "Type 4 to send: "}
			if tt.lose {
				if err := os.Remove(log); err != nil {
					t.Fatal(err)
				}
				j.write("job.results.csv.journal", "half a he")
				prompts = []string{"The log is lost, so nobody knows who has the letter already.", "Type 5, the number of all rows, to send: "}
			}
			k := j.console("run", "--fresh", "--yes", "job.yaml")
			k.until(prompts[1])
			for _, want := range append(prompts, "old log   job.results.until-") {
				if !strings.Contains(k.shown(), want) {
					t.Errorf("the question does not say %q:\n%s", want, k.shown())
				}
			}
			k.enter(tt.answer)
			if got := j.status(wait(t, "the end", k.ended)); got != tt.status {
				t.Errorf("exit status %d, want %d; the terminal shows\n%s", got, tt.status, k.shown())
			}
			j.server.Wait()
			if n, want := len(j.server.Messages()), 4+5*(tt.copies-1); n != want {
				t.Errorf("%d messages, want %d", n, want)
			}
			told := regexp.MustCompile(`old log  (job\.results\.until-\d{8}T\d{6}Z\.csv)\r`).FindStringSubmatch(k.shown())
			if (told != nil) != (tt.status == 0) {
				t.Errorf("the old log is told as %q:\n%s", told, k.shown())
			}
			if told == nil {
				return
			}
			if tt.lose {
				told[1] += ".journal"
			}
			if _, err := os.Stat(filepath.Join(j.dir, told[1])); err != nil {
				t.Error(err)
			}
			if n := j.records(",sent,"); n != 5 {
				t.Errorf("the new log has %d records, want 5", n)
			}
		})
	}
}

// The question says who had the letter before.
func TestAgainQuestion(t *testing.T) {
	t.Parallel()
	j := newLiveJob(t, 3, "", smtptest.Handler{})
	if status, out := j.run("run", "--yes", "--rows", "1-2", "job.yaml"); status != 0 {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	k := j.console("rerun", "--again", "r2@club.example,r3@club.example", "job.yaml")
	k.until("Send? [y/N] ")
	for _, want := range []string{
		"About to send 2 messages:",
		"again r2@club.example was sent the letter on ",
		"; this is a second copy",
	} {
		if !strings.Contains(unwrapped(k.shown()), want) {
			t.Errorf("the question does not say %q:\n%s", want, k.shown())
		}
	}
	if strings.Contains(k.shown(), "r3@club.example was sent") {
		t.Errorf("the question says that r3 was sent the letter:\n%s", k.shown())
	}
	k.enter("y\n")
	if got := j.status(wait(t, "the end", k.ended)); got != 0 {
		t.Errorf("exit status %d; the terminal shows\n%s", got, k.shown())
	}
	j.server.Wait()
	if n := len(j.server.Messages()); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}
