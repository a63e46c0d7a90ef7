package job

import (
	"slices"

	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A policy says which rows a run takes, given what became of them before.
type policy struct {
	rerun          bool     // failed and untried rows of an earlier run; else every row
	only           []string // temporary, permanent, untried; empty: all of them
	includeUnknown bool
	again          bool   // every row that is selected, whatever became of it
	changed        string // skip or send: what to do where the log knows the person by other data; "": stop
	test           bool   // the log's states do not matter
}

// A choice is which rows a run sends, and what it leaves.
type choice struct {
	send        index.Bits
	first, last string // recipients, once the letters are checked
	copies      string // who gets the first letter too
	tally       tally  // of the letters
	leave       Left
	skipped     []int          // selected rows that are bad, duplicates, or without their file
	excluded    index.Bits     // selected rows that recipients.where or suppress leave out
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
	NoFile     int // rows without an attachment of on_missing: skip-row
	Later      int // beyond --limit, or not of the states asked for by --only
}

// Nobody says that every row which is left is filtered or suppressed. Where
// none is sent there is nobody to send to, now or later.
func (l Left) Nobody() bool {
	return l.Filtered+l.Suppressed > 0 && l.Sent+l.Unknown+l.Skipped+l.Later+l.NoFile == 0
}

// choose walks over the spooled rows and decides about each.
func choose(b *recipients.Table, h *history, p policy, sel selection, digest string) (*choice, error) {
	if err := sel.resolve(b); err != nil {
		return nil, err
	}
	d := &decider{b: b, h: h, p: p, sel: sel, g: newGuard(b, h, p)}
	if err := d.all(); err != nil {
		return nil, err
	}
	if d.g.astray() { // what that means for other rows is known only now
		if err := d.g.findOrphans(); err != nil {
			return nil, err
		}
		if err := d.all(); err != nil {
			return nil, err
		}
	}
	if d.taken == 0 {
		return nil, problem.Fail(problem.BadData, "%s has %d rows, and none of them is asked for", b.File, b.Total).WithHint("look at --rows and --key")
	}
	if err := d.g.err(); err != nil {
		return nil, err
	}
	return d.c, d.c.recallMessageIDs(b, h, p, digest)
}

// A decider decides about rows.
type decider struct {
	b     *recipients.Table
	h     *history
	p     policy
	sel   selection
	g     *guard
	c     *choice
	taken int // rows that are selected
}

// all decides about all rows anew.
func (d *decider) all() error {
	d.c, d.taken = &choice{messageIDs: make(map[int]string)}, 0
	d.g.begin()
	return d.b.Each(func(r *recipients.Row, _ uint64) {
		st := d.g.look(r)
		if d.sel.takes(r.Number, r.Key) {
			d.taken++
			d.decide(r, st)
		}
	})
}

// decide decides about a row by its state.
func (d *decider) decide(r *recipients.Row, st result.Standing) {
	c, p := d.c, &d.p
	why, bad := d.b.Rejected.Of(r.Number)
	excluded := d.b.Excluded.Of(r.Number) != recipients.Included
	if p.again && (bad || excluded) {
		return // told when all letters were looked at, if it is the row that is meant
	}
	if excluded {
		c.leaveOut(r, d.b, d.sel.keys != nil)
		return
	}
	if bad {
		if v := p.of(st); why.Own && !p.test && (v == leaveSent || v == leaveUnknown) {
			c.count(v) // that it is bad today changes nothing
			return
		}
		c.skip(r.Number, why)
		return
	}
	if p.test {
		st = result.Standing{}
	}
	verdict := p.of(st)
	if d.g.stops(r, st, verdict) {
		return // told when all rows were looked at
	}
	if as, ok := d.g.skips(r, st, verdict); ok {
		verdict = as
	}
	switch {
	case verdict != take && !d.g.sends(r):
		c.count(verdict)
	case d.sel.limit > 0 && c.send.Len() >= d.sel.limit:
		c.leave.Later++
	default:
		c.send.Add(r.Number)
	}
}

// skip leaves a row out that is bad, a duplicate, or without its file.
func (c *choice) skip(number int, why recipients.Reason) {
	c.skipped = append(c.skipped, number)
	switch {
	case why.Duplicate:
		c.leave.Duplicates++
	case why.NoFile:
		c.leave.NoFile++
	default:
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
func (p *policy) of(st result.Standing) verdict {
	if p.again {
		return take
	}
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
func (c *choice) recallMessageIDs(b *recipients.Table, h *history, p policy, digest string) error {
	if !p.includeUnknown || p.test {
		return nil
	}
	ids := make(map[int]string) // by row number
	err := h.each(func(e result.Entry) error {
		if e.Status != result.Unknown || !h.Fold.Decides(&e) || digestOf(e.Run) != digest {
			return nil
		}
		r, err := b.WithKey(e.Key)
		if err != nil {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		if r != nil && c.send.Has(r.Number) {
			ids[r.Number] = e.MessageID
		}
		return nil
	})
	c.messageIDs = ids
	return err
}
