package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"mailshot/job/attachment"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// checkFiles looks at the files of all rows together, once each has been found:
// whether a row that is not sent now has a file of one that is, and which files
// no row has.
func (m *mailing) checkFiles(ctx context.Context, c *choice, cl *claims) error {
	if cl == nil || m.test != nil {
		return nil
	}
	if err := m.otherRows(ctx, c, cl); err != nil {
		return err
	}
	for _, path := range m.letters.attachments.Futile() {
		m.doubt("must_contain of %s can't fail: the path is made with it, and only a text is searched", path)
	}
	for _, id := range m.letters.attachments.SharedIDs() {
		if err := cl.others.Add(id, 0); err != nil {
			return problem.InternalError(err)
		}
	}
	return m.leftover(ctx, cl)
}

// otherRows takes in the files of rows that this run does not send. What such a
// row says counts if it is a recipient: it was sent to, or will be.
func (m *mailing) otherRows(ctx context.Context, c *choice, cl *claims) error {
	in := m.spool.Rows()
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
		if c.send.Has(r.Number) {
			continue
		}
		_, bad := m.book.Rejected.Of(r.Number)
		counts := !bad && m.book.Excluded.Of(r.Number) == recipients.Included
		for _, f := range cl.filesOf(r) {
			if counts {
				if err := m.rowsClash(c, cl, r, f); err != nil {
					return err
				}
			}
			if _, have := cl.others.Find(f.ID, func(uint64) bool { return true }); !have {
				if err := cl.others.Add(f.ID, 0); err != nil {
					return problem.InternalError(err)
				}
			}
		}
	}
}

// rowsClash rejects the row that is to be sent with the file of another one.
func (m *mailing) rowsClash(c *choice, cl *claims, other *recipients.Row, f attachment.File) error {
	r, unique, err := cl.holder(f.ID)
	if err != nil {
		return problem.InternalError(err)
	}
	if r != nil && (unique || f.Unique) && c.send.Has(r.Number) {
		m.rejectFile(c, r, other, f.Shown)
		c.send.Remove(r.Number)
	}
	return nil
}

// rejectFile rejects a row that has the file of another row.
func (m *mailing) rejectFile(c *choice, r, other *recipients.Row, shown string) {
	text := fmt.Sprintf("%s is also the file of row %d", shown, other.Number)
	p := problem.Problem{
		File: m.book.File, Line: r.Line, Row: r.Number, Kind: "attachment", Text: text,
		Hint: "who is to have it? Files that several rows may have are attachments with unique: false",
	}
	why := recipients.Reason{Text: text, Own: true, Problem: p}
	c.skip(r.Number, why)
	m.book.Rejected.Add(r.Number, why)
}

// leftover warns of the files in the rows' folders that no row has.
func (m *mailing) leftover(ctx context.Context, cl *claims) error {
	return m.letters.attachments.EachFolder(func(f *attachment.Folder) error { return m.leftoverIn(ctx, cl, f) })
}

func (m *mailing) leftoverIn(ctx context.Context, cl *claims, f *attachment.Folder) error {
	var first []string // in order; at most problem.Listed
	n := 0
	yes := func(uint64) bool { return true } // 30 bits of a hash will do for a warning
	err := f.EachFile(func(name, id string) error {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		if _, sent := cl.sent.Find(id, yes); sent {
			return nil
		}
		if _, other := cl.others.Find(id, yes); other {
			return nil
		}
		n++
		i, _ := slices.BinarySearch(first, name)
		first = slices.Insert(first, i, name)
		first = first[:min(len(first), problem.Listed)]
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range first {
		m.doubt("%s is the file of no row", name)
	}
	if more := n - len(first); more > 0 {
		m.doubt("… and %d more files of no row in %s", more, path.Clean("./"+f.Path()))
	}
	return nil
}
