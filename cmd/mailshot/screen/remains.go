package screen

import (
	"fmt"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/plan"
)

// Nobody reports whether there are no recipients, which may be meant and may be a
// slip in the condition.
func Nobody(l plan.Left) string {
	switch n := l.Filtered + l.Suppressed; {
	case l.Suppressed == 0:
		return fmt.Sprintf("nobody is left to send to: recipients.where takes none of %s", wording.Plural(n, "row"))
	case l.Filtered == 0:
		return fmt.Sprintf("nobody is left to send to: recipients.suppress leaves out all of %s", wording.Plural(n, "row"))
	default:
		return fmt.Sprintf("nobody is left to send to: of %s recipients.where leaves out %d, recipients.suppress the others", wording.Plural(n, "row"), l.Filtered)
	}
}

// Remains says how many of the rows are not sent: "37 of 1250 failed (31
// temporary)".
func Remains(r *job.Report) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, text))
		}
	}
	failed := "failed"
	if t := r.Counts.Temporary; t > 0 {
		failed = fmt.Sprintf("failed (%d temporary)", t)
	}
	add(r.Counts.Failed(), failed)
	add(r.Counts.Unknown+r.Left.Unknown, "unknown")
	add(len(r.Lost), "in the journal alone")
	add(r.Untried(), "left for a later run")
	add(r.Left.Skipped, "skipped as bad")
	if len(parts) == 0 {
		return ""
	}
	first, rest, _ := strings.Cut(parts[0], " ")
	parts[0] = fmt.Sprintf("%s of %d %s", first, r.Total+r.Left.Unknown+r.Left.Skipped, rest)
	return strings.Join(parts, ", ")
}
