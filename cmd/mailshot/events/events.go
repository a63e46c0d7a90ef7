// Package events writes what happens in a run as JSON, one object a line. It is
// the twin of the events of packages job and delivery, which know no JSON.
//
// Every line has
//
//	v      1; fields and events may be added to it, and those that are there keep
//	       their names and what they mean
//	event  which of the following it is
//	time   of the event; here and elsewhere RFC 3339 in UTC with milliseconds
//
// and then, by event:
//
//	start    job (its name), file (the job file), mailing, run, log (the path of the
//	         results log, which need not be there yet), sandbox (the directory of
//	         the captured messages; left out where none are)
//	check    all is well: rows (of the recipients file), letters (that are to be
//	         sent), left_out (sent, unknown, skipped, filtered, suppressed,
//	         duplicates, without_file, later: selected rows that are not)
//	connecting
//	         a first session is tried: server
//	silent   it was not let in for some seconds: reason (what is waited for, and
//	         what that may be)
//	canary   one session was tried: server, ms, error (left out where it is well)
//	attempt  a line of the results log, with the names of its columns; empty cells
//	         are left out
//	pause    the server is not to be reached, or wants fewer messages: until,
//	         reason
//	quota    a quota or a window holds the run: until, reason
//	sessions the server takes fewer sessions at once: sessions, workers
//	pass     a pass begins: pass (from 1), rows, until (when it begins; left out of
//	         the first)
//	end      the last line: job, file, mailing, log ("" if there is none), exit_status,
//	         counts, error (left out where there is none), dropped (lines that were
//	         left out since their reader was too slow; left out where none were)
//
// counts are total, sent, failed_temporary, failed_permanent, unknown, untried and
// skipped. The first is the number of rows that this run was to send, of which the
// next five are what became of them; skipped are bad rows. All are 0 where the
// checks did not come to a good end.
package events

import (
	"time"

	"mailshot/job"
	"mailshot/job/delivery"
	"mailshot/job/plan"
)

// version is the v of each line.
const version = 1

// A Teller hears what happens in one run, writes it down, and knows at the end how
// the run went. The zero value writes nothing. It is not safe for concurrent use.
type Teller struct {
	File    string // the job file
	Mailing string // its name; "" if it has none

	// Print writes an event, whose tags say how, as JSON on a line of its own, and
	// reports whether it did. It must not wait; nil: nothing is written.
	Print func(event any) bool
	Now   func() time.Time // nil: time.Now

	opened  job.Step
	checked job.Step
	dropped int
}

// A head is how a line begins.
type head struct {
	V     int    `json:"v"`
	Event string `json:"event"`
	Time  string `json:"time"`
}

type start struct {
	head
	Job     string `json:"job"`
	File    string `json:"file"`
	Mailing string `json:"mailing"`
	Run     string `json:"run"`
	Log     string `json:"log"`
	Sandbox string `json:"sandbox,omitempty"`
}

type check struct {
	head
	Rows    int     `json:"rows"`
	Letters int     `json:"letters"`
	LeftOut leftOut `json:"left_out"`
}

type leftOut struct {
	Sent       int `json:"sent"`
	Unknown    int `json:"unknown"`
	Skipped    int `json:"skipped"`
	Filtered   int `json:"filtered"`
	Suppressed int `json:"suppressed"`
	Duplicates int `json:"duplicates"`
	NoFile     int `json:"without_file"`
	Later      int `json:"later"`
}

func leftOutOf(l plan.Left) leftOut {
	return leftOut{l.Sent, l.Unknown, l.Skipped, l.Filtered, l.Suppressed, l.Duplicates, l.NoFile, l.Later}
}

type canary struct {
	head
	Server string `json:"server"`
	Millis int64  `json:"ms"`
	Error  string `json:"error,omitempty"`
}

type connecting struct {
	head
	Server string `json:"server"`
}

type silent struct {
	head
	Reason string `json:"reason"`
}

type pause struct {
	head
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

type sessions struct {
	head
	Sessions int `json:"sessions"`
	Workers  int `json:"workers"`
}

type messages struct {
	head
	PerSession int `json:"per_session"`
}

type pass struct {
	head
	Pass  int    `json:"pass"`
	Rows  int    `json:"rows"`
	Until string `json:"until,omitempty"`
}

// Step hears a step before the sending.
func (t *Teller) Step(s job.Step) {
	switch s.Kind {
	case job.Opened:
		t.opened = s
		t.print(start{t.head("start"), s.Job, t.File, t.Mailing, s.Run, s.Results, s.Sandbox})
	case job.Checked:
		t.checked = s
		t.print(check{t.head("check"), s.Rows, s.Letters, leftOutOf(s.Left)})
	case job.Tried:
		c := canary{head: t.head("canary"), Server: s.Server, Millis: s.Took.Milliseconds()}
		if s.Err != nil {
			c.Error = s.Err.Error()
		}
		t.print(c)
	}
}

// Event hears how the sending goes on.
func (t *Teller) Event(e delivery.Event) {
	if t.Print == nil {
		return
	}
	switch e.Kind {
	case delivery.Started:
		t.print(pass{t.head("pass"), 1, e.Total, ""})
	case delivery.NextPass:
		t.print(pass{t.head("pass"), e.Pass, e.Rows, stamp(e.Until)})
	case delivery.RowDone:
		t.print(attemptOf(e.Record))
	case delivery.Paused:
		t.print(pause{t.head("pause"), stamp(e.Until), e.Text})
	case delivery.Holding:
		t.print(pause{t.head("quota"), stamp(e.Until), e.Text})
	case delivery.Connecting:
		t.print(connecting{t.head("connecting"), e.Text})
	case delivery.Silent:
		t.print(silent{t.head("silent"), e.Text})
	case delivery.Narrowed:
		t.print(sessions{t.head("sessions"), e.Sessions, e.Workers})
	case delivery.Shortened:
		t.print(messages{t.head("messages"), e.Messages})
	}
}

func (t *Teller) head(event string) head {
	now := t.Now
	if now == nil {
		now = time.Now
	}
	return head{version, event, stamp(now())}
}

// stamp returns a time as the results log has it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// print writes an event, or counts it.
func (t *Teller) print(event any) {
	if t.Print != nil && !t.Print(event) {
		t.dropped++
	}
}
