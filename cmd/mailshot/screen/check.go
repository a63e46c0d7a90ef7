package screen

import (
	"fmt"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"strings"
)

func Check(r *job.CheckReport) string {
	var b strings.Builder
	verdict := "all well"
	if r.Letters == 0 {
		verdict = "there is no letter to send"
	}
	fmt.Fprintf(&b, "%s: %s\n", r.Job, verdict)
	fmt.Fprintf(&b, "  %-10s %s, %s\n", "rows", wording.Clean(r.Recipients), wording.Plural(r.Rows, "row"))
	if r.Letters == 0 {
		fmt.Fprintf(&b, "  %-10s none\n", "letters")
	} else {
		fmt.Fprintf(&b, "  %-10s %d, %s … %s\n", "letters", r.Letters, wording.Clean(r.First), wording.Clean(r.Last))
		fmt.Fprintf(&b, "  %-10s %s\n", "subject", wording.Clean(r.Subject))
		if len(r.Froms) > 0 {
			fmt.Fprintf(&b, "  %-10s %s\n", "from", wording.Clean(wording.SomeOf(r.Froms, 5)))
		}
		if r.Copies != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "copies", wording.Clean(r.Copies))
		}
		if words := attachedWords(r.Attached, r.Letters); words != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "attached", words)
		}
		fmt.Fprintf(&b, "  %-10s %s at most (row %d), %s in all\n", "size", wording.Octets(r.Largest), r.LargestRow, wording.Octets(r.Octets))
	}
	if left := leftOut(r.Left); left != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "left out", left)
	}
	if r.Signed != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "signed by", wording.Clean(r.Signed))
	}
	if r.Server != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "server", wording.Clean(r.Server))
	}
	b.WriteString(limits(&r.Limits))
	b.WriteString(columnTable(r.Columns))
	return b.String()
}

// attachedWords says how many letters have how many attachments: "1 to 70 of 80, 2 to 3". It is ""
// where nothing was counted.
func attachedWords(counts []int, letters int) string {
	var parts []string
	for files, n := range counts {
		if files > 0 && n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %d", files, n))
		}
	}
	if len(counts) == 0 {
		return ""
	}
	if len(parts) == 0 {
		return fmt.Sprintf("none to %d of %d", letters, letters)
	}
	parts[0] += fmt.Sprintf(" of %d", letters)
	return strings.Join(parts, ", ")
}

// limits says what holds a mailing up.
func limits(l *job.Limits) string {
	var b strings.Builder
	for _, line := range []struct{ name, value string }{
		{"rate", l.Rate}, {"", l.Hint}, {"quota", l.Quota}, {"ledger", l.Ledger}, {"full", l.Full}, {"window", l.Window}, {"time", l.Takes},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", line.name, wording.Clean(line.value))
		}
	}
	return b.String()
}
