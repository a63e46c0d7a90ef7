package settle

import (
	"time"

	"mailshot/job/result"
)

// A settledRow is a key about which the user found something out.
type settledRow struct {
	key     string
	latest  time.Time      // of its records
	unknown []result.Entry // its attempts that are or were unknown, in the order of the log
	settled []result.Entry // records that settle one
}

func (u *settledRow) add(e result.Entry) {
	if e.Time.After(u.latest) {
		u.latest = e.Time
	}
	switch {
	case e.Stage == result.StageSettle:
		u.settled = append(u.settled, e)
	case e.Status == result.Unknown:
		u.unknown = append(u.unknown, e)
	}
}

func (u *settledRow) last() result.Entry { return u.unknown[len(u.unknown)-1] }

// settle returns the records that settle every attempt that is open, or if none is, those that
// were settled last. They are later than all other records of the key, whatever the clock says.
func (u *settledRow) settle(f Finding, now time.Time) []result.Record {
	now = result.Later(now, u.latest)
	var all []result.Record
	for _, a := range u.attempts() {
		r := result.Record{
			Time: now, Row: a.Row, Line: a.Record.Line, Key: u.key, Recipient: a.Recipient, Attempt: a.Attempt, MessageID: a.MessageID,
			Stage: result.StageSettle, Error: f.Note, Status: result.Sent,
		}
		switch {
		case f.Undo:
			r.Status = result.Unknown
		case !f.Sent:
			r.Status, r.Class = result.Failed, result.Temporary
		}
		all = append(all, r)
	}
	return all
}

// attempts returns those that are to be settled.
func (u *settledRow) attempts() []result.Entry {
	var open, settled []result.Entry
	var latest time.Time // of the records that settle
	for _, a := range u.unknown {
		word := u.word(&a)
		if word == nil || word.Status == result.Unknown {
			open = append(open, a)
			continue
		}
		if word.Time.After(latest) {
			settled, latest = nil, word.Time
		}
		if word.Time.Equal(latest) {
			settled = append(settled, a)
		}
	}
	if open != nil {
		return open
	}
	return settled
}

// word returns the last record that settles an attempt; nil if there is none.
func (u *settledRow) word(a *result.Entry) (last *result.Entry) {
	for i := range u.settled {
		s := &u.settled[i]
		if s.Attempt == a.Attempt && !s.Time.Before(a.Time) && (last == nil || !s.Time.Before(last.Time)) {
			last = s
		}
	}
	return last
}
