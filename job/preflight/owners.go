package preflight

import (
	"fmt"

	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/letter"
	"mailshot/job/recipients"
	"mailshot/template"
	"mailshot/template/cell"
)

// owners tell which row has which file, in some 12 octets a file, so that no
// two rows get one file. They are made by one goroutine.
type owners struct {
	spool     *recipients.Spool
	columns   []string
	values    map[string]string      // by column, of the row that is looked at
	stored    map[string]cell.Stored // likewise
	locator   *attachment.Locator
	languages *letter.LanguageFinder // that file names may have dates in

	sent   index.Index // files of rows that are sent: the rows' offsets in the spool
	equals equals
	others index.Index         // of other rows, and files that all letters have
	none   index.Index         // of rows that get nothing: the rows' numbers
	common map[string]struct{} // some ids of files that several rows may have, so that not each of them looks for the first
}

// maxCommon is how many ids are in owners.common.
const maxCommon = 1000

func newOwners(l *letter.Letters, sp *recipients.Spool) *owners {
	locator := l.Attachments.Locator()
	if locator == nil {
		return nil
	}
	return &owners{spool: sp, columns: l.Columns, values: make(map[string]string), stored: make(map[string]cell.Stored), locator: locator, languages: l.Languages(), common: make(map[string]struct{})}
}

// checkedRow is what a row's letter has of files.
type checkedRow struct {
	row    *recipients.Row
	offset uint64
	files  []attachment.File
}

// A conflict is an earlier row that has a file of a later one, or one with the same
// content, which one of the two wants for itself.
type conflict struct {
	earlier *recipients.Row
	shown   string // the file, as the later row has it
	theirs  string // as the earlier row has it
	equal   bool   // they are two files
}

// words returns why a row that has a file can't be sent, for the number of the other.
func (c *conflict) words(shown string, other int) string {
	if c.equal {
		return fmt.Sprintf("%s has the same content as the file of row %d", shown, other)
	}
	return fmt.Sprintf("%s is also the file of row %d", shown, other)
}

// hint returns what to do about it.
func (c *conflict) hint() string {
	if c.equal {
		return "which of them has the right file? Files that may be equal are attachments with unique: true"
	}
	return "who is to have it? Files that several rows may have are attachments with unique: false"
}

// add takes the files of a row, and returns a conflict for each that has one.
func (o *owners) add(r checkedRow) (conflicts []conflict, err error) {
	for _, f := range r.files {
		if _, ok := o.common[f.ID]; ok && !f.Unique {
			continue
		}
		first, unique, err := o.owner(f.ID)
		switch {
		case err != nil:
			return nil, err
		case first == nil:
			if err := o.sent.Add(f.ID, r.offset); err != nil {
				return nil, err
			}
		case first.Number != r.row.Number && (f.Unique || unique):
			conflicts = append(conflicts, conflict{earlier: first, shown: f.Shown, theirs: f.Shown})
			continue
		case !f.Unique && !unique && len(o.common) < maxCommon:
			o.common[f.ID] = struct{}{}
		}
		if !f.Unique || first != nil {
			continue
		}
		t, err := o.addContent(&twin{r.row, r.offset, f})
		switch {
		case err != nil:
			return nil, err
		case t == nil:
		case f.UniqueContent || t.file.UniqueContent:
			conflicts = append(conflicts, conflict{t.row, f.Shown, t.file.Shown, true})
		default:
			o.equals.note(t.row.Number, r.row.Number, t.file.Shown, f.Shown)
		}
	}
	return conflicts, nil
}

// owner returns the row that is sent with a file, and whether it wants it for
// itself. Ids are found by hashes, so the row's files are looked at again.
func (o *owners) owner(id string) (owner *recipients.Row, unique bool, err error) {
	_, _ = o.sent.Find(id, func(offset uint64) bool {
		r, e := o.spool.At(offset)
		if e != nil {
			err = e
			return true
		}
		for _, f := range o.filesOf(r) {
			if f.ID == id {
				owner, unique = r, unique || f.Unique
			}
		}
		return owner != nil
	})
	return owner, unique, err
}

// addOther takes a file of a row that is not sent now. skipped says that the row gets
// nothing at all.
func (o *owners) addOther(r *recipients.Row, f attachment.File, skipped bool) error {
	set, value := &o.others, uint64(0)
	if skipped {
		set, value = &o.none, uint64(r.Number)
	}
	if _, have := set.Find(f.ID, anyValue); have {
		return nil
	}
	return set.Add(f.ID, value)
}

// claimed reports whether somebody gets a file, or got it, and else returns the row
// that has it and gets nothing, or 0.
func (o *owners) claimed(id string) (row int, claimed bool) {
	for _, set := range []*index.Index{&o.sent, &o.others} {
		if _, have := set.Find(id, anyValue); have {
			return 0, true
		}
	}
	if n, have := o.none.Find(id, anyValue); have {
		return int(n), false
	}
	return 0, false
}

// anyValue matches all that has one hash: its 30 bits will do for a warning.
func anyValue(uint64) bool { return true }

// filesOf returns the files of a row, those that there are.
func (o *owners) filesOf(r *recipients.Row) []attachment.File {
	r.Fields(o.columns, o.values)
	row := template.Row{Number: r.Number, Line: r.Line, Key: r.Key, Fields: o.values, Stored: r.StoredFields(o.columns, o.stored)}
	var err error
	if row.Language, err = o.languages.Of(row); err != nil {
		return nil
	}
	return o.locator.Files(row)
}

// free gives the memory back. nil has none.
func (o *owners) free() {
	if o != nil {
		o.sent.Free()
		o.others.Free()
		o.equals.free()
		o.none.Free()
	}
}
