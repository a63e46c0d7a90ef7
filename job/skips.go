package job

import (
	"fmt"
	"slices"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// newSkips gives, in the order of the file, the rows left out whose record
// would change what the log says of them.
func (m *mailing) newSkips() []int {
	if m.test != nil {
		return nil
	}
	var rows []int
	for n := range m.book.rejects.rows {
		rows = append(rows, n)
	}
	slices.Sort(rows)
	return rows
}

// shownSkips gives the first bad rows that are left out, with the reason.
func (m *mailing) shownSkips() []string {
	var rows []int
	for n, why := range m.book.rejects.rows {
		if !why.duplicate {
			rows = append(rows, n)
		}
	}
	slices.Sort(rows)
	var shown []string
	for _, n := range rows[:min(len(rows), problem.Listed)] {
		shown = append(shown, fmt.Sprintf("row %d: %s", n, m.book.rejects.rows[n].reason))
	}
	return shown
}

// recordSkips writes them.
func (m *mailing) recordSkips(log *result.Log, rows []int) *Error {
	if len(rows) == 0 {
		return nil
	}
	in := m.spool.rows()
	for len(rows) > 0 {
		r, err := in.next()
		if err != nil {
			return &Error{Kind: Internal, Err: err}
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
		if err := log.Append(rec); err != nil {
			return fail(CantWrite, "%w", err)
		}
	}
	return nil
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
	st := m.history.fold.Of(rec.Key)
	switch st.Status {
	case result.Sent, result.Unknown:
		return false // which a skip can't change
	case result.Skipped:
		return st.Mark != result.MarkOf(rec.Error)
	}
	return true
}
