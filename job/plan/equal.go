package plan

import (
	"slices"

	"mailshot/job/recipients"
	"mailshot/job/result"
)

// What a row may have for it among those that have its address. The log counts
// before the order of the file: an address that was sent to by one row, or may have
// been, gets nothing by another.
const (
	noCandidate = iota - 1
	noRecord
	failedBefore // which no second letter follows from, and the attempts go on
	maybeSent
	wasSent
	askedFor // by its key, and was sent or may have been
)

// rank says which of the rows with one address is the one that is sent, or was.
func (d *planner) rank(r *recipients.Row) int {
	var st result.State
	reached := false
	if !d.p.Test && d.t.OwnsKey(r) {
		st, reached, _ = d.h.Fold.Reached(r.Key, d.t.Compared(r))
	}
	_, bad := d.t.Rejected.Of(r.Number)
	switch {
	case reached && st.Delivered() && slices.Contains(d.p.Again, r.Key):
		return askedFor
	case reached && st.Status == result.Sent:
		return wasSent
	case reached && st.Status == result.Unknown:
		return maybeSent
	case bad, st.Delivered() && d.p.Changed == SkipChanged:
		return noCandidate
	case st.Status == result.Failed:
		return failedBefore
	}
	return noRecord
}
