package plan

import (
	"context"
	"slices"

	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// SkippedReasons are why bad rows are left out.
type SkippedReasons struct {
	First  []string        // the first rows, each with its reason
	Groups []reasons.Group // all rows, by reason
}

// SkippedReasons returns why bad rows are left out.
func (p *Plan) SkippedReasons() (why SkippedReasons, err error) {
	slices.Sort(p.Skipped)
	var bad index.Bits
	for _, n := range p.Skipped {
		if why, _ := p.table.Rejected.Of(n); !why.Duplicate {
			bad.Add(n)
		}
	}
	var groups reasons.Groups
	err = p.table.EachOf(&bad, func(r *recipients.Row, _ uint64) error {
		text := p.table.Rejected.Why(r).Text
		if len(why.First) < problem.Listed {
			why.First = append(why.First, RowReason(r.Number, text))
		}
		groups.Add(&result.Record{Row: r.Number, Recipient: r.Address.String(), Status: result.Skipped, Error: text})
		return nil
	})
	why.Groups = groups.List()
	return why, problem.InternalError(err)
}

// Skips are the selected rows to record as skipped: those that are bad or
// duplicates, and those that are excluded.
type Skips struct {
	rows     []int // in order
	excluded *index.Bits
	table    *recipients.Table
}

// Skips returns the rows to record. A test records none; and a run that leaves
// nobody, and would be the first of its mailing, is no beginning of it.
func (p *Plan) Skips(test, begun bool) Skips {
	slices.Sort(p.Skipped)
	s := Skips{p.Skipped, &p.excluded, p.table}
	if test {
		s.rows = nil
	}
	if test || p.Send.Len()+len(s.rows) == 0 && !begun {
		s.excluded = &index.Bits{}
	}
	return s
}

// Len returns how many rows there are.
func (s Skips) Len() int { return len(s.rows) + s.excluded.Len() }

// Each calls f with each of the rows and why it is skipped, in the order of the
// file. It stops at the first error, and returns it.
func (s Skips) Each(ctx context.Context, sp *recipients.Spool, f func(*recipients.Row, recipients.Reason) error) error {
	in := sp.Rows()
	for left := s.Len(); left > 0; {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		r, err := in.Next()
		if err != nil {
			return problem.InternalError(err)
		}
		var why recipients.Reason
		switch {
		case len(s.rows) > 0 && r.Number == s.rows[0]:
			s.rows = s.rows[1:]
			why = s.table.Rejected.Why(r)
		case s.excluded.Has(r.Number):
			why = recipients.Reason{Text: s.table.Filter.Reason(r, s.table.Excluded.Of(r.Number)), Own: s.table.OwnsKey(r)}
		default:
			continue
		}
		left--
		if err := f(r, why); err != nil {
			return err
		}
	}
	return nil
}
