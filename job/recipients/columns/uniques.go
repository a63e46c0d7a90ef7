package columns

import (
	"fmt"

	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// Uniques find rows that have an equal cell in a column whose cells are unique. Of a row they keep
// eight octets for each such column, beside the empty part of a hash table. They are not safe for
// concurrent use.
type Uniques struct {
	rules *Rules
	spool *recipients.Spool
	seen  []index.Index // by unique column: offsets in the spool
}

// Uniques returns an empty Uniques for rows of a spool, or nil if no column is unique.
func (r *Rules) Uniques(sp *recipients.Spool) *Uniques {
	if r == nil || len(r.unique) == 0 {
		return nil
	}
	return &Uniques{rules: r, spool: sp, seen: make([]index.Index, len(r.unique))}
}

// A Conflict is a cell that an earlier row has too.
type Conflict struct {
	Earlier *recipients.Row
	column  *rule
	cell    string
}

// Text returns what is wrong with a row, where the other one has the same cell.
func (c *Conflict) Text(other int) string {
	return fmt.Sprintf("%s in column %q is also that of row %d", quote(c.cell), c.column.Name, other)
}

// Problem returns the problem of a row, without its place.
func (c *Conflict) Problem(other int) problem.Problem { return c.column.problem(c.Text(other)) }

// Add takes in a row, which is at an offset in the spool, and returns its conflicts with those that
// were added before. nil has none.
func (u *Uniques) Add(r *recipients.Row, offset uint64) ([]Conflict, error) {
	return u.each(r, func(i int, cell string) error { return u.seen[i].Add(cell, offset) })
}

// Conflicts returns the conflicts of a row that is not added.
func (u *Uniques) Conflicts(r *recipients.Row) ([]Conflict, error) {
	return u.each(r, func(int, string) error { return nil })
}

// each returns the conflicts of a row, and calls fresh with the cells that no row has.
func (u *Uniques) each(r *recipients.Row, fresh func(i int, cell string) error) (all []Conflict, err error) {
	if u == nil {
		return nil, nil
	}
	for i, n := range u.rules.unique {
		rule := &u.rules.rules[n]
		cell := rule.cell(r.Cells)
		if cell == "" {
			continue
		}
		first, err := u.first(i, rule, cell)
		switch {
		case err != nil:
			return nil, err
		case first != nil:
			all = append(all, Conflict{Earlier: first, column: rule, cell: cell})
			continue
		}
		if err := fresh(i, cell); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// first returns the row that was added with a cell, or nil. Cells are found by hashes, so the row
// is looked at again.
func (u *Uniques) first(i int, rule *rule, cell string) (found *recipients.Row, err error) {
	u.seen[i].Find(cell, func(offset uint64) bool {
		r, rerr := u.spool.At(offset)
		if rerr != nil {
			err = rerr
			return true
		}
		if rule.cell(r.Cells) == cell {
			found = r
		}
		return found != nil
	})
	return found, err
}

// Free gives the memory back. nil has none.
func (u *Uniques) Free() {
	if u == nil {
		return
	}
	for i := range u.seen {
		u.seen[i].Free()
	}
}
