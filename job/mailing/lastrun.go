package mailing

import (
	"fmt"
	"strings"
	"time"

	"mailshot/job/private"
)

// A LastRun is what the last run of a mailing that sent did beside its records: what it decided for
// the server's sake, and how it ended. It is kept in the lock's file, and lost with it.
type LastRun struct {
	Run       string
	Decisions []Decision // the first ones
	End       *RunEnd    // nil: it goes on, or was cut off
}

// A Decision is why a run began no or fewer sessions from a time on.
type Decision struct {
	Time  time.Time
	Event string // pause, quota or sessions
	Text  string
}

// A RunEnd is the summary of a run.
type RunEnd struct {
	Time                                       time.Time
	Took                                       time.Duration
	Total, Sent, Temporary, Permanent, Unknown int
	Sessions                                   int // how many the server took at once; 0: all that were wanted
	Pauses                                     int
	Stopped                                    string // why it ended before its end; "": it did not
}

// mostDecisions is how many are kept.
const mostDecisions = 200

// A Notebook keeps what becomes of a run in the lock's file. An error makes it keep nothing more.
type Notebook struct {
	lock *private.Lock
	n    int
}

// NewNotebook begins the notes of a run in the place of the earlier ones.
func NewNotebook(lock *private.Lock, run string, now time.Time) *Notebook {
	b := &Notebook{lock: lock}
	if err := lock.Forget(); err != nil {
		b.lock = nil
	}
	b.write(now, "run", run)
	return b
}

func (b *Notebook) write(now time.Time, event, text string) {
	if b.lock != nil && b.lock.Note(now.UTC().Format(noteTime)+" "+event+" "+text) != nil {
		b.lock = nil
	}
}

const noteTime = "2006-01-02T15:04:05.000Z"

// Decided notes a decision.
func (b *Notebook) Decided(d Decision) {
	if b.n++; b.n <= mostDecisions {
		b.write(d.Time, d.Event, d.Text)
	}
}

const endForm = "took_ms=%d total=%d sent=%d temporary=%d permanent=%d unknown=%d sessions=%d pauses=%d"

// Ended notes the end.
func (b *Notebook) Ended(e RunEnd) {
	text := fmt.Sprintf(endForm, e.Took.Milliseconds(), e.Total, e.Sent, e.Temporary, e.Permanent, e.Unknown, e.Sessions, e.Pauses)
	b.write(e.Time, "end", text+" stopped="+e.Stopped)
}

// LastRun returns what is noted of the last run that sent; nil if nothing is.
func (p *Paths) LastRun() *LastRun {
	var l *LastRun
	for _, line := range private.Notes(p.Lock) {
		stamp, rest, _ := strings.Cut(line, " ")
		event, text, _ := strings.Cut(rest, " ")
		at, err := time.Parse(noteTime, stamp)
		switch {
		case err != nil:
		case event == "run":
			l = &LastRun{Run: text}
		case l == nil:
		case event == "end":
			l.End = readEnd(at, text)
		default:
			l.Decisions = append(l.Decisions, Decision{at, event, text})
		}
	}
	return l
}

// readEnd reads a text of Ended; nil if it is none.
func readEnd(at time.Time, text string) *RunEnd {
	e := RunEnd{Time: at}
	var ms int64
	numbers, stopped, _ := strings.Cut(text, " stopped=")
	e.Stopped = stopped
	if _, err := fmt.Sscanf(numbers, endForm, &ms, &e.Total, &e.Sent, &e.Temporary, &e.Permanent, &e.Unknown, &e.Sessions, &e.Pauses); err != nil {
		return nil
	}
	e.Took = time.Duration(ms) * time.Millisecond
	return &e
}
