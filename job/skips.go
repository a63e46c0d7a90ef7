package job

import (
	"context"
	"fmt"

	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// shownSkips gives the first bad rows that are left out, with the reason.
func (m *mailing) shownSkips(c *choice) []string {
	var shown []string
	for _, n := range c.skipped {
		if why, _ := m.book.Rejected.Of(n); !why.Duplicate && len(shown) < problem.Listed {
			shown = append(shown, rowReason(n, why.Text))
		}
	}
	return shown
}

func rowReason(row int, reason string) string { return fmt.Sprintf("row %d: %s", row, reason) }

// skips are the selected rows to record as skipped: those that are bad or
// duplicates, in order, and those that are left out.
type skips struct {
	rows     []int
	excluded *index.Bits
}

func (s skips) len() int { return len(s.rows) + s.excluded.Len() }

// skips gives the rows to record. A test records none; and a run that leaves
// nobody, and would be the first of its mailing, is no beginning of it.
func (m *mailing) skips(c *choice) skips {
	s := skips{c.skipped, &c.excluded}
	if m.test != nil {
		s.rows = nil
	}
	if m.test != nil || c.send.Len()+len(s.rows) == 0 && !m.history.begun() {
		s.excluded = &index.Bits{}
	}
	return s
}

// recordSkips writes a record for each of the rows, where it changes what the
// log says of it, and tells how many it wrote.
func (m *mailing) recordSkips(ctx context.Context, log *result.Writer, s skips) (written int, _ *problem.Error) {
	in := m.spool.Rows()
	for left := s.len(); left > 0; {
		if ctx.Err() != nil {
			return written, problem.InterruptedBy(ctx)
		}
		r, err := in.Next()
		if err != nil {
			return written, &problem.Error{Kind: problem.Internal, Err: err}
		}
		var rec *result.Record
		switch {
		case len(s.rows) > 0 && r.Number == s.rows[0]:
			s.rows = s.rows[1:]
			why, _ := m.book.Rejected.Of(r.Number)
			rec = m.skipped(r, why)
		case s.excluded.Has(r.Number):
			rec = m.leftOut(r)
		default:
			continue
		}
		left--
		if !m.newState(rec) {
			continue
		}
		if err := log.Record(rec); err != nil {
			return written, problem.Fail(problem.CantWrite, "%w", err)
		}
		written++
	}
	return written, nil
}

func (m *mailing) skipped(r *recipients.Row, why recipients.Reason) *result.Record {
	rec := &result.Record{
		Time: m.env.Now(), Run: m.run, Row: r.Number, Line: r.Line, Key: r.RecordKey(why.Own),
		Status: result.Skipped, Error: why.Text,
	}
	if r.Address != (address.Address{}) {
		rec.Recipient = r.Address.String()
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
