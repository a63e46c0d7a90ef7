package screen

import (
	"strings"
	"testing"
	"time"

	"mailshot/job"
	"mailshot/job/plan"
	"mailshot/job/preview"
)

// A question stays on a screen, whatever there is to tell, and what may do harm is never left out.
func TestQuestionFits(t *testing.T) {
	t.Parallel()
	full := job.Question{
		Messages: 500, From: "a", Subject: "b", Server: "c", First: "d", Last: "e", With: "f", Rate: "g", Quota: "h", Window: "i", Full: "j", Begin: "k", Takes: "l",
		Left: plan.Left{Sent: 1}, Earlier: 3, Results: "m", Same: plan.SameLetter{People: 2}, Copies: 2, Archive: "n", Warnings: 3, Look: "o",
		Attached: []job.AttachedFile{{File: preview.File{Name: "1.pdf", Size: 8}}, {File: preview.File{Name: "terms.pdf", Size: 5}, ToAll: true}},
	}
	again := job.Question{
		Messages: 9, From: "a", Subject: "b", Server: "c", First: "d", Last: "e", With: "f", Rate: "g", Quota: "h", Window: "i", Takes: "l",
		Again: make([]plan.SecondCopy, 9), Results: "m", Warnings: 3, Look: "o",
	}
	for _, q := range []job.Question{full, again} {
		text := Question(q, 0)
		if n := strings.Count(text, "\n") + 1; n > maxQuestion {
			t.Errorf("the question has %d lines:\n%s", n, text)
		}
		for _, want := range []string{"\n  subject   b\n", "\n  to        d … e\n", "\n  copies    f\n", "\n  time      l\n", "\n  warnings  3, told above\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("the question does not have %q:\n%s", want, text)
			}
		}
	}
	before := full
	before.Before, before.Earlier = time.Date(2026, 11, 30, 14, 5, 0, 0, time.Local), 0
	text := Question(before, 0)
	for _, left := range []string{"  from ", "  subject ", "  results "} {
		if strings.Contains(text, left) {
			t.Errorf("what did not change since the run before is told:\n%s", text)
		}
	}
	if want := "messages:\n  letter    as in the run of 30 November 2026 at 14:05\n  to        d … e\n"; !strings.Contains(text, want) {
		t.Errorf("the question does not have %q:\n%s", want, text)
	}
	if want := "\n  attached  1 to each: 1.pdf … (8 octets), terms.pdf to all (5 octets)\n"; !strings.Contains(Question(full, 0), want) {
		t.Errorf("the question does not have %q:\n%s", want, Question(full, 0))
	}
	small := Question(job.Question{Messages: 1, From: "a", Subject: "b", First: "d", Look: "mailshot preview job.yaml"}, 0)
	if want := "About to send 1 message:\n  from      a\n  subject   b\n  to        d\n  look      mailshot preview job.yaml\nSend? [y/N] "; small != want {
		t.Errorf("the question is\n%s; want\n%s", small, want)
	}
}
