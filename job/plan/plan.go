// Package plan chooses the rows that a run sends: by what the user asked for, by
// what the log says of each row, and by whether the log knows the same people by
// other data.
package plan

import (
	"fmt"

	"mailshot/job/index"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A Plan is which rows a run sends, and what it leaves. It is not safe for
// concurrent use.
type Plan struct {
	Send       index.Bits     // the rows to send
	Waves      [3]index.Bits  // these by the order in which they are sent: untried, failed for a time, failed; may have others
	Left       Left           // what of the selected rows is not sent
	Skipped    []int          // selected rows that are bad, duplicates, or without their file
	Named      []string       // excluded rows and duplicates that the user asked for by their keys, with the reason
	MessageIDs map[int]string // by row: of unknown rows that are sent again

	table    *recipients.Table
	excluded index.Bits // selected rows that recipients.where or suppress leave out
	again    []string   // keys of Policy.Again as the rows have them, each once
	keys     []string   // keys of Selection.Keys, likewise
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
	Later      int // beyond the limit, or not of the states asked for
}

// Nobody reports whether every row which is left is filtered or suppressed. Where
// none is sent there is nobody to send to, now or later.
func (l Left) Nobody() bool {
	return l.Filtered+l.Suppressed > 0 && l.Sent+l.Unknown+l.Skipped+l.Later+l.NoFile == 0
}

// Params say what to choose. Digest is that of the letter.
type Params struct {
	Selection
	Policy
	Rerun  bool // the mailing has begun, and goes on
	Test   bool // the log's states do not matter
	Digest string
}

// New walks over the rows and decides about each.
func New(t *recipients.Table, h *mailing.History, p Params) (*Plan, error) {
	typed := p.Keys
	if len(p.Again) > 0 {
		typed = p.Again
	}
	keys, err := keySet(typed, t)
	if err != nil {
		return nil, err
	}
	d := &planner{t: t, h: h, p: p, keys: keys, c: newChanges(t, h, p)}
	if err := t.Choose(d.rank); err != nil {
		return nil, problem.InternalError(err)
	}
	if err := d.all(); err != nil {
		return nil, err
	}
	if d.c.anyMissing() { // what that means for other rows is known only now
		if err := d.c.findFormerKeys(); err != nil {
			return nil, err
		}
		if err := d.all(); err != nil {
			return nil, err
		}
	}
	if d.taken == 0 {
		return nil, problem.Fail(problem.BadData, "%s has %d rows, and none of them is asked for", t.File, t.Total).WithHint("look at --rows and --key")
	}
	if err := d.c.err(); err != nil {
		return nil, err
	}
	d.plan.limit(p.Limit)
	return d.plan, d.plan.recallMessageIDs(h, p)
}

// Reject leaves a row out that was to be sent. It stays in Send until Drop.
func (p *Plan) Reject(number int, why recipients.Reason) {
	p.skip(number, why)
	p.table.Rejected.Add(number, why)
}

// RejectEarlier is Reject for a row whose problem is told with a later one.
func (p *Plan) RejectEarlier(number int, why recipients.Reason) {
	p.skip(number, why)
	p.table.Rejected.AddEarlier(number, why)
}

// skip leaves a row out that is bad, a duplicate, or without its file.
func (p *Plan) skip(number int, why recipients.Reason) {
	p.Skipped = append(p.Skipped, number)
	switch {
	case why.Duplicate:
		p.Left.Duplicates++
	case why.NoFile:
		p.Left.NoFile++
	default:
		p.Left.Skipped++
	}
}

// exclude leaves a selected row out that the filter does not take. One that the
// user asked for by its key is told with its reason.
func (p *Plan) exclude(r *recipients.Row, byKey bool) {
	why := p.table.Excluded.Of(r.Number)
	p.excluded.Add(r.Number)
	if why == recipients.Suppressed {
		p.Left.Suppressed++
	} else {
		p.Left.Filtered++
	}
	if byKey {
		p.name(r, p.table.Filter.Reason(r, why))
	}
}

// name tells why a row is left out that the user asked for by its key.
func (p *Plan) name(r *recipients.Row, reason string) {
	if len(p.Named) < problem.Listed {
		p.Named = append(p.Named, RowReason(r.Number, reason))
	}
}

// RowReason says why a row is left out: "row 3: …".
func RowReason(row int, reason string) string { return fmt.Sprintf("row %d: %s", row, reason) }

func (p *Plan) count(d decision) {
	switch d {
	case leaveSent:
		p.Left.Sent++
	case leaveUnknown:
		p.Left.Unknown++
	case leaveLater:
		p.Left.Later++
	}
}

// recallMessageIDs finds the Message-IDs under which unknown rows may have
// arrived, so that a receiver can drop the second copy. A letter that changed is
// no copy.
func (p *Plan) recallMessageIDs(h *mailing.History, in Params) error {
	if !in.IncludeUnknown || in.Test {
		return nil
	}
	return h.Each(func(e result.Entry) error {
		if e.Status != result.Unknown || !h.Fold.Decides(&e) || mailing.LetterDigest(e.Run) != in.Digest {
			return nil
		}
		r, err := p.table.WithKey(e.Key)
		if err != nil {
			return problem.InternalError(err)
		}
		if r != nil && p.Send.Has(r.Number) {
			p.MessageIDs[r.Number] = e.MessageID
		}
		return nil
	})
}
