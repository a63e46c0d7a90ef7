package page

import (
	"strings"
	"time"

	"mailshot/job/result"
	"mailshot/job/status"
)

// How many rows are kept by name, of each kind.
const (
	mostFailed  = 500
	mostUnknown = 200
	mostSent    = 500
	mostSettled = 100
)

// A tally is what the records of a log add up to. The zero value is ready.
type tally struct {
	attempts int // that were made, in all runs
	runs     []*pace
	others   int // runs with attempts that have no pace of their own
	domains  domains
	times    durations
	passes   int // how often all records were shown

	failed, unknown, sent []row // the first of each
	settled               []row
	settles               int
}

// A row is a record by name.
type row struct {
	Number         int
	Key, Recipient string
	Time           time.Time
	Status         result.Status
	Class          result.Class
	Said           string // the reply, or what went wrong; of a settle record the note
	MessageID      string
	Settled        bool // by a settle record
}

// Begin implements status.Visitor.
func (t *tally) Begin(s *status.Report) { t.runs, t.others = pacesOf(s.Runs) }

// Visit implements status.Visitor.
func (t *tally) Visit(r *result.Record, decides bool) {
	if decides && r.Status != result.Skipped {
		t.domains.add(r)
	}
	if t.passes > 0 {
		return
	}
	if r.Stage == result.StageSettle {
		if t.settles++; len(t.settled) < mostSettled {
			t.settled = append(t.settled, rowOf(r))
		}
	} else if r.Attempt > 0 {
		t.attempts++
		t.times.add(r)
		for _, p := range t.runs {
			p.add(r)
		}
	}
	if decides {
		t.name(r)
	}
}

// Again implements status.Visitor: domains that were too many are counted in a second pass.
func (t *tally) Again() bool {
	if t.passes++; t.passes > 1 || !t.domains.crowded {
		return false
	}
	t.domains = t.domains.chosen()
	return true
}

// name keeps the row that a record decides, if it is one of the first of its state.
func (t *tally) name(r *result.Record) {
	list, most := &t.sent, mostSent
	switch r.Status {
	case result.Failed:
		list, most = &t.failed, mostFailed
	case result.Unknown:
		list, most = &t.unknown, mostUnknown
	case result.Skipped:
		return
	}
	if len(*list) < most {
		*list = append(*list, rowOf(r))
	}
}

// rowOf returns a record by name, which keeps nothing else in memory.
func rowOf(r *result.Record) row {
	keep := func(text string, octets int) string { return strings.Clone(clip(text, octets)) }
	return row{
		Number: r.Row, Key: keep(r.Key, mostName), Recipient: keep(r.Recipient, mostName), Time: r.Time,
		Status: r.Status, Class: r.Class, Settled: r.Stage == result.StageSettle,
		Said: keep(status.Said(r.Code, r.Enhanced, r.Reply, r.Error), mostSaid), MessageID: keep(r.MessageID, mostName),
	}
}
