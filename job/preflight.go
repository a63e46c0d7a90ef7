package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"mailshot/job/attachment"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template"
	"mailshot/transport/message"
)

// chunkSize is how many rows a checker takes at a time.
const chunkSize = 128

// A chunk is some rows on their way through the checks.
type chunk struct {
	rows   []*recipients.Row
	places []uint64 // in the spool, of the rows
	bad    []badLetter
	files  []checkedRow // of the letters that are well and have files of their own
	// Of the letters that are well:
	first, last string // recipients
	subject     string // of the first
	kept        []byte // for the larder
	copies      string // who gets the first too
	tally       tally
	done        chan struct{}
}

type badLetter struct {
	row *recipients.Row
	err error
}

// checkLetters makes every message that is to be sent, on all processors, and
// rejects the rows whose message can't be made. It keeps the order of the
// rows, so that the first problems told are the first of the file.
func (m *mailing) checkLetters(ctx context.Context, c *choice) (subject string, err error) {
	if c.send.Len() == 0 {
		return "", nil
	}
	g, working := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *chunk)
	order := make(chan *chunk, 2*workers)
	spare := make(chan []byte, 3*workers) // memory of letters that are kept
	g.Go(func() error {
		defer close(order)
		defer close(work)
		return m.chunks(working, c, work, order)
	})
	for range workers {
		g.Go(func() error {
			cp := m.letters.composer(true)
			for k := range work {
				select {
				case k.kept = <-spare:
				default:
				}
				k.check(cp, m, c)
				close(k.done)
			}
			return nil
		})
	}
	var bad []int
	claims := m.letters.claims(m.spool)
	defer claims.free()
	for k := range order {
		select {
		case <-k.done:
		case <-working.Done():
			continue
		}
		out, e := m.takeRows(c, claims, k)
		bad, err = append(bad, out...), cmp.Or(err, e)
		select {
		case spare <- k.kept[:0]:
		default:
		}
		if k.first != "" && c.first == "" {
			c.first, subject, c.copies = k.first, k.subject, k.copies
		}
		if k.last != "" {
			c.last = k.last
		}
	}
	err = cmp.Or(g.Wait(), err)
	for _, n := range bad { // not before: the rows to send were read meanwhile
		c.send.Remove(n)
	}
	if err != nil {
		return subject, err
	}
	return subject, m.checkFiles(ctx, c, claims)
}

// takeRows takes in the rows of a chunk that was checked, and gives those that are
// not sent.
func (m *mailing) takeRows(c *choice, all *claims, k *chunk) (bad []int, err error) {
	m.larder.add(k.kept)
	c.tally.take(k.tally)
	for _, b := range k.bad {
		bad = append(bad, b.row.Number)
		p := m.letterProblem(b)
		why := recipients.Reason{Text: b.err.Error(), Own: true, Problem: p}
		_, why.NoFile = errors.AsType[attachment.SkipRow](b.err)
		c.skip(b.row.Number, why)
		m.book.Rejected.Add(b.row.Number, why)
	}
	for _, f := range k.files {
		clashing, e := m.takeFiles(c, all, f)
		bad, err = append(bad, clashing...), cmp.Or(err, e)
	}
	return bad, err
}

// takeFiles takes in the files of a row that is well, and gives the rows that
// are not, since they have one file.
func (m *mailing) takeFiles(c *choice, all *claims, f checkedRow) (clashing []int, err error) {
	m.letters.attachments.SetFingerprint(f.row.Number, f.fingerprint)
	disputes, err := all.add(f)
	if err != nil || len(disputes) == 0 {
		return nil, problem.InternalError(err)
	}
	// Whose they are nobody knows: none of the rows is sent.
	m.rejectFile(c, f.row, disputes[0].earlier, disputes[0].shown)
	clashing = append(clashing, f.row.Number)
	for _, d := range disputes {
		if _, out := m.book.Rejected.Of(d.earlier.Number); out {
			continue
		}
		why := recipients.Reason{Text: fmt.Sprintf("%s is also the file of row %d", d.shown, f.row.Number), Own: true}
		c.skip(d.earlier.Number, why)
		m.book.Rejected.AddEarlier(d.earlier.Number, why)
		clashing = append(clashing, d.earlier.Number)
	}
	return clashing, nil
}

// chunks reads the spool and hands out the rows to be sent.
func (m *mailing) chunks(ctx context.Context, c *choice, work, order chan<- *chunk) error {
	in := m.spool.Rows()
	k := &chunk{done: make(chan struct{})}
	for {
		r, err := in.NextOf(&c.send)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		if !end {
			k.rows, k.places = append(k.rows, r), append(k.places, in.Offset())
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

func (k *chunk) check(cp *composer, m *mailing, c *choice) {
	for i, r := range k.rows {
		mail, err := cp.compose(r, m.messageID(c, r), m.start)
		if err != nil {
			k.bad = append(k.bad, badLetter{r, err})
			continue
		}
		if k.first == "" {
			k.first, k.subject, k.copies = mail.recipient.String(), mail.subject, mail.shownCopies()
		}
		k.last = mail.recipient.String()
		k.tally.add(&mail, r.Number)
		if len(mail.files) > 0 {
			k.files = append(k.files, checkedRow{r, k.places[i], mail.fingerprint, mail.files})
		}
		if m.larder != nil && len(k.kept) < chunkKept {
			k.kept = appendKept(k.kept, r.Number, &mail)
		}
	}
}

// letterProblem says what is wrong with a row's letter, with the place in the
// recipients file; the error has the place in the template.
func (m *mailing) letterProblem(b badLetter) problem.Problem {
	p := problem.Problem{File: m.book.File, Line: b.row.Line, Row: b.row.Number, Kind: "letter", Text: b.err.Error()}
	var te *template.Error
	if errors.As(b.err, &te) {
		p.Hint = te.Hint
	}
	var fe *message.FieldError
	if errors.As(b.err, &fe) {
		p.Hint = "a header is one line of text; correct the cell"
	}
	p.Hint = cmp.Or(problem.HintOf(b.err), p.Hint)
	if missing, ok := errors.AsType[*attachment.MissingError](b.err); ok && m.missing < problem.Listed {
		m.missing++
		p.Text += missing.Meant()
	}
	return p
}
