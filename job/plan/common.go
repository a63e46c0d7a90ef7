package plan

import (
	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// Common are the rows to be sent of which the address is sent or unknown in the log
// of another mailing. It takes 12 octets for each row to be sent, and a bit for
// each that is found. Free gives them back.
type Common struct {
	plan *Plan
	open index.Index // by address, the rows to be sent
	rows index.Bits
	own  *mailing.History
	runs map[string]bool // of own
}

// NewCommon returns a Common without rows. own is what the mailing's own log says:
// records that it has, too, do not count, since a log that has them is a copy.
func (p *Plan) NewCommon(own *mailing.History) (*Common, error) {
	c := &Common{plan: p, own: own, runs: make(map[string]bool)}
	for _, run := range own.Fold.Runs() {
		c.runs[run.ID] = true
	}
	return c, p.table.EachOf(&p.Send, func(r *recipients.Row, offset uint64) error {
		return problem.InternalError(c.open.Add(p.table.Compared(r), offset))
	})
}

// Add finds the rows that are in another log, which it reads, and reports whether
// there are any.
func (c *Common) Add(h *mailing.History) (found bool, err error) {
	if err := h.Read(); err != nil {
		return false, err
	}
	defer h.Fold.Free()
	for e, err := range h.EachOf(result.Sent, result.Unknown) {
		if err != nil {
			return found, mailing.Unreadable(h.Path, err)
		}
		copied := c.runs[e.Run] && c.own.Fold.Has(e.Key, e.Attempt)
		if copied || !h.Fold.Of(e.Key).Delivered() {
			continue
		}
		has, err := c.find(address.CompareText(e.Recipient))
		if found = found || has; err != nil {
			return found, err
		}
	}
	return found, nil
}

// find adds the rows that have an address, and reports whether there are any.
func (c *Common) find(compared string) (found bool, err error) {
	_, err = c.plan.table.First(&c.open, compared, func(r *recipients.Row) bool {
		if c.plan.table.Compared(r) == compared {
			c.rows.Add(r.Number)
			found = true
		}
		return false
	})
	return found, problem.InternalError(err)
}

// Len returns how many rows were found.
func (c *Common) Len() int { return c.rows.Len() }

// Free gives the memory back.
func (c *Common) Free() { c.open.Free() }
