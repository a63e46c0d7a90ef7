package plan

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// changes watches for people whom the log knows by data that changed since:
// a key with another address, or an address under a key that is gone.
type changes struct {
	t            *recipients.Table
	h            *mailing.History
	watches      bool // there is something to watch for
	mode         Changed
	again        bool       // the rows are asked for by their keys
	settled      int        // keys that were delivered to, at no address but the one that their row has
	movedAddress index.Bits // rows whose key was delivered to, and never at the address that the row has now
	sent         index.Bits // rows whose address was sent to under a key that is gone, or has another address now
	unknown      index.Bits // rows whose address may have been sent to so
	problems     problem.List
}

func newChanges(t *recipients.Table, h *mailing.History, p Params) *changes {
	return &changes{t: t, h: h, mode: p.Changed, again: len(p.Again) > 0, watches: p.Rerun && !p.Test && h.Begun()}
}

// begin is told that all rows are looked at anew.
func (c *changes) begin() { c.settled, c.problems = 0, problem.List{} }

// look gives the state of a row's key.
func (c *changes) look(r *recipients.Row) result.Standing {
	if !c.watches {
		return c.h.Fold.Of(r.Key)
	}
	st, reached, alone := c.h.Fold.Reached(r.Key, c.t.Compared(r))
	switch {
	case !st.Delivered():
	case !reached:
		c.movedAddress.Add(r.Number)
	case alone && c.t.ConfirmsIdentity(r):
		c.settled++
	}
	return st
}

// anyMissing tells, when all rows were looked at, whether somebody is not where the
// log has them.
func (c *changes) anyMissing() bool {
	n := c.h.Fold.Counts()
	return c.watches && c.settled < n.Sent+n.Unknown
}

// findFormerKeys finds the rows whose address was delivered to under a key that no
// row has any more, or whose row has another address now.
func (c *changes) findFormerKeys() error {
	var open index.Index // by address, the rows that may be sent
	defer open.Free()
	var full error
	err := c.t.Each(func(r *recipients.Row, place uint64) {
		if r.Key == "" || r.Address == (address.Address{}) || c.stays(r, c.t.Compared(r)) {
			return
		}
		full = errors.Join(full, open.Add(c.t.Compared(r), place))
	})
	if err = cmp.Or(err, problem.InternalError(full)); err != nil || open.Len() == 0 {
		return err
	}
	return c.h.Each(func(e result.Entry) error {
		st := c.h.Fold.Of(e.Key)
		if e.Status != result.Sent && e.Status != result.Unknown || !st.Delivered() {
			return nil
		}
		at := address.CompareText(e.Recipient)
		if own, err := c.t.WithKey(e.Key); err != nil || own != nil && c.stays(own, at) {
			return problem.InternalError(err)
		}
		set := &c.sent
		if st.Status == result.Unknown {
			set = &c.unknown
		}
		_, err := c.t.First(&open, at, func(r *recipients.Row) bool {
			if c.t.Compared(r) == at {
				set.Add(r.Number)
			}
			return false
		})
		return problem.InternalError(err)
	})
}

// stays tells whether the row's key was delivered to at an address, which the
// row still has.
func (c *changes) stays(r *recipients.Row, address string) bool {
	return c.h.Fold.Of(r.Key).Delivered() && !c.movedAddress.Has(r.Number) && c.t.ConfirmsIdentity(r) && c.t.Compared(r) == address
}

// formerKey returns the state of the row's address if it was delivered to under a
// key that no row has any more, or whose row has another address now.
func (c *changes) formerKey(r *recipients.Row) (result.Status, bool) {
	switch {
	case c.unknown.Has(r.Number):
		return result.Unknown, true
	case c.sent.Has(r.Number):
		return result.Sent, true
	}
	return "", false
}

// stops reports the row if its data changed and the user has not said what to
// do with such rows.
func (c *changes) stops(r *recipients.Row, st result.Standing, v decision) bool {
	if c.mode != StopChanged {
		return false
	}
	text := ""
	if c.movedAddress.Has(r.Number) {
		text = fmt.Sprintf("key %s is %s in the log, at an address other than %s", r.Key, st.Status, r.Address)
	} else if _, ok := c.formerKey(r); ok && v == take {
		text = fmt.Sprintf("%s was delivered to before, under another key", r.Address)
	}
	if text == "" {
		return false
	}
	c.problems.Add(problem.Problem{File: c.t.File, Line: r.Line, Row: r.Number, Kind: "changed", Text: text})
	return true
}

// skips says whether the row counts as delivered although its data changed,
// and as what.
func (c *changes) skips(r *recipients.Row, st result.Standing, v decision) (decision, bool) {
	if c.mode != SkipChanged || v != take {
		return v, false
	}
	state, ok := c.formerKey(r)
	if c.movedAddress.Has(r.Number) {
		state, ok = st.Status, true
	}
	if state == result.Unknown {
		return leaveUnknown, ok
	}
	return leaveSent, ok
}

// sends says whether a delivered row is sent because its address changed.
func (c *changes) sends(r *recipients.Row) bool {
	return c.mode == SendChanged && c.movedAddress.Has(r.Number)
}

func (c *changes) err() error {
	if c.problems.Len() == 0 {
		return nil
	}
	e := &problem.Error{Kind: problem.BadData, Err: c.problems.Err()}
	if c.again {
		return e.WithHint("the recipients changed since the last run; correct the file, or --changed send sends to the addresses that it has now")
	}
	return e.WithHint("%s", strings.Join([]string{
		"the recipients changed since the last run; correct the file (leading zeros lost? a key column added?), or",
		"--changed skip  takes these rows as delivered",
		"--changed send  sends to them",
	}, "\n"))
}
