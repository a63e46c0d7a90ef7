package job

import (
	"context"
	"errors"
	"fmt"
	"io"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
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
	keys       map[result.KeyID]uint32 // first row with this key
	addresses  map[result.KeyID]uint32 // first row with this address; nil where the key tells, or nobody asks
}

// readBook reads and spools all of r. Rows that the sieve for these columns
// leaves out are set aside. Others that are bad by themselves, or that can't be
// told apart, become rejects.
func readBook(ctx context.Context, r io.Reader, j *jobfile.Job, sp *spool, rej *rejects, sieveFor func(columns []string) (*sieve, error)) (*book, error) {
	rc := &j.Recipients
	rd, err := recipients.NewReader(r, recipientOptions(j))
	if err != nil {
		return nil, unread(ctx, err)
	}
	b := &book{columns: rd.Columns(), spool: sp, rejects: rej, file: shownName(rc.File), hasKey: rc.Key != "", duplicates: rc.Duplicates, keys: make(map[result.KeyID]uint32)}
	if b.hasKey && b.duplicates != "all" {
		b.addresses = make(map[result.KeyID]uint32)
	}
	if b.sieve, err = sieveFor(b.columns); err != nil {
		return nil, err
	}
	for {
		if ctx.Err() != nil {
			return nil, interrupted(ctx)
		}
		in, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unread(ctx, err)
		}
		if err := b.add(in); err != nil {
			return nil, fail(Exists, "writing the spool: %w", err)
		}
	}
	if err := sp.flush(); err != nil {
		return nil, fail(Exists, "writing the spool: %w", err)
	}
	if b.total == 0 {
		return nil, fail(BadData, "%s has no rows", b.file).hint("a header line and one line for each recipient are needed")
	}
	return b, nil
}

// unread is the end for recipients that can't be read.
func unread(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	return &Error{Kind: BadData, Err: err}
}

func recipientOptions(j *jobfile.Job) recipients.Options {
	rc := &j.Recipients
	return recipients.Options{
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

func (b *book) add(in *recipients.Row) error {
	b.total++
	r := &row{number: in.Number, line: in.Line, key: in.Key, address: in.Address, name: in.Name, cells: in.Cells}
	why, err := b.sieve.sift(in)
	if why != included {
		b.exclude(r, why)
		return b.spool.add(r)
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
	b.tellApart(r)
	return b.spool.add(r)
}

// tellApart finds rows that share a key or an address with an earlier one.
func (b *book) tellApart(r *row) {
	if r.key != "" {
		id := result.IDOf(r.key)
		first, again := b.keys[id]
		switch {
		case !again || b.excluded.of(int(first)) != included:
			b.keys[id] = uint32(r.number)
		case b.hasKey:
			b.sameKey(r, int(first))
			return
		default:
			b.sameAddress(r, int(first), false)
			return
		}
	}
	if b.addresses == nil || r.bad != "" {
		return
	}
	id := result.IDOf(r.address.Compare())
	if first, again := b.addresses[id]; again {
		b.sameAddress(r, int(first), true)
	} else {
		b.addresses[id] = uint32(r.number)
	}
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
