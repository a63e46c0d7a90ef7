package preflight

import (
	"context"
	"errors"
	"io"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
)

// rejectBroken rejects a row whose cells are not what recipients.columns says.
func (c *Check) rejectBroken(r *recipients.Row, broken []problem.Problem) {
	texts := make([]string, len(broken))
	for i, p := range broken {
		texts[i] = p.Text
	}
	for _, p := range broken {
		c.reject(r, strings.Join(texts, "; "), p)
	}
}

// reject rejects a row, or adds a problem to one that is rejected already. text is what its record
// says.
func (c *Check) reject(r *recipients.Row, text string, p problem.Problem) {
	p.File, p.Line, p.Row = c.Table.File, r.Line, r.Number
	why := recipients.Reason{Text: text, Own: true, Problem: p}
	if _, out := c.Table.Rejected.Of(r.Number); out {
		c.Table.Rejected.Add(r.Number, why)
		return
	}
	c.Plan.Reject(r.Number, why)
}

// takeCells takes in the unique cells of a row that is well, and returns the rows that are not,
// since an earlier one has such a cell too: whose it is nobody knows, and none of them is sent.
func (c *Check) takeCells(all *columns.Uniques, r *recipients.Row, offset uint64) (clashing []int, err error) {
	conflicts, err := all.Add(r, offset)
	if err != nil {
		return nil, problem.InternalError(err)
	}
	for _, d := range conflicts {
		c.reject(r, d.Text(d.Earlier.Number), d.Problem(d.Earlier.Number))
		clashing = append(clashing, r.Number)
		if _, out := c.Table.Rejected.Of(d.Earlier.Number); !out {
			c.Plan.RejectEarlier(d.Earlier.Number, recipients.Reason{Text: d.Text(r.Number), Own: true})
			clashing = append(clashing, d.Earlier.Number)
		}
	}
	return clashing, nil
}

// otherCells rejects rows that have a cell of a row which this run does not send, but another one
// did or will.
func (c *Check) otherCells(ctx context.Context, all *columns.Uniques) error {
	if all == nil || c.Test {
		return nil
	}
	in := c.Spool.Rows()
	for {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		other, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return problem.InternalError(err)
		}
		if c.Plan.Send.Has(other.Number) || !c.counts(other) {
			continue
		}
		conflicts, err := all.Conflicts(other)
		if err != nil {
			return problem.InternalError(err)
		}
		for _, d := range conflicts {
			if c.Plan.Send.Has(d.Earlier.Number) {
				c.reject(d.Earlier, d.Text(other.Number), d.Problem(other.Number))
				c.Plan.Send.Remove(d.Earlier.Number)
			}
		}
	}
}

// counts reports whether a row that is not sent now was sent, or will be.
func (c *Check) counts(r *recipients.Row) bool {
	_, bad := c.Table.Rejected.Of(r.Number)
	return !bad && c.Table.Excluded.Of(r.Number) == recipients.Included
}
