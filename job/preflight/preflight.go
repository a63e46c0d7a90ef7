// Package preflight makes every letter that a run may send once before the first
// is sent, and finds what is wrong with them: each alone, and all together.
package preflight

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/letter"
	"mailshot/job/plan"
	"mailshot/job/preflight/damage"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
)

// A Summary is what there is to know of the letters that are well.
type Summary struct {
	First, Last string // recipients
	Subject     string // of the first letter
	From        string // the address of the first letter's, where it is the row's own
	Copies      string // who gets the first letter too: cc …; bcc …
	Tally       Tally
	Columns     []columns.Column // that letters use, if Check.Survey
	Taken       Taken            // branches of the templates, where the letters have them

	html htmlDoubts
}

// A Check looks at letters. Its fields down to Note must be given but for Cache.
type Check struct {
	Table     *recipients.Table
	Spool     *recipients.Spool
	Plan      *plan.Plan
	Letters   *letter.Letters
	Cache     *letter.Cache // keeps the letters; nil: they are not sent
	MessageID func(row int) string
	Date      time.Time    // of the letters
	Test      bool         // whose files they are does not matter
	Warn      func(string) // is told what may be wrong, and is no reason not to send
	Note      func(string) // is told what is good to know, and is nothing to mend

	Rules   *columns.Rules // nil: there are none
	Survey  bool           // what stands in the columns is asked for
	Job     *jobfile.Job   // asks for the number of rows and the ages of files; nil: nothing is asked
	Changed time.Time      // when the recipients file was; zero: it is no file
	Begins  func() bool    // reports whether the mailing has no record yet, so that what Job asks is no mere note; nil: it has none
	Seen    Seen           // is told of each letter that is well; nil: nobody asks
	Doubted func(row int)  // is told of each row with what may be wrong, in order; nil: nobody asks
	Whole   int            // how many problems are those of no single row; set by Run

	watched   []watched
	doubts    problem.List // what is no reason not to send
	missing   int          // files that were not found, for which another one was looked for
	aged      int          // files of rows that are too old, and no more than a note
	firstAged string       // in words
}

// Seen is told of a letter that is well, before the rows are looked at together. It is called by several
// goroutines at once, each with a number of its own below [runtime.GOMAXPROCS]; what it is given is
// valid until it returns.
type Seen func(worker int, r *recipients.Row, m *letter.Mail, l *letter.Rendered)

// chunkSize is how many rows a checker takes at a time.
const chunkSize = 128

// chunkKept is how many octets of a chunk's letters are in memory when no more
// of them are kept: a few chunks for each processor are on their way at once.
const chunkKept = 2 << 20

// A chunk is some rows on their way through the checks.
type chunk struct {
	rows    []*recipients.Row
	offsets []uint64 // in the spool, of the rows
	bad     []badLetter
	files   []checkedRow      // of the letters that are well and have files of their own
	doubts  []problem.Problem // of cells, which are no reason not to send
	doubted []int             // rows that have such doubts, or others of their own
	Summary                   // of the letters that are well
	kept    []byte            // for the cache
	done    chan struct{}
}

type badLetter struct {
	row    *recipients.Row
	err    error             // nil: the letter was not made
	broken []problem.Problem // why it was not
}

// Run makes every message that is to be sent, on all processors, and takes the
// rows whose message can't be made out of the plan. It keeps the order of the
// rows, so that the first problems told are the first of the file.
func (c *Check) Run(ctx context.Context) (s Summary, err error) {
	c.checkWhole()
	if c.Plan.Send.Len() == 0 {
		c.warnOfRows()
		return s, nil
	}
	if c.Cache != nil {
		c.Letters.Attachments.Sent()
	}
	g, working := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *chunk)
	order := make(chan *chunk, 2*workers)
	spare := make(chan []byte, 3*workers) // memory of letters that are kept
	g.Go(func() error {
		defer close(order)
		defer close(work)
		return c.chunks(working, work, order)
	})
	surveys := c.surveys(workers)
	c.watched = c.watchedColumns()
	for i := range workers {
		g.Go(func() error {
			composer := c.Letters.Composer(true)
			for k := range work {
				select {
				case k.kept = <-spare:
				default:
				}
				c.look(k, i, composer, surveys[i])
				close(k.done)
			}
			return nil
		})
	}
	var bad []int
	owners := newOwners(c.Letters, c.Spool)
	defer owners.free()
	uniques := c.Rules.Uniques(c.Spool)
	defer uniques.Free()
	for k := range order {
		select {
		case <-k.done:
		case <-working.Done():
			continue
		}
		out, e := c.takeRows(owners, uniques, k)
		bad, err = append(bad, out...), cmp.Or(err, e)
		select {
		case spare <- k.kept[:0]:
		default:
		}
		s.add(&k.Summary)
	}
	err = cmp.Or(g.Wait(), err)
	for _, n := range bad { // not before: the rows to send were read meanwhile
		c.Plan.Send.Remove(n)
	}
	if err != nil {
		return s, err
	}
	c.warnOfAges()
	c.warnOfDoubts(&s)
	s.Columns = c.surveyed(surveys)
	return s, cmp.Or(c.otherCells(ctx, uniques), c.checkFiles(ctx, owners))
}

// add adds what is known of later rows.
func (s *Summary) add(later *Summary) {
	s.Tally.take(later.Tally)
	s.html.take(later.html)
	s.Taken.take(later.Taken)
	if s.First == "" {
		s.First, s.Subject, s.From, s.Copies = later.First, later.Subject, later.From, later.Copies
	}
	s.Last = cmp.Or(later.Last, s.Last)
}

// takeRows takes in the rows of a chunk that was checked, and gives those that are
// not sent.
func (c *Check) takeRows(all *owners, uniques *columns.Uniques, k *chunk) (out []int, err error) {
	c.Cache.Add(k.kept)
	for _, p := range k.doubts {
		c.doubts.Add(p)
	}
	if c.Doubted != nil {
		for _, row := range k.doubted {
			c.Doubted(row)
		}
	}
	bad, files := k.bad, k.files
	for i, r := range k.rows {
		if len(bad) > 0 && bad[0].row == r {
			c.rejectBad(bad[0])
			out, bad = append(out, r.Number), bad[1:]
			continue
		}
		if len(files) > 0 && files[0].row == r {
			clashing, e := c.takeFiles(all, files[0])
			out, err, files = append(out, clashing...), cmp.Or(err, e), files[1:]
		}
		clashing, e := c.takeCells(uniques, r, k.offsets[i])
		out, err = append(out, clashing...), cmp.Or(err, e)
	}
	return out, err
}

// rejectBad rejects a row of which no letter can be made.
func (c *Check) rejectBad(b badLetter) {
	if b.err == nil {
		c.rejectBroken(b.row, b.broken)
		return
	}
	why := recipients.Reason{Text: b.err.Error(), Own: true, Problem: c.letterProblem(b)}
	_, why.NoFile = errors.AsType[attachment.SkipRow](b.err)
	c.Plan.Reject(b.row.Number, why)
}

// takeFiles takes in the files of a row that is well, and gives the rows that
// are not, since they have one file.
func (c *Check) takeFiles(all *owners, f checkedRow) (clashing []int, err error) {
	c.Letters.Attachments.SetFingerprints(f.row.Number, f.files)
	conflicts, err := all.add(f)
	if err != nil || len(conflicts) == 0 {
		if c.takeAges(f) {
			clashing = append(clashing, f.row.Number)
		}
		return clashing, problem.InternalError(err)
	}
	// Whose they are nobody knows: none of the rows is sent.
	c.rejectFile(f.row, &conflicts[0], conflicts[0].shown, conflicts[0].earlier.Number)
	clashing = append(clashing, f.row.Number)
	for _, d := range conflicts {
		if _, out := c.Table.Rejected.Of(d.earlier.Number); out {
			continue
		}
		why := recipients.Reason{Text: d.words(d.theirs, f.row.Number), Own: true}
		c.Plan.RejectEarlier(d.earlier.Number, why)
		clashing = append(clashing, d.earlier.Number)
	}
	return clashing, nil
}

// chunks reads the spool and hands out the rows to be sent.
func (c *Check) chunks(ctx context.Context, work, order chan<- *chunk) error {
	in := c.Spool.Rows()
	k := &chunk{done: make(chan struct{})}
	for {
		r, err := in.NextOf(&c.Plan.Send)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		if !end {
			k.rows, k.offsets = append(k.rows, r), append(k.offsets, in.Offset())
		}
		if len(k.rows) < chunkSize && !end {
			continue
		}
		select {
		case order <- k:
		case <-ctx.Done():
			return problem.InterruptedBy(ctx)
		}
		select {
		case work <- k:
		case <-ctx.Done():
			return problem.InterruptedBy(ctx)
		}
		if end {
			return nil
		}
		k = &chunk{done: make(chan struct{})}
	}
}

// look makes the letters of a chunk. worker is the number of the goroutine.
func (c *Check) look(k *chunk, worker int, composer *letter.Composer, survey *columns.Survey) {
	for i, r := range k.rows {
		if broken := c.Rules.Check(r); len(broken) > 0 {
			k.bad = append(k.bad, badLetter{row: r, broken: broken})
			continue
		}
		mail, err := composer.Compose(r, c.MessageID(r.Number), c.Date)
		if err != nil {
			k.bad = append(k.bad, badLetter{row: r, err: err})
			continue
		}
		broken, doubts := c.damaged(r, composer.Rendered())
		k.doubts = append(k.doubts, doubts...)
		if len(broken) > 0 {
			k.bad = append(k.bad, badLetter{row: r, broken: broken})
			continue
		}
		page := doubtsOfHTML(composer.Rendered().HTML, r.Number)
		k.html.take(page)
		if len(doubts) > 0 || page.any() {
			k.doubted = append(k.doubted, r.Number)
		}
		survey.Add(r.Number, r.Cells)
		if c.Seen != nil {
			c.Seen(worker, r, &mail, composer.Rendered())
		}
		k.Taken.add(composer.Rendered().Branches)
		if k.First == "" {
			k.First, k.Subject, k.From, k.Copies = mail.Recipient.String(), mail.Subject, mail.From.String(), mail.ShownCopies()
		}
		k.Last = mail.Recipient.String()
		k.Tally.add(&mail, r.Number)
		if len(mail.Files) > 0 {
			k.files = append(k.files, checkedRow{r, k.offsets[i], mail.Files})
		}
		if c.Cache != nil && len(k.kept) < chunkKept {
			k.kept = letter.AppendCached(k.kept, r.Number, &mail)
		}
	}
}

// letterProblem says what is wrong with a row's letter, with the place in the
// recipients file; the error has the place in the template.
func (c *Check) letterProblem(b badLetter) problem.Problem {
	cell := recipients.CellOf(b.err)
	if cell != nil {
		// What a spreadsheet shows for an error is no number and no date either.
		if d := damage.Of(strings.TrimSpace(cell.Value)); d != nil && d.Grave {
			return c.damageProblem(b.row, cell.Column, cell.Value, d)
		}
	}
	p := problem.Problem{
		File: c.Table.File, Line: b.row.Line, Row: b.row.Number, Kind: "letter",
		Text: b.err.Error(), Hint: letter.Hint(b.err), Cell: cell,
	}
	if p.Cell == nil {
		p.Cell = &problem.Cell{What: p.Text}
	}
	if missing, ok := errors.AsType[*attachment.MissingError](b.err); ok && c.missing < problem.Listed {
		c.missing++
		text, hint := missing.Meant()
		p.Text += text
		p.Hint = cmp.Or(p.Hint, hint)
	}
	return p
}
