// Package preview makes the letters of chosen rows as a run would send them, and hands them out to be
// looked at, written to files or compared with others. It needs no server and no password, sends
// nothing, and does not read the results log.
//
//	preview.go   which letters: Letters and its options
//	inputs.go    the job, the rows and the templates
//	outliers.go  the letters that differ most from the others
//	letter.go    a letter; message.go reads what is in one
//	files.go     letters in a directory or in one mbox file
//	diff.go      what differs from the letters of a directory; lines.go compares texts
package preview

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"time"

	"mailshot/job/index"
	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// FirstOf is how many letters there are where none are chosen.
const FirstOf = 3

// Options say which letters to make. The zero value but for Path is the first FirstOf.
type Options struct {
	mailing.Ref
	plan.Selection
	All      bool   // where nothing else is chosen, all letters
	Sample   int    // so many of the chosen ones, by chance; 0: all of them
	Seed     uint64 // the same Seed makes the same sample
	Outliers int    // so many of the chosen ones that differ most from the others; 0: all of them
}

// An Env is what the program lends. Nil fields are the real thing.
type Env struct {
	Stdin  io.Reader // recipients of a job that reads "-"
	Random io.Reader // for Message-IDs
	Now    func() time.Time
}

func (e Env) filled() Env {
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Random == nil {
		e.Random = rand.Reader
	}
	return e
}

// A Report says what was handed out.
type Report struct {
	Recipients string // the recipients file
	Rows       int    // in it
	Letters    int    // that were handed out
	Bad        int    // chosen rows of which there is no letter, as they are bad
	LeftOut    int    // chosen rows that get no letter: filtered, suppressed, duplicates
	Candidates int    // rows that would get a letter, of those that were asked for by number or key
}

// Letters makes the letters of chosen rows, in the order of the file, and calls yield with each. A
// chosen row without a letter is handed out with the reason. It stops at the first error of yield, and
// returns it; yield may return ErrEnough.
func Letters(ctx context.Context, o Options, env Env, yield func(*Letter) error) (r *Report, err error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	in, err := open(ctx, o, env.filled())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	if err := in.choose(ctx); err != nil {
		return nil, err
	}
	if err := in.hand(ctx, yield); err != nil && !errors.Is(err, ErrEnough) {
		return nil, err
	}
	return &in.report, nil
}

// ErrEnough is for a yield that wants no more letters.
var ErrEnough = errors.New("enough letters")

func (o *Options) check() error {
	if o.Sample > 0 && o.Outliers > 0 {
		return problem.Fail(problem.Usage, "--sample and --outliers do not go together: one is by chance, the other is not")
	}
	return nil
}

// limit returns how many letters there are at most; 0 is no limit. A sample is of all rows, and so
// are outliers.
func (o *Options) limit() int {
	if o.Limit == 0 && !o.All && !o.Narrowed() && o.Sample+o.Outliers == 0 {
		return FirstOf
	}
	return o.Limit
}

// sample leaves n members of a set, chosen by chance.
func sample(set *index.Bits, n int, seed uint64) (chosen index.Bits) {
	random := mathrand.New(mathrand.NewPCG(seed, seed))
	left := set.Len()
	for row := range set.All() {
		if random.IntN(left) < n-chosen.Len() {
			chosen.Add(row)
		}
		left--
	}
	return chosen
}

// hand makes the letters that were chosen and hands them out.
func (in *inputs) hand(ctx context.Context, yield func(*Letter) error) error {
	composer, rows := in.letters.Composer(true), in.spool.Rows()
	for left := in.shown.Len(); left > 0; left-- {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		r, err := rows.NextOf(&in.shown)
		if err != nil {
			return problem.InternalError(err)
		}
		l, err := in.letter(composer, r)
		if err != nil {
			return err
		}
		if err := yield(l); err != nil {
			return err
		}
	}
	return nil
}

// letter makes the letter of a row, or says why there is none.
func (in *inputs) letter(composer *letter.Composer, r *recipients.Row) (*Letter, error) {
	l := &Letter{Row: r.Number, Line: r.Line, Key: r.Key, Date: in.start, Because: in.because[r.Number]}
	if r.Address.Local != "" {
		l.Recipient = r.Address.String()
	}
	if excluded := in.table.Excluded.Of(r.Number); excluded != recipients.Included {
		l.Why = in.filter.Reason(r, excluded)
		in.report.LeftOut++
		return l, nil
	}
	if why, out := in.table.Rejected.Of(r.Number); out {
		l.Why = in.table.Rejected.Why(r).Text
		if why.Duplicate || why.NoFile {
			in.report.LeftOut++
			return l, nil
		}
		in.report.Bad++
		return l, nil
	}
	mail, err := composer.Compose(r, in.letters.MessageID(r.Number), in.start)
	if err != nil {
		return nil, problem.Fail(problem.BadData, "row %d: %w", r.Number, err)
	}
	l.mail = &mail
	in.report.Letters++
	return l, nil
}
