package recipients

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"mailshot/job/address"
	"mailshot/job/index"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/template"
)

// A Table is the recipients file as one run knows it: every row in the spool,
// and what tells the rows apart.
type Table struct {
	rd       *sheet.Reader
	Columns  []string
	File     string // how messages name the recipients file
	Total    int    // rows read
	spool    *Spool
	Rejected *Rejected

	Filter   *Filter
	Excluded Exclusions

	hasKey       bool
	duplicates   string
	keys         index.Index // of the spool: the first recipient with a key
	excludedKeys index.Index // of the spool: of the rows that are left out, the first with a key
	Shadowed     index.Bits  // rows whose key stands for another row
	addresses    index.Index // of the spool: the first row with an address, where that is asked for
	byAddress    bool        // it is
	doubts       doubts
	sharing      twins      // an address, where that ends the run
	repeating    twins      // a key
	equal        index.Bits // rows that have one address, of which Choose leaves one
}

// NewTable begins the table of the recipients file that r is: it reads the header,
// and Read the rest. The rows go into sp.
func NewTable(ctx context.Context, r io.Reader, j *jobfile.Job, f *Filter, sp *Spool, rej *Rejected) (*Table, error) {
	rc := &j.Recipients
	rd, err := sheet.NewReader(r, SheetOptions(j))
	if err != nil {
		return nil, Unread(ctx, err)
	}
	rej.problems = f.problems
	t := &Table{rd: rd, Columns: rd.Columns(), spool: sp, Rejected: rej, Filter: f, File: ShownName(rc.File), hasKey: rc.Key != "", duplicates: rc.Duplicates}
	t.byAddress = t.hasKey && t.duplicates != "all"
	return t, nil
}

// Read reads and spools all rows. Rows that the filter does not take are set
// apart. Others that are bad by themselves, or that can't be told apart, become
// rejected.
func (t *Table) Read(ctx context.Context) error {
	for in, err := range t.rd.Ahead() {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Unread(ctx, err)
		}
		if err := t.add(in); err != nil {
			return problem.Fail(problem.Exists, "keeping the rows in the spool: %w", err)
		}
	}
	if err := t.spool.flush(); err != nil {
		return problem.Fail(problem.Exists, "writing the spool: %w", err)
	}
	if err := t.hintEqual(ctx); err != nil {
		return err
	}
	t.Rejected.problems.SetText(sameAddressKind, t.sharing.words("address", "addresses"))
	t.Rejected.problems.SetText(sameKeyKind, t.repeating.words("key", "keys"))
	if t.Total == 0 {
		return problem.Fail(problem.BadData, "%s has no rows", t.File).WithHint("a header line and one line for each recipient are needed")
	}
	return nil
}

// Unread returns the end for recipients that can't be read.
func Unread(ctx context.Context, err error) *problem.Error {
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	return &problem.Error{Kind: problem.BadData, Err: err}
}

func (t *Table) add(in *sheet.Row) error {
	t.Total++
	if !in.Doubtful {
		t.trim(in)
		t.lookAtCase(in)
	}
	r := &Row{Number: in.Number, Line: in.Line, Key: in.Key, Address: in.Address, Name: in.Name, Cells: in.Cells, Stored: in.Stored}
	why, err := t.Filter.match(in)
	if why != Included {
		place, err := t.spool.Add(r)
		if err != nil {
			return err
		}
		return t.exclude(r, why, place)
	}
	if err != nil && in.Problem == nil {
		in.Problem = t.undecided(r, err)
	}
	if in.Problem != nil {
		r.bad = in.Problem.Text
		t.Rejected.Add(r.Number, Reason{Text: in.Problem.Text, Own: r.Key != "", Problem: *in.Problem})
	}
	if r.bad == "" && StandsForRow(r.Key) {
		r.bad = fmt.Sprintf("the key %q looks like the number of a row", r.Key)
		t.Rejected.Add(r.Number, Reason{Text: r.bad, Problem: t.problem(r, "key", r.bad, "")})
	}
	place, err := t.spool.Add(r)
	if err != nil {
		return err
	}
	return t.identify(r, place)
}

// Free releases the memory of what tells rows apart.
func (t *Table) Free() {
	t.keys.Free()
	t.excludedKeys.Free()
	t.addresses.Free()
}

// identify finds rows that share a key, or an address, with an earlier one.
func (t *Table) identify(r *Row, place uint64) error {
	if r.Key != "" {
		first, err := t.WithKey(r.Key)
		switch {
		case err != nil:
			return err
		case first == nil:
			err = t.keys.Add(r.Key, place)
		case t.Excluded.Of(first.Number) != Included:
			t.Shadowed.Add(first.Number)
			err = t.keys.Add(r.Key, place)
		case t.hasKey:
			t.Shadowed.Add(r.Number)
			t.sameKey(r, first.Number)
			return nil
		default:
			t.Shadowed.Add(r.Number)
			t.sameAddress(r, first.Number)
			return nil
		}
		if err != nil {
			return err
		}
	}
	return t.identifyAddress(r, place)
}

// WithKey returns the row that a key stands for: the first recipient with it or,
// where there is none, the first row with it, or nil.
func (t *Table) WithKey(key string) (*Row, error) {
	has := func(r *Row) bool { return r.Key == key }
	r, err := t.First(&t.keys, key, has)
	if r != nil || err != nil {
		return r, err
	}
	return t.First(&t.excludedKeys, key, has)
}

// Compared returns the row's address in the form in which addresses are compared.
func (t *Table) Compared(r *Row) string {
	if !t.hasKey && r.Key != "" {
		return r.Key
	}
	return r.Address.Compare()
}

// First returns the row under a key of an index that is the one, or nil.
func (t *Table) First(x *index.Index, key string, is func(*Row) bool) (found *Row, err error) {
	x.Find(key, func(place uint64) bool {
		r, rerr := t.spool.At(place)
		if rerr != nil {
			err = rerr
			return true
		}
		if is(r) {
			found = r
		}
		return found != nil
	})
	return found, err
}

// sameKeyKind is the kind of the problems of rows that have one key.
const sameKeyKind = "same key"

// sameKey rejects both rows: nobody can say which one the key means.
func (t *Table) sameKey(r *Row, first int) {
	text := fmt.Sprintf("the key %q is also that of row %d", r.Key, first)
	t.repeating.add(first, r.Number, problem.ShortQuote(r.Key))
	t.Rejected.Add(r.Number, Reason{Text: text, Problem: t.problem(r, sameKeyKind, text, "keys must be unique; correct the column or name another with recipients.key")})
	t.Rejected.AddEarlier(first, Reason{Text: fmt.Sprintf("the key %q is also that of row %d", r.Key, r.Number)})
}

func (t *Table) problem(r *Row, kind, text, hint string) problem.Problem {
	return problem.Problem{File: t.File, Line: r.Line, Row: r.Number, Kind: kind, Text: text, Hint: hint}
}

// undecided returns the problem of a row for which recipients.where can't be decided.
func (t *Table) undecided(r *Row, err error) *problem.Problem {
	p := t.problem(r, "where", err.Error(), "")
	var te *template.Error
	if errors.As(err, &te) {
		p.Hint = te.Hint
	}
	p.Cell = CellOf(err)
	return &p
}

// CellOf returns the cell that the error of a template is about, or nil.
func CellOf(err error) *problem.Cell {
	te, ok := errors.AsType[*template.Error](err)
	if !ok || te.Cell == nil {
		return nil
	}
	c := te.Cell
	return &problem.Cell{Column: c.Column, Value: c.Value, What: c.What, Place: te.Place(), Ways: c.Ways, WaysOf: c.WaysOf}
}

// TypedKey makes a key as it is typed the one that rows and records have.
func (t *Table) TypedKey(typed string) string { return TypedKey(typed, t.hasKey) }

// TypedKey returns a key as it is typed in the form that rows and records have.
func TypedKey(typed string, hasKey bool) string {
	if typed = strings.TrimSpace(typed); hasKey {
		return typed
	}
	return address.CompareText(typed)
}

// Each calls f with every row of the file, without its cells, and with its offset
// in the spool.
func (t *Table) Each(f func(r *Row, offset uint64)) error {
	in := t.spool.Rows()
	in.brief = true
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		f(r, in.last)
	}
}

// EachOf calls f with every row of a set, as Each does, and returns its first error.
func (t *Table) EachOf(set *index.Bits, f func(r *Row, offset uint64) error) error {
	in := t.spool.Rows()
	in.brief = true
	for left := set.Len(); left > 0; left-- {
		r, err := in.NextOf(set)
		if err == nil {
			err = f(r, in.last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// EachCell calls yield with the cell of a column in each row of the file that keeps nothing behind it, until yield reports false.
func (t *Table) EachCell(column string, yield func(value string) bool) error {
	at := slices.Index(t.Columns, column)
	if at < 0 {
		return nil
	}
	in := t.spool.Rows()
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		if at < len(r.Stored) && r.Stored[at] != "" {
			continue // it is read in no form
		}
		if at < len(r.Cells) && !yield(r.Cells[at]) {
			return nil
		}
	}
}
