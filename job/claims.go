package job

import (
	"mailshot/job/index"
	"mailshot/template"
)

// claims tell which row has which file, in some 12 octets a file, so that no
// two rows get one file. They are made by one goroutine.
type claims struct {
	letters *letters
	spool   *spool
	fields  map[string]string
	lines   *template.LinesRenderer // renders a row's paths once more

	sent   index.Index         // files of rows that are sent: the rows' places in the spool
	others index.Index         // of other rows, and files that all letters have
	common map[string]struct{} // some ids of files that several rows may have, so that not each of them looks for the first
}

// maxCommon is how many ids are in claims.common.
const maxCommon = 1000

func (l *letters) claims(sp *spool) *claims {
	if l.attachments == nil || !l.attachments.perRow {
		return nil
	}
	return &claims{
		letters: l, spool: sp, fields: make(map[string]string), lines: l.attachments.lines.Renderer(), common: make(map[string]struct{}),
	}
}

// A claim is a file of a row that was checked.
type claim struct {
	id     string
	shown  string
	unique bool
}

// checkedRow is what a row's letter has of files.
type checkedRow struct {
	row    *row
	place  uint64
	stamp  uint64
	claims []claim
}

// claimsOf are those of a mail.
func claimsOf(r *row, place uint64, files []rowFile) checkedRow {
	c := checkedRow{row: r, place: place, stamp: stampOf(files)}
	for _, f := range files {
		c.claims = append(c.claims, claim{fileID(f.info, f.shown), f.shown, f.attachment.Unique})
	}
	return c
}

// A dispute is an earlier row that has a file of a later one, which one of the two
// wants for itself.
type dispute struct {
	earlier *row
	shown   string
}

// add takes a row's claims, and gives the dispute of each of its files that has
// one.
func (c *claims) add(r checkedRow) (disputes []dispute, err error) {
	for _, cl := range r.claims {
		if _, ok := c.common[cl.id]; ok && !cl.unique {
			continue
		}
		first, unique, err := c.holder(cl.id)
		switch {
		case err != nil:
			return nil, err
		case first == nil:
			if err := c.sent.Add(cl.id, r.place); err != nil {
				return nil, err
			}
		case first.number != r.row.number && (cl.unique || unique):
			disputes = append(disputes, dispute{first, cl.shown})
		case !cl.unique && !unique && len(c.common) < maxCommon:
			c.common[cl.id] = struct{}{}
		}
	}
	return disputes, nil
}

// holder is the row that is sent with a file, and whether it wants it for
// itself. Ids are found by hashes, so the row's files are looked at again.
func (c *claims) holder(id string) (holder *row, unique bool, err error) {
	_, _ = c.sent.Find(id, func(place uint64) bool {
		r, e := c.spool.at(place)
		if e != nil {
			err = e
			return true
		}
		for _, f := range c.filesOf(r) {
			if f.id == id {
				holder, unique = r, unique || f.unique
			}
		}
		return holder != nil
	})
	return holder, unique, err
}

// filesOf finds the files of a row, those that there are.
func (c *claims) filesOf(r *row) []claim {
	r.fields(c.letters.columns, c.fields)
	lines, err := c.lines.Render(template.Row{Number: r.number, Line: r.line, Key: r.key, Fields: c.fields})
	if err != nil {
		return nil
	}
	var all []claim
	for i := range c.letters.attachments.list {
		at := &c.letters.attachments.list[i]
		if at.path < 0 {
			continue
		}
		if f, err := at.folder.find(lines[at.path]); err == nil {
			all = append(all, claim{fileID(f.info, lines[at.path]), lines[at.path], at.Unique})
		}
	}
	return all
}

// free gives the memory back. nil has none.
func (c *claims) free() {
	if c != nil {
		c.sent.Free()
		c.others.Free()
	}
}
