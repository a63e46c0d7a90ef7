package screen

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/plan"
)

// typedAbove is the number of messages from which a plain yes is not enough.
const typedAbove = 100

// maxQuestion is how many lines a question has at most, and maxAgain how many of these tell of rows that
// are sent by their keys.
const (
	maxQuestion = 15
	maxAgain    = 4
)

// A told is a line of the question.
type told struct{ name, value string }

// Question returns the question before sending, on a screen of so many columns; 0 is no bound.
func Question(q job.Question, columns int) string {
	return wording.WrapAll(questionText(q), 12, columns, func(line string) bool { return !strings.HasPrefix(line, "  ") })
}

func questionText(q job.Question) string {
	end := prompt(&q)
	lines := fit(questionLines(&q), maxQuestion-2-strings.Count(end, "\n"))
	var b strings.Builder
	fmt.Fprintf(&b, "About to send %s%s:\n", wording.Plural(q.Messages, "message"), inMailing(q.Mailing))
	for _, l := range lines {
		fmt.Fprintf(&b, "  %-9s %s\n", l.name, wording.Clean(l.value))
	}
	return b.String() + end
}

// fit leaves out what is told elsewhere too, as far as there are too many lines.
func fit(lines []told, most int) []told {
	for _, name := range []string{"rate", "window", "results", "look", "quota", "server", "left out"} {
		if len(lines) <= most {
			break
		}
		lines = slices.DeleteFunc(lines, func(l told) bool { return l.name == name })
	}
	return lines
}

// questionLines returns what there is to know of the messages.
func questionLines(q *job.Question) (lines []told) {
	line := func(name, value string) {
		if value != "" {
			lines = append(lines, told{name, value})
		}
	}
	if before := q.Before; before.IsZero() {
		line("from", q.From)
		line("subject", q.Subject)
	} else { // what did not change is known
		line("letter", "as in the run of "+before.Local().Format("2 January 2006 at 15:04"))
	}
	switch {
	case q.To != "":
		line("to", q.To+" (a test)")
	case q.Messages == 1:
		line("to", q.First)
	default:
		line("to", q.First+" … "+q.Last)
	}
	line("copies", q.With)
	line("attached", attachedFiles(q.Attached, q.AttachedDiffer))
	line("server", q.Server)
	line("settings", q.Settings)
	line("rate", q.Rate)
	line("quota", q.Quota)
	line("full", q.Full)
	line("window", q.Window)
	line("begins", q.Begin)
	line("time", q.Takes)
	for i, c := range q.Again {
		if i == maxAgain {
			line("again", fmt.Sprintf("… and %d more", len(q.Again)-i))
			break
		}
		line("again", before(c)+"; this is a second copy")
	}
	if q.Before.IsZero() {
		line("results", q.Results)
	}
	line("old log", q.Archive)
	line("left out", leftOut(q.Left))
	if q.Earlier > 0 {
		line("letter", fmt.Sprintf("it changed: %d got the earlier letter", q.Earlier))
	}
	if q.Same.People > 0 {
		line("letter", q.Same.Words())
	}
	if q.Warnings > 0 {
		line("warnings", fmt.Sprintf("%d, told above", q.Warnings))
	}
	line("look", q.Look)
	return lines
}

// prompt returns how the question ends.
func prompt(q *job.Question) string {
	switch n, typed := TypedCount(*q); {
	case q.NoLog:
		return fmt.Sprintf("The log is lost, so nobody knows who has the letter already.\nType %d, the number of all rows, to send: ", n)
	case q.Copies > 0:
		return fmt.Sprintf("%s, and may get a second copy.\nType %d to send: ", have(n), n)
	case typed:
		return fmt.Sprintf("Type %d to send: ", n)
	}
	return "Send? [y/N] "
}

// TypedCount returns the number that has to be typed where a yes is not enough: of
// those who may get a second copy, or of the messages.
func TypedCount(q job.Question) (n int, typed bool) {
	if q.Copies > 0 {
		return q.Copies, true
	}
	return q.Messages, q.Messages > typedAbove
}

func have(n int) string {
	if n == 1 {
		return "1 has the letter already, or may have it"
	}
	return fmt.Sprintf("%d have the letter already, or may have it", n)
}

func inMailing(name string) string {
	if name == "" {
		return ""
	}
	return " of the mailing " + name
}

func leftOut(l plan.Left) string {
	return wording.Enumerate(
		wording.Number{N: l.Sent, Word: "sent before"}, wording.Number{N: l.Unknown, Word: "unknown"}, wording.Number{N: l.Skipped, Word: "bad rows"},
		wording.Number{N: l.Filtered, Word: "filtered"}, wording.Number{N: l.Suppressed, Word: "suppressed"}, wording.Number{N: l.Duplicates, Word: wording.Pick(l.Duplicates, "duplicate", "duplicates")},
		wording.Number{N: l.NoFile, Word: "without a file"}, wording.Number{N: l.Later, Word: "for later"},
	)
}
