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

// each gives every row of the file to f.
func (b *book) each(f func(*row)) error {
	in := b.spool.rows()
	for {
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &Error{Kind: Internal, Err: err}
		}
		f(r)
	}
}

// A choice is which rows a run sends, and what it leaves.
type choice struct {
	send        bits
	first, last string // recipients, once the letters are checked
	leave       Left
	skipped     []int          // selected rows that are bad, or duplicates
	excluded    bits           // selected rows that recipients.where or suppress leave out
	named       []string       // some of these that the user asked for by their keys, with the reason
	messageIDs  map[int]string // of unknown rows that are sent again
}

// Left counts the selected rows that a run does not send, by the reason.
type Left struct {
	Sent       int // sent before, or taken as delivered
	Unknown    int
	Skipped    int // bad rows
	Filtered   int // left out by recipients.where
	Suppressed int // on a list of recipients.suppress
	Duplicates int // left out on purpose
	Later      int // beyond --limit, or not of the states asked for by --only
}

// Nobody says that every row which is left is filtered or suppressed. Where
// none is sent there is nobody to send to, now or later.
func (l Left) Nobody() bool {
	return l.Filtered+l.Suppressed > 0 && l.Sent+l.Unknown+l.Skipped+l.Later == 0
}

// choose walks over the spooled rows and decides about each.
func (b *book) choose(h *history, p policy, sel selection, digest string) (*choice, error) {
	c := &choice{messageIDs: make(map[int]string)}
	g, err := newGuard(b, h, p)
	if err != nil {
		return nil, err
	}
	if err := sel.resolve(b); err != nil {
		return nil, err
	}
	taken := 0
	err = b.each(func(r *row) {
		if sel.takes(r.number, r.key) {
			taken++
			c.decide(r, b, h, p, sel, g)
		}
	})
	if err != nil {
		return nil, err
	}
	if taken == 0 {
		return nil, fail(BadData, "%s has %d rows, and none of them is asked for", b.file, b.total).hint("look at --rows and --key")
	}
	if err := g.err(); err != nil {
		return nil, err
	}
	return c, c.recallMessageIDs(b, h, p, digest)
}

func (c *choice) decide(r *row, b *book, h *history, p policy, sel selection, g *guard) {
	if b.excluded.of(r.number) != included {
		c.leaveOut(r, b, sel.keys != nil)
		return
	}
	st := h.fold.Of(r.key)
	if why, bad := b.rejects.of(r.number); bad {
		if v := p.of(st); why.own && !p.test && (v == leaveSent || v == leaveUnknown) {
			c.count(v) // that it is bad today changes nothing
			return
		}
		c.skip(r.number, why.duplicate)
		return
	}
	if p.test {
		st = result.Standing{}
	}
	verdict := p.of(st)
	if g.stops(r, st, verdict) {
		return // told when all rows were looked at
	}
	if as, ok := g.skips(r, st, verdict); ok {
		verdict = as
	}
	switch {
	case verdict != take && !g.sends(r, st):
		c.count(verdict)
	case sel.limit > 0 && c.send.len() >= sel.limit:
		c.leave.Later++
	default:
		c.send.add(r.number)
	}
}

// skip leaves a row out that is bad, or a duplicate.
func (c *choice) skip(number int, duplicate bool) {
	c.skipped = append(c.skipped, number)
	if duplicate {
		c.leave.Duplicates++
	} else {
		c.leave.Skipped++
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
// arrived, so that a receiver can drop the twin. A letter that changed is no
// twin.
func (c *choice) recallMessageIDs(b *book, h *history, p policy, digest string) error {
	if !p.includeUnknown || p.test {
		return nil
	}
	ids := make(map[int]string) // by record number
	err := h.each(func(e result.Entry) error {
		if st := h.fold.Of(e.Key); st.Status == result.Unknown && st.Number == e.Number && digestOf(e.Run) == digest {
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
	orphans  map[uint64]result.Status // of addresses, by result.MarkOf, that were delivered to under another key
	problems problem.List
}

func newGuard(b *book, h *history, p policy) (*guard, error) {
	g := &guard{b: b, mode: p.changed}
	if !p.rerun || p.test || !h.begun() {
		return g, nil
	}
	g.fold = &h.fold
	settled := 0
	err := b.each(func(r *row) {
		if st := h.fold.Of(r.key); g.delivered(st) && !g.moved(r, st) && b.vouches(r) {
			settled++
		}
	})
	if c := h.fold.Counts(); err != nil || settled == c.Sent+c.Unknown {
		return g, err // everybody is where the log has them
	}
	return g, g.findOrphans()
}

// findOrphans collects the addresses that were delivered to, but for those that
// a row still has under the key that was delivered to.
func (g *guard) findOrphans() error {
	g.orphans = make(map[uint64]result.Status)
	for _, mark := range g.fold.Deliveries() {
		g.orphans[mark] = result.Sent
	}
	for _, st := range g.fold.All() {
		if st.Status == result.Unknown {
			g.orphans[st.Mark] = result.Unknown
		}
	}
	return g.b.each(func(r *row) {
		if st := g.fold.Of(r.key); g.delivered(st) && !g.moved(r, st) && g.b.vouches(r) {
			delete(g.orphans, result.MarkOf(r.address.Compare()))
		}
	})
}

func (g *guard) delivered(st result.Standing) bool {
	return st.Status == result.Sent || st.Status == result.Unknown
}

// moved says whether the row's key was delivered to, and never at the address
// that the row has now.
func (g *guard) moved(r *row, st result.Standing) bool {
	return g.fold != nil && g.delivered(st) && !g.fold.Reached(r.key, r.address.String())
}

// orphan gives the state of the row's address if it was delivered to under a
// key that no row has any more, or whose row has another address now.
func (g *guard) orphan(r *row) (result.Status, bool) {
	if len(g.orphans) == 0 {
		return "", false
	}
	st, ok := g.orphans[result.MarkOf(r.address.Compare())]
	return st, ok
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
	} else if _, ok := g.orphan(r); ok && v == take {
		text = fmt.Sprintf("%s was delivered to before, under another key", r.address)
	}
	if text == "" {
		return false
	}
	g.problems.Add(problem.Problem{File: g.b.file, Line: r.line, Row: r.number, Kind: "changed", Text: text})
	return true
}

// skips says whether the row counts as delivered although its data changed,
// and as what.
func (g *guard) skips(r *row, st result.Standing, v verdict) (verdict, bool) {
	if g.mode != "skip" || v != take {
		return v, false
	}
	state, ok := g.orphan(r)
	if g.moved(r, st) {
		state, ok = st.Status, true
	}
	if state == result.Unknown {
		return leaveUnknown, ok
	}
	return leaveSent, ok
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
