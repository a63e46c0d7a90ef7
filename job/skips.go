package job

import (
	"fmt"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// shownSkips gives the first bad rows that are left out, with the reason.
func (m *mailing) shownSkips(c *choice) []string {
	var shown []string
	for _, n := range c.skipped {
		if why, _ := m.book.rejects.of(n); !why.duplicate && len(shown) < problem.Listed {
			shown = append(shown, fmt.Sprintf("row %d: %s", n, why.reason))
		}
	}
	return shown
}

// recordSkips writes a record for each selected row that is left out, where it
// changes what the log says of it, and tells how many it wrote.
func (m *mailing) recordSkips(log *result.Writer, rows []int) (written int, _ *Error) {
	in := m.spool.rows()
	for len(rows) > 0 {
		r, err := in.next()
		if err != nil {
			return written, &Error{Kind: Internal, Err: err}
		}
		if r.number != rows[0] {
			continue
		}
		rows = rows[1:]
		why, _ := m.book.rejects.of(r.number)
		rec := m.skipped(r, why)
		if !m.newState(rec) {
			continue
		}
		if err := log.Record(rec); err != nil {
			return written, fail(CantWrite, "%w", err)
		}
		written++
	}
	return written, nil
}

func (m *mailing) skipped(r *row, why reject) *result.Record {
	rec := &result.Record{
		Time: m.env.Now(), Run: m.run, Row: r.number, Line: r.line, Key: r.ownKey(why.own),
		Status: result.Skipped, Error: why.reason,
	}
	if r.address != (address.Address{}) {
		rec.Recipient = r.address.String()
	}
	return rec
}

// newState says whether the record tells something new about its key.
func (m *mailing) newState(rec *result.Record) bool {
	switch m.history.Fold.Of(rec.Key).Status {
	case result.Sent, result.Unknown:
		return false // which a skip can't change
	case result.Skipped:
		return !m.history.Fold.SkippedFor(rec.Key, rec.Error)
	}
	return true
}
