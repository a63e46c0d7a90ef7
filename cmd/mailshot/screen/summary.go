package screen

import (
	"fmt"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/plan"
	"mailshot/job/result"
)

// Summary returns what a run prints at its end on a screen of so many columns; 0 is no bound.
func Summary(r *job.Report, o job.Options, columns int) string {
	var b strings.Builder
	if r.Total == 0 {
		fmt.Fprintf(&b, "%s: nothing to do", r.Job)
		left := wording.Enumerate(wording.Number{N: r.Left.Filtered, Word: "filtered"}, wording.Number{N: r.Left.Suppressed, Word: "suppressed"},
			wording.Number{N: r.Left.Duplicates, Word: wording.Pick(r.Left.Duplicates, "duplicate", "duplicates")}, wording.Number{N: r.Left.NoFile, Word: "without a file"}, wording.Number{N: r.Left.Later, Word: "left for a later run"})
		if left != "" {
			b.WriteString("; " + left)
		}
		b.WriteString("\n")
		for _, c := range r.Before {
			fmt.Fprintf(&b, "  key %s: %s, by run %s\n", wording.Clean(c.Key), wording.Clean(before(c)), wording.Clean(c.Run))
		}
		for _, e := range r.Earlier {
			if e.Sent+e.Settled == 0 || len(r.Before) > 0 {
				continue
			}
			did := fmt.Sprintf("sent %d", e.Sent)
			if e.Settled > 0 {
				did = fmt.Sprintf("settled %d", e.Settled)
			}
			fmt.Fprintf(&b, "  run %s %s, until %s\n", e.ID, did, e.Last.Local().Format("2 January 2006 15:04"))
		}
		b.WriteString(anew(r, o))
	} else {
		fmt.Fprintf(&b, "%s: %s in %s\n", r.Job, counted(r), wording.Took(r.Took))
		b.WriteString(failed(r, columns))
	}
	if r.Test != "" {
		fmt.Fprintf(&b, "  test     to %s\n", wording.Clean(r.Test))
	}
	for i, c := range r.Again {
		if i == listed {
			fmt.Fprintf(&b, "  again    … and %d more\n", len(r.Again)-i)
			break
		}
		fmt.Fprintf(&b, "  again    %s; %s\n", wording.Clean(before(c)), secondCopy(c))
	}
	if r.Practice {
		b.WriteString("  practice mailshot sandbox has kept them; nobody has these letters\n")
	}
	if r.Sandbox != "" {
		fmt.Fprintf(&b, "  messages %s\n", wording.Clean(r.Sandbox))
	}
	if r.Results != "" {
		fmt.Fprintf(&b, "  results  %s\n", wording.Clean(r.Results))
	}
	if r.Sessions > 0 {
		fmt.Fprintf(&b, "  sessions %d at once: the server takes no more\n", r.Sessions)
	}
	if r.Messages > 0 {
		fmt.Fprintf(&b, "  messages %d a session: the server takes no more\n", r.Messages)
	}
	if r.Pauses > 0 {
		fmt.Fprintf(&b, "  paused   %s, for the server's sake\n", wording.Times(r.Pauses))
	}
	if r.Transcripts != "" {
		fmt.Fprintf(&b, "  protocol %s\n", wording.Clean(r.Transcripts))
	}
	if r.Archive != "" {
		fmt.Fprintf(&b, "  old log  %s\n", wording.Clean(r.Archive))
	}
	return b.String()
}

// anew says how those that were sent to are sent to again.
func anew(r *job.Report, o job.Options) string {
	again := ""
	if len(r.Before) > 0 {
		keys := make([]string, len(r.Before))
		for i, c := range r.Before {
			keys[i] = c.Key
		}
		again = fmt.Sprintf("  once more        %s\n", o.Ref.Command("rerun", "--again", job.KeyList(keys)))
	}
	if r.Left.Sent == 0 || o.Sandbox || r.Test != "" {
		return again
	}
	o.Mailing = "NAME"
	return again + fmt.Sprintf("  another mailing  %s\n", o.Command("run"))
}

// listed is how many people are told by name.
const listed = 20

// before says when somebody was sent the letter for the first time.
func before(c plan.SecondCopy) string {
	was := "was sent"
	if c.Unknown {
		was = "may have been sent"
	}
	return fmt.Sprintf("%s %s the letter on %s", c.Recipient, was, c.First.Local().Format("2 January 2006 at 15:04"))
}

// secondCopy says what became of the second copy, and what the row stays where
// there is none.
func secondCopy(c plan.SecondCopy) string {
	state := "sent"
	if c.Unknown {
		state = "unknown"
	}
	switch c.Now {
	case result.Sent:
		return "this is a second copy"
	case result.Unknown:
		return "a second copy may have arrived, and the row stays " + state
	case "":
		return "no second copy was sent, and the row stays " + state
	}
	return "the second copy failed, and the row stays " + state
}

// later returns how many rows are left that this run might have sent. A test leaves none.
func later(r *job.Report) int {
	if r.Test != "" {
		return r.Untried()
	}
	return r.Untried() + r.Left.Later
}

// counted says what became of the rows: "1213 sent, 37 failed".
func counted(r *job.Report) string {
	all := fmt.Sprintf("%d sent", r.Counts.Sent)
	rest := wording.Enumerate(
		wording.Number{N: r.Counts.Failed(), Word: "failed"}, wording.Number{N: r.Counts.Unknown, Word: "unknown"}, wording.Number{N: len(r.Lost), Word: "in the journal alone"},
		wording.Number{N: later(r), Word: "left for a later run"}, wording.Number{N: r.Left.Skipped, Word: "skipped"},
		wording.Number{N: r.Left.Filtered, Word: "filtered"}, wording.Number{N: r.Left.Suppressed, Word: "suppressed"},
		wording.Number{N: r.Left.Duplicates, Word: wording.Pick(r.Left.Duplicates, "duplicate", "duplicates")}, wording.Number{N: r.Left.NoFile, Word: "without a file"},
	)
	if rest != "" {
		all += ", " + rest
	}
	return all
}

// Next returns the command that goes on from here, as a sentence. A rerun needs a
// log with a record. Where no message may go before a time, from tells it.
func Next(r *job.Report, o job.Options, from string) string {
	const doubt = ": they may have arrived; the provider can look for their Message-IDs, and mailshot settle records what it finds. To send to them again: "
	again := append([]string{"--again", job.KeyList(r.Unsent)}, o.Kept()...)
	switch {
	case onlyDoubt(r) && len(r.Unsent) > 0:
		return doubt + o.Command("rerun", again...)
	case onlyDoubt(r):
		return doubt + o.Command("rerun", append([]string{"--include", "unknown"}, o.Kept()...)...)
	case len(r.Unsent) > 0:
		return NextFrom(from) + first(r) + o.Command("rerun", again...)
	case o.To != "", !r.Begun && r.Archive == "":
		return NextFrom(from) + first(r) + o.Repeat()
	case !r.Begun:
		return NextFrom(from) + o.Command("run", o.Paced()...)
	case settled(r) && r.Left.Skipped > 0:
		o.SkipInvalid = false // they are to be no bad rows any more
		return NextFrom(from) + "correct them, then " + o.Command("rerun", o.Kept()...)
	}
	return NextFrom(from) + first(r) + o.Command("rerun", o.Kept()...)
}

// NextFrom returns what stands before the command that goes on, with the time for it if from is not "".
func NextFrom(from string) string {
	if from == "" {
		return ". Next: "
	}
	return ". Next, from " + from + " on: "
}

// settled reports whether no row failed and none is left to be sent.
func settled(r *job.Report) bool { return r.Counts.Failed()+r.Untried()+len(r.Lost) == 0 }

// onlyDoubt reports whether only rows that are unknown are left to go on with, which Next names.
func onlyDoubt(r *job.Report) bool {
	return settled(r) && (len(r.Unsent) > 0 || r.Begun && r.Test == "" && r.Left.Skipped == 0)
}

// Doubt returns a line on the rows that are unknown; "" if there are none, or Next is about them.
func Doubt(r *job.Report, o job.Options) string {
	n := r.Counts.Unknown + r.Left.Unknown
	if n == 0 || onlyDoubt(r) {
		return ""
	}
	told := fmt.Sprintf("%d may have arrived", n)
	if r.Test != "" { // of which there is no status
		return told
	}
	told += ": " + o.Ref.Command("status") + " lists " + wording.Pick(n, "it", "them")
	if o.Sandbox {
		return told
	}
	return told + ", mailshot settle records what the server's log says"
}
