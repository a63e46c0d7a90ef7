package main

import (
	"os"
	"strings"
	"testing"

	"mailshot/transport/smtptest"
)

// The number of those who have the letter is typed, once, unless it is meant that it
// goes again; and then it is a line of the question.
func TestSameLetterQuestion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		rows   int // of the file then; three have the letter
		args   string
		prompt string
		answer string
		status int
		sent   int
	}{
		{"the number", 5, "run renamed.yaml", "Type 3 to send: ", "3\n", 0, 5},
		{"yes", 5, "run renamed.yaml", "Type 3 to send: ", "y\n", 130, 0},
		{"the number of messages", 5, "run renamed.yaml", "Type 3 to send: ", "5\n", 130, 0},
		{"many messages", 120, "run renamed.yaml", "Type 3 to send: ", "3\n", 0, 120},
		{"yes beforehand", 5, "run --yes renamed.yaml", "Type 3 to send: ", "\n", 130, 0},
		{"some of them", 5, "run --rows 3-5 renamed.yaml", "Type 1 to send: ", "1\n", 0, 3},
		{"another spelling", 5, "run --mailing 2026-W48 renamed.yaml", "Type 3 to send: ", "\n", 130, 0},
		{"another mailing", 5, "run --mailing 2026-w49 renamed.yaml", "Send? [y/N] ", "y\n", 0, 5},
		{"another mailing of many", 120, "run --mailing 2026-w49 renamed.yaml", "Type 120 to send: ", "120\n", 0, 120},
		{"it was said so", 5, "run --same-letter renamed.yaml", "Send? [y/N] ", "y\n", 0, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 3, "", smtptest.Handler{})
			if status, out := j.run("run", "--yes", "--mailing", "2026-w48", "job.yaml"); status != 0 {
				t.Fatalf("exit status %d\n%s", status, out)
			}
			job, err := os.ReadFile(j.path("job.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			j.write("renamed.yaml", string(job))
			j.write("people.csv", people(1, tt.rows))
			k := j.console(strings.Fields(tt.args)...)
			k.until(tt.prompt)
			if line := " this letter already, or may have it, by job.2026-w48.results.csv"; !strings.Contains(unwrapped(k.shown()), line) {
				t.Errorf("the question does not say %q:\n%s", line, k.shown())
			}
			if n := strings.Count(strings.TrimSpace(k.shown()), "\n") + 1; n > 15 {
				t.Errorf("the question has %d lines:\n%s", n, k.shown())
			}
			k.enter(tt.answer)
			if got := j.status(wait(t, "the end", k.ended)); got != tt.status {
				t.Errorf("exit status %d, want %d; the terminal shows\n%s", got, tt.status, k.shown())
			}
			j.server.Wait()
			if n := len(j.server.Messages()) - 3; n != tt.sent {
				t.Errorf("%d messages, want %d", n, tt.sent)
			}
			if n := strings.Count(k.shown(), " to send: ") + strings.Count(k.shown(), "[y/N]"); n != 1 {
				t.Errorf("asked %d times:\n%s", n, k.shown())
			}
		})
	}
}

// unwrapped takes out what lines may be broken with.
func unwrapped(s string) string { return strings.Join(strings.Fields(s), " ") }
