package job

import (
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// leaveOut counts a selected row that is left out. One that the user asked for
// by its key is told with its reason.
func (c *choice) leaveOut(r *recipients.Row, b *recipients.Table, byKey bool) {
	why := b.Excluded.Of(r.Number)
	c.excluded.Add(r.Number)
	if why == recipients.Suppressed {
		c.leave.Suppressed++
	} else {
		c.leave.Filtered++
	}
	if byKey && len(c.named) < problem.Listed {
		c.named = append(c.named, rowReason(r.Number, b.Filter.Reason(r, why)))
	}
}

// leftOut is the record of a row that is left out.
func (m *mailing) leftOut(r *recipients.Row) *result.Record {
	why := m.book.Excluded.Of(r.Number)
	return m.skipped(r, recipients.Reason{Text: m.book.Filter.Reason(r, why), Own: m.book.OwnsKey(r)})
}
