package job

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A guard watches for people whom the log knows by data that changed since:
// a key with another address, or an address under a key that is gone.
type guard struct {
	b        *recipients.Table
	h        *history
	watches  bool // there is something to watch for
	mode     string
	again    bool       // the rows are asked for by their keys
	settled  int        // keys that were delivered to, at no address but the one that their row has
	moved    index.Bits // rows whose key was delivered to, and never at the address that the row has now
	sent     index.Bits // rows whose address was sent to under a key that is gone, or has another address now
	unknown  index.Bits // rows whose address may have been sent to so
	problems problem.List
}

func newGuard(b *recipients.Table, h *history, p policy) *guard {
	return &guard{b: b, h: h, mode: p.changed, again: p.again, watches: p.rerun && !p.test && h.begun()}
}

// begin is told that all rows are looked at anew.
func (g *guard) begin() { g.settled, g.problems = 0, problem.List{} }

// look gives the state of a row's key.
func (g *guard) look(r *recipients.Row) result.Standing {
	if !g.watches {
		return g.h.Fold.Of(r.Key)
	}
	st, reached, alone := g.h.Fold.Reached(r.Key, g.b.Compared(r))
	switch {
	case !delivered(st):
	case !reached:
		g.moved.Add(r.Number)
	case alone && g.b.ConfirmsIdentity(r):
		g.settled++
	}
	return st
}

// astray tells, when all rows were looked at, whether somebody is not where the
// log has them.
func (g *guard) astray() bool {
	c := g.h.Fold.Counts()
	return g.watches && g.settled < c.Sent+c.Unknown
}

// findOrphans finds the rows whose address was delivered to under a key that no
// row has any more, or whose row has another address now.
func (g *guard) findOrphans() error {
	var open index.Index // by address, the rows that may be sent
	defer open.Free()
	var full error
	err := g.b.Each(func(r *recipients.Row, place uint64) {
		if r.Key == "" || r.Address == (address.Address{}) || g.stays(r, g.b.Compared(r)) {
			return
		}
		full = errors.Join(full, open.Add(g.b.Compared(r), place))
	})
	if err = cmp.Or(err, problem.InternalError(full)); err != nil || open.Len() == 0 {
		return err
	}
	return g.h.each(func(e result.Entry) error {
		st := g.h.Fold.Of(e.Key)
		if e.Status != result.Sent && e.Status != result.Unknown || !delivered(st) {
			return nil
		}
		at := address.CompareText(e.Recipient)
		if own, err := g.b.WithKey(e.Key); err != nil || own != nil && g.stays(own, at) {
			return problem.InternalError(err)
		}
		set := &g.sent
		if st.Status == result.Unknown {
			set = &g.unknown
		}
		_, err := g.b.First(&open, at, func(r *recipients.Row) bool {
			if g.b.Compared(r) == at {
				set.Add(r.Number)
			}
			return false
		})
		return problem.InternalError(err)
	})
}

// stays tells whether the row's key was delivered to at an address, which the
// row still has.
func (g *guard) stays(r *recipients.Row, address string) bool {
	return delivered(g.h.Fold.Of(r.Key)) && !g.moved.Has(r.Number) && g.b.ConfirmsIdentity(r) && g.b.Compared(r) == address
}

func delivered(st result.Standing) bool {
	return st.Status == result.Sent || st.Status == result.Unknown
}

// orphan gives the state of the row's address if it was delivered to under a
// key that no row has any more, or whose row has another address now.
func (g *guard) orphan(r *recipients.Row) (result.Status, bool) {
	switch {
	case g.unknown.Has(r.Number):
		return result.Unknown, true
	case g.sent.Has(r.Number):
		return result.Sent, true
	}
	return "", false
}

// stops reports the row if its data changed and the user has not said what to
// do with such rows.
func (g *guard) stops(r *recipients.Row, st result.Standing, v verdict) bool {
	if g.mode != "" {
		return false
	}
	text := ""
	if g.moved.Has(r.Number) {
		text = fmt.Sprintf("key %s is %s in the log, at an address other than %s", r.Key, st.Status, r.Address)
	} else if _, ok := g.orphan(r); ok && v == take {
		text = fmt.Sprintf("%s was delivered to before, under another key", r.Address)
	}
	if text == "" {
		return false
	}
	g.problems.Add(problem.Problem{File: g.b.File, Line: r.Line, Row: r.Number, Kind: "changed", Text: text})
	return true
}

// skips says whether the row counts as delivered although its data changed,
// and as what.
func (g *guard) skips(r *recipients.Row, st result.Standing, v verdict) (verdict, bool) {
	if g.mode != "skip" || v != take {
		return v, false
	}
	state, ok := g.orphan(r)
	if g.moved.Has(r.Number) {
		state, ok = st.Status, true
	}
	if state == result.Unknown {
		return leaveUnknown, ok
	}
	return leaveSent, ok
}

// sends says whether a delivered row is sent because its address changed.
func (g *guard) sends(r *recipients.Row) bool {
	return g.mode == "send" && g.moved.Has(r.Number)
}

func (g *guard) err() error {
	if g.problems.Len() == 0 {
		return nil
	}
	e := &problem.Error{Kind: problem.BadData, Err: g.problems.Err()}
	if g.again {
		return e.WithHint("the recipients changed since the last run; correct the file, or --changed send sends to the addresses that it has now")
	}
	return e.WithHint("%s", strings.Join([]string{
		"the recipients changed since the last run; correct the file (leading zeros lost? a key column added?), or",
		"--changed skip  takes these rows as delivered",
		"--changed send  sends to them",
	}, "\n"))
}
