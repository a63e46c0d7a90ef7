package job

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/result"
)

// A policy says which rows a run takes, given what became of them before.
type policy struct {
	rerun          bool     // failed and untried rows of an earlier run; else every row
	only           []string // temporary, permanent, untried; empty: all of them
	includeUnknown bool
	changed        string // skip or send: what to do where the log knows the person by other data; "": stop
	test           bool   // the log's states do not matter
}

// A choice is which rows a run sends, and what it leaves.
type choice struct {
	send        bits
	first, last string // recipients, once the letters are checked
	leave       Left
	messageIDs  map[int]string // of unknown rows that are sent again
}

// Left counts the selected rows that a run does not send, by the reason.
type Left struct {
	Sent     int // sent before, or taken as delivered
	Unknown  int
	Skipped  int // bad rows
	Filtered int // duplicates left out on purpose
	Later    int // beyond --limit, or not of the states asked for by --only
}

// choose walks over the spooled rows and decides about each.
func (b *book) choose(h *history, p policy, sel selection) (*choice, error) {
	c := &choice{messageIDs: make(map[int]string)}
	g := newGuard(b, h, p)
	if err := sel.resolve(b); err != nil {
		return nil, err
	}
	in := b.spool.rows()
	taken := 0
	for {
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &Error{Kind: Internal, Err: err}
		}
		if !sel.takes(r.number, r.key) {
			continue
		}
		taken++
		c.decide(r, b, h, p, sel, g)
	}
	if taken == 0 {
		return nil, fail(BadData, "%s has %d rows, and none of them is asked for", b.file, b.total).hint("look at --rows and --key")
	}
	if err := g.err(); err != nil {
		return nil, err
	}
	return c, c.recallMessageIDs(b, h, p)
}

func (c *choice) decide(r *row, b *book, h *history, p policy, sel selection, g *guard) {
	if why, bad := b.rejects.of(r.number); bad {
		if why.duplicate {
			c.leave.Filtered++
		} else {
			c.leave.Skipped++
		}
		return
	}
	st := h.fold.Of(r.key)
	if p.test {
		st = result.Standing{}
	}
	switch verdict := p.of(st); {
	case g.stops(r, st, verdict):
		// told when all rows were looked at
	case g.skips(r, st, verdict):
		c.leave.Sent++
	case verdict != take && !g.sends(r, st):
		c.count(verdict)
	case sel.limit > 0 && c.send.len() >= sel.limit:
		c.leave.Later++
	default:
		c.send.add(r.number)
	}
}

// A verdict is what a row's state makes of it.
type verdict uint8

const (
	take verdict = iota
	leaveSent
	leaveUnknown
	leaveLater
)

func (c *choice) count(v verdict) {
	switch v {
	case leaveSent:
		c.leave.Sent++
	case leaveUnknown:
		c.leave.Unknown++
	case leaveLater:
		c.leave.Later++
	}
}

// of decides by the row's state alone.
func (p policy) of(st result.Standing) verdict {
	word := "untried"
	switch st.Status {
	case result.Sent:
		return leaveSent
	case result.Unknown:
		if p.includeUnknown {
			return take
		}
		if len(p.only) > 0 {
			return leaveLater
		}
		return leaveUnknown
	case result.Failed:
		word = string(st.Class)
	}
	if len(p.only) > 0 && !slices.Contains(p.only, word) {
		return leaveLater
	}
	return take
}

// recallMessageIDs finds the Message-IDs under which unknown rows may have
// arrived, so that a receiver can drop the twin.
func (c *choice) recallMessageIDs(b *book, h *history, p policy) error {
	if !p.includeUnknown || p.test {
		return nil
	}
	ids := make(map[int]string) // by record number
	err := h.each(func(e result.Entry) error {
		if st := h.fold.Of(e.Key); st.Status == result.Unknown && st.Number == e.Number {
			if row, ok := b.keys[result.IDOf(e.Key)]; ok && c.send.has(int(row)) {
				ids[int(row)] = e.MessageID
			}
		}
		return nil
	})
	c.messageIDs = ids
	return err
}

// A guard watches for people whom the log knows by data that changed since:
// a key with another address, or an address under a key that is gone.
type guard struct {
	b        *book
	fold     *result.Fold // nil: there is nothing to watch for
	mode     string
	orphans  map[uint64]bool // result.MarkOf the addresses delivered to under keys that are gone
	problems problem.List
}

func newGuard(b *book, h *history, p policy) *guard {
	g := &guard{b: b, mode: p.changed}
	if !p.rerun || p.test || !h.begun() {
		return g
	}
	g.fold = &h.fold
	g.orphans = make(map[uint64]bool)
	for key, mark := range h.fold.Deliveries() {
		if _, ok := b.keys[key]; !ok {
			g.orphans[mark] = true
		}
	}
	return g
}

// moved says whether the row's key was delivered to, and never at the address
// that the row has now.
func (g *guard) moved(r *row, st result.Standing) bool {
	delivered := st.Status == result.Sent || st.Status == result.Unknown
	return g.fold != nil && delivered && !g.fold.Reached(r.key, r.address.String())
}

// orphan says whether the row's address was delivered to under a key that no
// row has any more.
func (g *guard) orphan(r *row) bool {
	return len(g.orphans) > 0 && g.orphans[result.MarkOf(r.address.Compare())]
}

// stops reports the row if its data changed and the user has not said what to
// do with such rows.
func (g *guard) stops(r *row, st result.Standing, v verdict) bool {
	if g.mode != "" {
		return false
	}
	text := ""
	if g.moved(r, st) {
		text = fmt.Sprintf("key %s is %s in the log, at an address other than %s", r.key, st.Status, r.address)
	} else if v == take && g.orphan(r) {
		text = fmt.Sprintf("%s was delivered to before, under a key that no row has any more", r.address)
	}
	if text == "" {
		return false
	}
	g.problems.Add(problem.Problem{File: g.b.file, Line: r.line, Row: r.number, Kind: "changed", Text: text})
	return true
}

// skips says whether the row counts as delivered although its data changed.
func (g *guard) skips(r *row, st result.Standing, v verdict) bool {
	return g.mode == "skip" && v == take && (g.orphan(r) || g.moved(r, st))
}

// sends says whether a delivered row is sent because its address changed.
func (g *guard) sends(r *row, st result.Standing) bool {
	return g.mode == "send" && g.moved(r, st)
}

func (g *guard) err() error {
	if g.problems.Len() == 0 {
		return nil
	}
	e := &Error{Kind: BadData, Err: g.problems.Err()}
	return e.hint("%s", strings.Join([]string{
		"the recipients changed since the last run; correct the file (leading zeros lost? a key column added?), or",
		"--changed skip  takes these rows as delivered",
		"--changed send  sends to them",
	}, "\n"))
}
