package job

import (
	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/recipients"
	"mailshot/template"
)

// claims tell which row has which file, in some 12 octets a file, so that no
// two rows get one file. They are made by one goroutine.
type claims struct {
	spool   *recipients.Spool
	columns []string
	values  map[string]string // by column, of the row that is looked at
	locator *attachment.Locator

	sent   index.Index         // files of rows that are sent: the rows' places in the spool
	others index.Index         // of other rows, and files that all letters have
	common map[string]struct{} // some ids of files that several rows may have, so that not each of them looks for the first
}

// maxCommon is how many ids are in claims.common.
const maxCommon = 1000

func (l *letters) claims(sp *recipients.Spool) *claims {
	locator := l.attachments.Locator()
	if locator == nil {
		return nil
	}
	return &claims{spool: sp, columns: l.columns, values: make(map[string]string), locator: locator, common: make(map[string]struct{})}
}

// checkedRow is what a row's letter has of files.
type checkedRow struct {
	row         *recipients.Row
	place       uint64
	fingerprint uint64
	files       []attachment.File
}

// A dispute is an earlier row that has a file of a later one, which one of the two
// wants for itself.
type dispute struct {
	earlier *recipients.Row
	shown   string
}

// add takes a row's claims, and gives the dispute of each of its files that has
// one.
func (c *claims) add(r checkedRow) (disputes []dispute, err error) {
	for _, cl := range r.files {
		if _, ok := c.common[cl.ID]; ok && !cl.Unique {
			continue
		}
		first, unique, err := c.holder(cl.ID)
		switch {
		case err != nil:
			return nil, err
		case first == nil:
			if err := c.sent.Add(cl.ID, r.place); err != nil {
				return nil, err
			}
		case first.Number != r.row.Number && (cl.Unique || unique):
			disputes = append(disputes, dispute{first, cl.Shown})
		case !cl.Unique && !unique && len(c.common) < maxCommon:
			c.common[cl.ID] = struct{}{}
		}
	}
	return disputes, nil
}

// holder is the row that is sent with a file, and whether it wants it for
// itself. Ids are found by hashes, so the row's files are looked at again.
func (c *claims) holder(id string) (holder *recipients.Row, unique bool, err error) {
	_, _ = c.sent.Find(id, func(place uint64) bool {
		r, e := c.spool.At(place)
		if e != nil {
			err = e
			return true
		}
		for _, f := range c.filesOf(r) {
			if f.ID == id {
				holder, unique = r, unique || f.Unique
			}
		}
		return holder != nil
	})
	return holder, unique, err
}

// filesOf finds the files of a row, those that there are.
func (c *claims) filesOf(r *recipients.Row) []attachment.File {
	r.Fields(c.columns, c.values)
	return c.locator.Files(template.Row{Number: r.Number, Line: r.Line, Key: r.Key, Fields: c.values})
}

// free gives the memory back. nil has none.
func (c *claims) free() {
	if c != nil {
		c.sent.Free()
		c.others.Free()
	}
}
