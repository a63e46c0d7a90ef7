package job

import (
	"context"
	"errors"
	"fmt"
	"io"

	"mailshot/job/index"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// A book is the recipients file as one run knows it: every row in the spool,
// and what tells the rows apart.
type book struct {
	columns []string
	total   int // rows read
	spool   *spool
	rejects *rejects

	sieve    *sieve
	excluded exclusions

	file       string
	hasKey     bool
	duplicates string
	keys       index.Index // of the spool: the first recipient with a key
	asides     index.Index // of the spool: of the rows that are left out, the first with a key
	guests     bits        // rows whose key stands for another row
	addresses  index.Index // of the spool: the first row with an address, where that is asked for
	byAddress  bool        // it is
}

// readBook reads and spools all of r. Rows that the sieve for these columns
// leaves out are set aside. Others that are bad by themselves, or that can't be
// told apart, become rejects.
func readBook(ctx context.Context, r io.Reader, j *jobfile.Job, sp *spool, rej *rejects, sieveFor func(columns []string) (*sieve, error)) (*book, error) {
	rc := &j.Recipients
	rd, err := sheet.NewReader(r, recipientOptions(j))
	if err != nil {
		return nil, unread(ctx, err)
	}
	b := &book{columns: rd.Columns(), spool: sp, rejects: rej, file: shownName(rc.File), hasKey: rc.Key != "", duplicates: rc.Duplicates}
	b.byAddress = b.hasKey && b.duplicates != "all"
	if b.sieve, err = sieveFor(b.columns); err != nil {
		return nil, err
	}
	for in, err := range rd.Ahead() {
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unread(ctx, err)
		}
		if err := b.add(in); err != nil {
			return nil, problem.Fail(problem.Exists, "keeping the rows in the spool: %w", err)
		}
	}
	if err := sp.flush(); err != nil {
		return nil, problem.Fail(problem.Exists, "writing the spool: %w", err)
	}
	if b.total == 0 {
		return nil, problem.Fail(problem.BadData, "%s has no rows", b.file).WithHint("a header line and one line for each recipient are needed")
	}
	return b, nil
}

// unread is the end for recipients that can't be read.
func unread(ctx context.Context, err error) *problem.Error {
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	return &problem.Error{Kind: problem.BadData, Err: err}
}

func recipientOptions(j *jobfile.Job) sheet.Options {
	rc := &j.Recipients
	return sheet.Options{
		File: shownName(rc.File), Email: rc.Email, Name: rc.Name, Key: rc.Key,
		Delimiter: rc.Delimiter, Encoding: rc.Encoding,
	}
}

// shownName is how messages name the recipients file.
func shownName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

func (b *book) add(in *sheet.Row) error {
	b.total++
	r := &row{number: in.Number, line: in.Line, key: in.Key, address: in.Address, name: in.Name, cells: in.Cells}
	why, err := b.sieve.sift(in)
	if why != included {
		place, err := b.spool.add(r)
		if err != nil {
			return err
		}
		return b.exclude(r, why, place)
	}
	if err != nil && in.Problem == nil {
		in.Problem = b.undecided(r, err)
	}
	if in.Problem != nil {
		r.bad = in.Problem.Text
		b.rejects.reject(r.number, reject{reason: in.Problem.Text, own: r.key != "", problem: *in.Problem})
	}
	if r.bad == "" && standsForRow(r.key) {
		r.bad = fmt.Sprintf("the key %q looks like the number of a row", r.key)
		b.rejects.reject(r.number, reject{reason: r.bad, problem: b.problem(r, "key", r.bad, "")})
	}
	place, err := b.spool.add(r)
	if err != nil {
		return err
	}
	return b.tellApart(r, place)
}

// free gives back the memory of what tells rows apart.
func (b *book) free() {
	b.keys.Free()
	b.asides.Free()
	b.addresses.Free()
}

// tellApart finds rows that share a key or an address with an earlier one.
func (b *book) tellApart(r *row, place uint64) error {
	if r.key != "" {
		first, err := b.withKey(r.key)
		switch {
		case err != nil:
			return err
		case first == nil:
			err = b.keys.Add(r.key, place)
		case b.excluded.of(first.number) != included:
			b.guests.add(first.number)
			err = b.keys.Add(r.key, place)
		case b.hasKey:
			b.guests.add(r.number)
			b.sameKey(r, first.number)
			return nil
		default:
			b.guests.add(r.number)
			b.sameAddress(r, first.number, false)
			return nil
		}
		if err != nil {
			return err
		}
	}
	if !b.byAddress || r.bad != "" {
		return nil
	}
	address := b.compared(r)
	first, err := b.first(&b.addresses, address, func(o *row) bool { return b.compared(o) == address })
	switch {
	case err != nil:
		return err
	case first != nil:
		b.sameAddress(r, first.number, true)
		return nil
	}
	return b.addresses.Add(address, place)
}

// withKey gives the row that a key stands for: the first recipient with it or,
// where there is none, the first row with it, or nil.
func (b *book) withKey(key string) (*row, error) {
	has := func(r *row) bool { return r.key == key }
	r, err := b.first(&b.keys, key, has)
	if r != nil || err != nil {
		return r, err
	}
	return b.first(&b.asides, key, has)
}

// compared is the row's address in the form in which addresses are compared.
func (b *book) compared(r *row) string {
	if !b.hasKey && r.key != "" {
		return r.key
	}
	return r.address.Compare()
}

// first gives the row under a key of an index that is the one, or nil.
func (b *book) first(x *index.Index, key string, is func(*row) bool) (found *row, err error) {
	x.Find(key, func(place uint64) bool {
		r, rerr := b.spool.at(place)
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

// sameKey rejects both rows: nobody can say which one the key means.
func (b *book) sameKey(r *row, first int) {
	text := fmt.Sprintf("the key %q is also that of row %d", r.key, first)
	b.rejects.reject(r.number, reject{reason: text, problem: b.problem(r, "same key", text, "keys must be unique; correct the column or name another with recipients.key")})
	b.rejects.also(first, reject{reason: fmt.Sprintf("the key %q is also that of row %d", r.key, r.number)})
}

func (b *book) sameAddress(r *row, first int, own bool) {
	text := fmt.Sprintf("the address %s is also that of row %d", r.address, first)
	rej := reject{reason: text, own: own, duplicate: b.duplicates == "first"}
	rej.problem = b.problem(r, "same address", text, "write recipients.duplicates: first to send only the first of them")
	b.rejects.reject(r.number, rej)
}

func (b *book) problem(r *row, kind, text, hint string) problem.Problem {
	return problem.Problem{File: b.file, Line: r.line, Row: r.number, Kind: kind, Text: text, Hint: hint}
}
