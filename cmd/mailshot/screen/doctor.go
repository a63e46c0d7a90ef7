package screen

import (
	"fmt"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/doctor"
)

// Doctor returns the report for people: a line for each step, and what is to be
// known or done about it below.
func Doctor(r *doctor.Report) string {
	var b strings.Builder
	as := ""
	if r.Username != "" {
		as = ", as " + r.Username
	}
	fmt.Fprintf(&b, "%s: %s (%s)%s\n", r.Job, wording.Clean(r.Addr), r.TLS, wording.Clean(as))
	for _, s := range r.Steps {
		for i, line := range s.Detail {
			if i == 0 {
				fmt.Fprintf(&b, "  %-4s  %-8s  %7s  %s\n", mark(s.State), s.Name, wording.ShortTime(s.Took), wording.Clean(line))
			} else {
				fmt.Fprintf(&b, "%27s%s\n", "", wording.Clean(line))
			}
		}
		if s.Advice != "" {
			fmt.Fprintf(&b, "%27s=> %s\n", "", wording.Clean(s.Advice))
		}
	}
	if r.Ledger != "" {
		fmt.Fprintf(&b, "  %-4s  %-8s  %7s  %s\n", "-", "ledger", "", wording.Clean(r.Ledger))
	}
	switch {
	case r.Err != nil:
	case r.Untried:
		b.WriteString("all well so far; the password was not tried\n")
	default:
		b.WriteString("all well: a run can begin\n")
	}
	return b.String()
}

// mark returns the state of a step in the margin.
func mark(s doctor.StepState) string {
	switch s {
	case doctor.StepPassed:
		return "pass"
	case doctor.StepDoubtful:
		return "note"
	case doctor.StepFailed:
		return "FAIL"
	}
	return "-"
}

// Consequence returns what failures mean for a run.
func Consequence(r *doctor.Report) string {
	for _, s := range FailedSteps(r) {
		if s != "dkim" {
			return "nothing can be sent like this"
		}
	}
	return "letters would be sent without a signature that holds, or not at all"
}

// FailedSteps names the steps that failed.
func FailedSteps(r *doctor.Report) []string {
	var names []string
	for _, s := range r.Steps {
		if s.State == doctor.StepFailed {
			names = append(names, s.Name)
		}
	}
	return names
}
