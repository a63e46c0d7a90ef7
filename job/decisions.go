package job

import (
	"fmt"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/reasons"
)

// noted returns a listener that keeps what the engine decides, and tells it on. tell may be nil.
func noted(notes *mailing.Notebook, now func() time.Time, tell func(delivery.Event)) func(delivery.Event) {
	return func(e delivery.Event) {
		d := mailing.Decision{Time: now(), Text: e.Text}
		switch e.Kind {
		case delivery.Paused:
			d.Event = "pause"
		case delivery.Holding:
			d.Event = "quota"
		case delivery.Narrowed:
			d.Event = "sessions"
			d.Text = fmt.Sprintf("the server takes %d sessions at once: going on with %d of %d", e.Sessions, e.Sessions, e.Workers)
			if e.Sessions == 1 {
				d.Text = fmt.Sprintf("the server takes one session at once: going on with 1 of %d", e.Workers)
			}
		case delivery.Shortened:
			d.Event = "messages"
			d.Text = fmt.Sprintf("the server ends a session after so many messages: %d", e.Messages)
		}
		if d.Event != "" {
			if !e.Until.IsZero() {
				d.Text = "until " + e.Until.UTC().Format("2006-01-02T15:04:05Z") + ": " + d.Text
			}
			notes.Decided(d)
		}
		if tell != nil {
			tell(e)
		}
	}
}

// ended returns a listener that hears why rows fail, and tells everything on.
func ended(ends *reasons.Ends, tell func(delivery.Event)) func(delivery.Event) {
	return func(e delivery.Event) {
		switch {
		case e.Kind == delivery.NextPass:
			ends.NextPass()
		case e.Kind == delivery.RowDone:
			ends.Take(e.Record, e.Pass, e.Again, e.Stays)
		}
		tell(e)
	}
}

// noteEnd keeps the summary of the run.
func noteEnd(notes *mailing.Notebook, now time.Time, r *Report, stopped *problem.Error) {
	e := mailing.RunEnd{
		Time: now, Took: r.Took, Total: r.Total, Sent: r.Counts.Sent, Temporary: r.Counts.Temporary,
		Permanent: r.Counts.Permanent, Unknown: r.Counts.Unknown + len(r.Lost), Sessions: r.Sessions, Pauses: r.Pauses,
	}
	if stopped != nil {
		e.Stopped = stopped.Error()
	}
	notes.Ended(e)
}
