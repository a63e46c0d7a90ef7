package screen

import (
	"fmt"
	"strings"
	"time"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/mailing"
)

// decisionsShown is how many decisions of a run status tells.
const decisionsShown = 5

// lastRun says what the last run decided for the server's sake, and why it ended before its end; "" if
// it did neither. Its lines have so many columns; 0 is no bound.
func lastRun(l *mailing.LastRun, columns int) string {
	if l == nil || len(l.Decisions) == 0 && (l.End == nil || l.End.Stopped == "") {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nthe last run (%s)\n", wording.Clean(l.Run))
	told := func(at time.Time, what, text string) {
		line := fmt.Sprintf("  %s  %-8s  %s", at.Local().Format("15:04:05"), wording.Clean(what), wording.Clean(wording.FirstLine(text)))
		b.WriteString(wording.Wrap(line, 4, columns) + "\n")
	}
	all := l.Decisions
	if more := len(all) - decisionsShown; more > 0 {
		fmt.Fprintf(&b, "  … %s before\n", wording.Plural(more, "decision"))
		all = all[more:]
	}
	for _, d := range all {
		told(d.Time, d.Event, localUntil(d.Text))
	}
	if l.End != nil && l.End.Stopped != "" {
		told(l.End.Time, "stopped", l.End.Stopped)
	}
	return b.String()
}

// localUntil puts the time with which a decision may begin into the form of the screen.
func localUntil(text string) string {
	stamp, rest, ok := strings.Cut(strings.TrimPrefix(text, "until "), "Z: ")
	at, err := time.Parse("2006-01-02T15:04:05", stamp)
	if !ok || err != nil {
		return text
	}
	return fmt.Sprintf("until %s: %s", at.Local().Format("2006-01-02 15:04:05"), rest)
}
