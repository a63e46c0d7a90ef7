package job

import (
	"time"

	"mailshot/job/delivery"
	"mailshot/job/plan"
	"mailshot/job/reasons"
	"mailshot/job/result"
)

// A Report is what a run tells at its end.
type Report struct {
	Job      string            // its name
	Run      string            // its id
	Total    int               // rows that were to be sent
	Counts   delivery.Counts   // of these
	Left     plan.Left         // the selected rows that were left as they were
	Lost     []string          // rows that may have been accepted, and are in the journal alone: "row 34 (user@club.example)"
	Skipped  []reasons.Group   // why bad rows were left out, the most frequent first
	LeftOut  []string          // the first rows that were asked for by key and are filtered, suppressed or duplicates, and why
	Results  string            // path of the log; "" if none was made
	Sandbox  string            // directory of the captured messages
	Practice bool              // they went to mailshot sandbox, as a server: nobody has them
	Test     string            // the address of a test
	Again    []plan.SecondCopy // rows that were sent by their keys, and had been sent before, or may have been
	Before   []plan.SecondCopy // nothing was sent: the rows asked for by key that were sent before, or may have been
	Unsent   []string          // keys of Again to try once more: that failed or were not tried; if there are none, that are unknown
	Archive  string            // where the old log is; "" if none was archived
	Begun    bool              // the mailing's log has a record
	Took     time.Duration
	Earlier  []result.RunSummary // what other runs of the mailing did

	Sessions int // how many the server took at once, where it took fewer than there are workers; 0: it took all
	Pauses   int // for the server's sake
	Messages int // in a session, where the server took fewer than it was to; 0: it took all

	Failed    []reasons.Meaning // why rows failed, the most frequent first
	Unreached int               // rows that failed and are in none of these: they waited for another try
	Retries   int               // attempts at rows that had failed before in this run

	Transcripts string   // directory of those that were kept; "" if none were
	Warnings    []string // what went wrong beside the sending
}

// Untried returns the number of rows that this run was to send and did not come to.
func (r *Report) Untried() int { return r.Total - r.Counts.Done() - len(r.Lost) }

// An Outcome is what became of the selected rows, as the log has them. The
// worst comes first.
type Outcome uint8

const (
	SomeUnknown   Outcome = iota // the user has to decide about them
	SomeFailed                   // for good, or rows that were skipped as bad
	OnlyTemporary                // a rerun may do
	AllSent
)

// Outcome returns the first that applies. A test is judged by its own messages,
// and so are rows that are sent by their keys whatever became of them.
func (r *Report) Outcome() Outcome {
	left := r.Left
	if r.Test != "" {
		left = plan.Left{}
	}
	switch {
	case r.Counts.Unknown+left.Unknown > 0:
		return SomeUnknown
	case r.Counts.Permanent > 0 || left.Skipped > 0:
		return SomeFailed
	case r.Counts.Temporary > 0:
		return OnlyTemporary
	}
	return AllSent
}
