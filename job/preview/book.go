package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"mailshot/job/index"
	"mailshot/job/letter"
	"mailshot/job/preflight"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template/branches"
)

// BookOutliers is how many outliers a Book has where Options do not say.
const BookOutliers = 10

// A Book has all rows of a job, with letters that are made when they are asked for. They can be looked at
// while Check still goes on. It is safe for concurrent use.
type Book struct {
	in        *inputs
	send      index.Bits             // rows that get a letter, as far as is known without the letters
	places    []uint64               // offset in the spool of each row whose number is 1 + a multiple of placeStep
	composers chan *letter.Composer  // as many as letters are made at once
	check     *preflight.Check       // makes the doubts of a row once it has ended
	found     atomic.Pointer[Report] // nil until the check has ended
	Findings  Findings               // valid once Checked
	searches  searches
}

// Findings are what a check has to say.
type Findings struct {
	Warnings []string          // of all letters together
	Notes    []string          // likewise, of what is no reason to doubt
	Untaken  []branches.Branch // of the templates, which no letter takes
	Because  map[int]string    // why which rows are outliers
	Bad      index.Bits        // rows that get no letter, as they are bad
	Out      index.Bits        // rows that get no letter on purpose
	Doubted  index.Bits        // rows with something that may be wrong
	Outliers index.Bits
}

// placeStep is how many rows are read at most to find one.
const placeStep = 64

// composersAtOnce is how many letters of a Book are made at once.
const composersAtOnce = 2

// OpenBook reads the job, the rows and the templates. Of the options it takes the job and how many
// outliers to look for.
func OpenBook(ctx context.Context, o Options, env Env) (b *Book, err error) {
	if o.Outliers == 0 {
		o.Outliers = BookOutliers
	}
	in, err := open(ctx, o, env.filled())
	if err != nil {
		return nil, err
	}
	b = &Book{in: in, composers: make(chan *letter.Composer, composersAtOnce)}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if err := in.makePlan(); err != nil {
		return nil, err
	}
	b.send = first(&in.plan.Send, 0)
	for range composersAtOnce {
		b.composers <- in.letters.Composer(true)
	}
	err = in.table.Each(func(r *recipients.Row, offset uint64) {
		if (r.Number-1)%placeStep == 0 {
			b.places = append(b.places, offset)
		}
	})
	return b, err
}

// Check makes all letters, as the command check does, and completes Findings. It is called once.
func (b *Book) Check(ctx context.Context) error {
	in, f := b.in, &b.Findings
	finder := in.outlierFinder()
	b.check = in.check(finder.seen)
	b.check.Job, b.check.Changed = in.job, recipients.Changed(in.source)
	b.check.Warn = func(text string) { f.Warnings = append(f.Warnings, strings.Split(text, "\n")...) }
	b.check.Note = func(text string) { f.Notes = append(f.Notes, strings.Split(text, "\n")...) }
	b.check.Doubted = f.Doubted.Add
	for _, file := range in.filter.Empty() {
		b.check.Warn(file + ", a list of recipients.suppress, names nobody")
	}
	summary, err := b.check.Run(ctx)
	if err != nil {
		return err
	}
	if in.plan.Send.Len() > 0 {
		b.check.WarnOf(&summary, in.job.Message.Text.IsZero())
	}
	if problems := in.table.Rejected.Problems(); problems.Len() > 0 {
		f.Warnings = slices.Concat(strings.Split(problems.Error(), "\n"), f.Warnings)
	}
	if f.Because, err = finder.found(&in.plan.Send, in.spool); err != nil {
		return err
	}
	for row := range f.Because {
		f.Outliers.Add(row)
	}
	for n, branch := range in.branches.All() {
		if in.plan.Send.Len() > 0 && !summary.Taken.Has(n) {
			f.Untaken = append(f.Untaken, branch)
		}
	}
	r := &in.report
	b.leave()
	r.Letters, r.Bad, r.LeftOut = in.plan.Send.Len(), f.Bad.Len(), f.Out.Len()
	b.found.Store(r)
	return nil
}

// leave tells the rows without a letter apart.
func (b *Book) leave() {
	for row := 1; row <= b.in.table.Total; row++ {
		switch why, out := b.in.table.Rejected.Of(row); {
		case b.in.table.Excluded.Of(row) != recipients.Included, out && (why.Duplicate || why.NoFile):
			b.Findings.Out.Add(row)
		case out:
			b.Findings.Bad.Add(row)
		}
	}
}

// Checked reports whether the check has ended well.
func (b *Book) Checked() bool { return b.found.Load() != nil }

// Report says what is in the book. Until the check has ended it counts no letters.
func (b *Book) Report() Report {
	if r := b.found.Load(); r != nil {
		return *r
	}
	return Report{Recipients: b.in.table.File, Rows: b.in.table.Total, Candidates: b.send.Len()}
}

// Columns returns the columns of the recipients file.
func (b *Book) Columns() []string { return b.in.table.Columns }

// Close frees what the book has. Nobody may look at it any more.
func (b *Book) Close() error { return b.in.close() }

// A Leaf is a row as a book shows it.
type Leaf struct {
	Letter          // without a message that can be read
	Cells  []string // in the order of the columns
	Bad    bool     // Why is a fault of the row
	Hint   bool     // it has something that may be wrong
	row    *recipients.Row
}

// leaf returns what is known of a row without its letter.
func (b *Book) leaf(r *recipients.Row) *Leaf {
	in := b.in
	l := &Leaf{Letter: Letter{Row: r.Number, Line: r.Line, Key: r.Key, Date: in.start}, Cells: r.Cells, row: r}
	if r.Address.Local != "" {
		l.Recipient = r.Address.String()
	}
	excluded := in.table.Excluded.Of(r.Number)
	switch {
	case excluded != recipients.Included:
		l.Why = in.filter.Reason(r, excluded)
	case !b.Checked():
		if !b.send.Has(r.Number) {
			l.Why = "the check tells the reason when it has ended"
		}
	default:
		l.Because, l.Hint = b.Findings.Because[r.Number], b.Findings.Doubted.Has(r.Number)
		if _, out := in.table.Rejected.Of(r.Number); out {
			l.Why, l.Bad = in.table.Rejected.Why(r).Text, b.Findings.Bad.Has(r.Number)
		}
	}
	return l
}

// Leaf returns a row; nil if the file has none of this number.
func (b *Book) Leaf(number int) (*Leaf, error) {
	r, err := b.row(number)
	if r == nil || err != nil {
		return nil, err
	}
	return b.leaf(r), nil
}

// row returns a row as the spool has it; nil if there is none.
func (b *Book) row(number int) (*recipients.Row, error) {
	if number < 1 || number > b.in.table.Total {
		return nil, nil
	}
	rows := b.in.spool.From(b.places[(number-1)/placeStep], 4<<10)
	var only index.Bits
	only.Add(number)
	r, err := rows.NextOf(&only)
	if err != nil {
		return nil, fmt.Errorf("reading row %d: %w", number, err)
	}
	return r, nil
}

// Compose makes the letter of a row, and calls yield with it and with what may be wrong with it. A row
// without a letter has none that can be made, and yield is not called.
func (b *Book) Compose(ctx context.Context, l *Leaf, yield func(l *Letter, doubts []string) error) error {
	if l.Why != "" {
		return nil
	}
	var c *letter.Composer
	select {
	case c = <-b.composers:
		defer func() { b.composers <- c }()
	case <-ctx.Done():
		return problem.InterruptedBy(ctx)
	}
	mail, err := c.Compose(l.row, b.in.letters.MessageID(l.Row), b.in.start)
	if err != nil {
		return problem.Fail(problem.BadData, "row %d: %w", l.Row, err)
	}
	made := l.Letter
	made.mail = &mail
	var doubts []string
	if l.Hint {
		doubts = b.check.DoubtsOf(l.row, c.Rendered())
	}
	return yield(&made, doubts)
}
