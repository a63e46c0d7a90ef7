package screen

import (
	"fmt"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/plan"
	"strings"
)

// typedAbove is the number of messages from which a plain yes is not enough.
const typedAbove = 100

func Question(q job.Question) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", name, wording.Clean(value))
		}
	}
	fmt.Fprintf(&b, "About to send %s%s:\n", wording.Plural(q.Messages, "message"), inMailing(q.Mailing))
	line("from", q.From)
	line("subject", q.Subject)
	switch {
	case q.To != "":
		line("to", q.To+" (a test)")
	case q.Messages == 1:
		line("to", q.First)
	default:
		line("to", q.First+" … "+q.Last)
	}
	line("copies", q.With)
	line("server", q.Server)
	line("rate", q.Rate)
	line("quota", q.Quota)
	line("full", q.Full)
	line("window", q.Window)
	line("begins", q.Begin)
	line("time", q.Takes)
	for i, c := range q.Again {
		if i == listed {
			line("again", fmt.Sprintf("… and %d more", len(q.Again)-i))
			break
		}
		line("again", before(c)+"; this is a second copy")
	}
	line("results", q.Results)
	line("old log", q.Archive)
	line("left out", leftOut(q.Left))
	if q.Earlier > 0 {
		line("letter", fmt.Sprintf("it changed: %d got the earlier letter", q.Earlier))
	}
	if q.Same.People > 0 {
		line("letter", q.Same.Words())
	}
	switch n, typed := TypedCount(q); {
	case q.NoLog:
		fmt.Fprintf(&b, "The log is lost, so nobody knows who has the letter already.\nType %d, the number of all rows, to send: ", n)
	case q.Copies > 0:
		fmt.Fprintf(&b, "%s, and may get a second copy.\nType %d to send: ", have(n), n)
	case typed:
		fmt.Fprintf(&b, "Type %d to send: ", n)
	default:
		b.WriteString("Send? [y/N] ")
	}
	return b.String()
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
