package preflight

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// checkFiles looks at the files of all rows together, once each has been found:
// whether a row that is not sent now has a file of one that is, and which files
// no row has.
func (c *Check) checkFiles(ctx context.Context, all *owners) error {
	if all == nil || c.Test {
		return nil
	}
	if err := c.otherRows(ctx, all); err != nil {
		return err
	}
	if text := all.equals.words(); text != "" {
		c.warnf("%s", text)
	}
	for _, path := range c.Letters.Attachments.Futile() {
		c.warnf("must_contain of %s can't fail: the path is made with it, and only a text is searched", path)
	}
	for _, id := range c.Letters.Attachments.SharedIDs() {
		if err := all.others.Add(id, 0); err != nil {
			return problem.InternalError(err)
		}
	}
	return c.unclaimed(ctx, all)
}

// otherRows takes in the files of rows that this run does not send. What such a
// row says counts if it is a recipient: it was sent to, or will be.
func (c *Check) otherRows(ctx context.Context, all *owners) error {
	in := c.Spool.Rows()
	var skipped index.Bits
	for _, n := range c.Plan.Skipped {
		skipped.Add(n)
	}
	for {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return problem.InternalError(err)
		}
		if c.Plan.Send.Has(r.Number) {
			continue
		}
		counts := c.counts(r)
		for _, f := range all.filesOf(r) {
			if counts {
				if err := c.findConflict(all, r, f); err != nil {
					return err
				}
			}
			if err := all.addOther(r, f, skipped.Has(r.Number)); err != nil {
				return problem.InternalError(err)
			}
		}
	}
}

// findConflict rejects the row that is to be sent with the file of another one.
func (c *Check) findConflict(all *owners, other *recipients.Row, f attachment.File) error {
	r, unique, err := all.owner(f.ID)
	if err != nil {
		return problem.InternalError(err)
	}
	if r != nil {
		if (unique || f.Unique) && c.Plan.Send.Has(r.Number) {
			c.rejectFile(r, &conflict{}, f.Shown, other.Number)
			c.Plan.Send.Remove(r.Number)
		}
		return nil
	}
	if !f.Unique {
		return nil
	}
	t, err := all.twinOf(&twin{row: other, file: f})
	switch {
	case err != nil:
		return problem.InternalError(err)
	case t == nil || !c.Plan.Send.Has(t.row.Number):
	case f.UniqueContent || t.file.UniqueContent:
		c.rejectFile(t.row, &conflict{equal: true}, t.file.Shown, other.Number)
		c.Plan.Send.Remove(t.row.Number)
	default:
		all.equals.note(min(t.row.Number, other.Number), max(t.row.Number, other.Number), t.file.Shown, f.Shown)
	}
	return nil
}

// rejectFile rejects a row that has the file of another row, or one like it.
func (c *Check) rejectFile(r *recipients.Row, why *conflict, shown string, other int) {
	text := why.words(shown, other)
	p := problem.Problem{
		File: c.Table.File, Line: r.Line, Row: r.Number, Kind: "attachment", Text: text,
		Hint: why.hint(),
	}
	c.Plan.Reject(r.Number, recipients.Reason{Text: text, Own: true, Problem: p})
}

// unclaimed warns of the files in the rows' folders that no row has.
func (c *Check) unclaimed(ctx context.Context, all *owners) error {
	return c.Letters.Attachments.EachFolder(func(f *attachment.Folder) error { return c.unclaimedIn(ctx, all, f) })
}

func (c *Check) unclaimedIn(ctx context.Context, all *owners, f *attachment.Folder) error {
	var first []unclaimedFile // by name; at most fewUnclaimed
	n, skipped := 0, 0
	err := f.EachFile(func(name, id string) error {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		row, claimed := all.claimed(id)
		if claimed || row > 0 && c.Table.Rejected.EndsRun(row) {
			return nil // what is wrong with the row is told
		}
		n++
		if row > 0 {
			skipped++
		}
		i, _ := slices.BinarySearchFunc(first, name, func(u unclaimedFile, name string) int { return cmp.Compare(u.name, name) })
		first = slices.Insert(first, i, unclaimedFile{name, row})
		first = first[:min(len(first), fewUnclaimed)]
		return nil
	})
	if err != nil {
		return err
	}
	if n <= fewUnclaimed {
		for _, u := range first {
			c.warnf("%s", u)
		}
		return nil
	}
	whose := "of no row"
	if skipped > 0 {
		whose = "for nobody"
	}
	var names []string
	for _, u := range first[:fewUnclaimed] {
		names = append(names, u.name)
	}
	c.warnf("%d files in %s are %s: %s …", n, path.Clean("./"+f.Path()), whose, strings.Join(names, ", "))
	return nil
}

// fewUnclaimed is how many files are each told why nobody gets them; of more, so many are named.
const fewUnclaimed = 3

// An unclaimedFile is one that nobody gets.
type unclaimedFile struct {
	name string
	row  int // that has it, and gets nothing; 0: there is none
}

// String says why nobody gets the file.
func (u unclaimedFile) String() string {
	if u.row > 0 {
		return fmt.Sprintf("%s is the file of row %d alone, which gets nothing", u.name, u.row)
	}
	return u.name + " is the file of no row"
}
