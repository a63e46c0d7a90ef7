package main

import (
	"fmt"
	"strings"
	"time"

	"mailshot/job"
)

// summary is what a run prints at its end.
func summary(r *job.Report) string {
	var b strings.Builder
	if r.Total == 0 {
		fmt.Fprintf(&b, "%s: nothing to do", r.Job)
		left := enumerate(number{r.Left.Filtered, "filtered"}, number{r.Left.Suppressed, "suppressed"}, number{r.Left.Later, "for later"})
		if left != "" {
			b.WriteString("; " + left)
		}
		b.WriteString("\n")
		for _, e := range r.Earlier {
			fmt.Fprintf(&b, "  run %s sent %d, until %s\n", e.ID, e.Sent, e.Last.Local().Format("2 January 2006 15:04"))
		}
	} else {
		fmt.Fprintf(&b, "%s: %s in %s\n", r.Job, counted(r), took(r.Took))
	}
	if r.Test != "" {
		fmt.Fprintf(&b, "  test     to %s\n", clean(r.Test))
	}
	if r.Sandbox != "" {
		fmt.Fprintf(&b, "  messages %s\n", clean(r.Sandbox))
	}
	if r.Results != "" {
		fmt.Fprintf(&b, "  results  %s\n", clean(r.Results))
	}
	if r.Transcripts != "" {
		fmt.Fprintf(&b, "  protocol %s\n", clean(r.Transcripts))
	}
	return b.String()
}

// counted says what became of the rows: "1213 sent, 37 failed".
func counted(r *job.Report) string {
	all := fmt.Sprintf("%d sent", r.Counts.Sent)
	rest := enumerate(
		number{r.Counts.Failed(), "failed"}, number{r.Counts.Unknown, "unknown"}, number{len(r.Lost), "without a record"},
		number{r.Untried(), "not tried"}, number{r.Left.Skipped, "skipped"},
		number{r.Left.Filtered, "filtered"}, number{r.Left.Suppressed, "suppressed"}, number{r.Left.Later, "for later"},
	)
	if rest != "" {
		all += ", " + rest
	}
	return all
}

func took(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// next is the command that goes on from here, as a sentence. A rerun needs a
// log with a record.
func next(r *job.Report, o job.Options) string {
	begun := r.Begun
	switch {
	case o.To != "":
		return ""
	case begun && r.Counts.Failed()+r.Untried()+len(r.Lost) == 0 && r.Left.Skipped > 0:
		return ". Next: correct them, then " + o.Command("rerun")
	case begun && r.Counts.Failed()+r.Untried()+len(r.Lost) == 0:
		return ": they may have arrived; the provider can look for their Message-IDs. If they have not: " + o.Command("rerun", "--include", "unknown")
	case begun:
		return ". Next: " + o.Command("rerun")
	}
	return ". Next: " + o.Command("run")
}
