package job

import (
	"context"
	"errors"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"mailshot/job/problem"
	"mailshot/template"
	"mailshot/transport/message"
)

// chunkSize is how many rows a checker takes at a time.
const chunkSize = 128

// A chunk is some rows on their way through the checks.
type chunk struct {
	rows []*row
	bad  []badLetter
	// Of the letters that are well:
	first, last string // recipients
	subject     string // of the first
	done        chan struct{}
}

type badLetter struct {
	row *row
	err error
}

// checkLetters makes every message that is to be sent, on all processors, and
// rejects the rows whose message can't be made. It keeps the order of the
// rows, so that the first problems told are the first of the file.
func (m *mailing) checkLetters(ctx context.Context, c *choice) (subject string, err error) {
	if c.send.len() == 0 {
		return "", nil
	}
	g, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *chunk)
	order := make(chan *chunk, 2*workers)
	g.Go(func() error {
		defer close(order)
		defer close(work)
		return m.chunks(ctx, c, work, order)
	})
	for range workers {
		g.Go(func() error {
			cp := m.letters.composer()
			cp.draft = true
			for k := range work {
				k.check(cp, m)
				close(k.done)
			}
			return nil
		})
	}
	var bad []int
	for k := range order {
		select {
		case <-k.done:
		case <-ctx.Done():
			continue
		}
		if k.first != "" && c.first == "" {
			c.first, subject = k.first, k.subject
		}
		if k.last != "" {
			c.last = k.last
		}
		for _, b := range k.bad {
			bad = append(bad, b.row.number)
			c.skip(b.row.number, false)
			p := m.letterProblem(b)
			m.book.rejects.reject(b.row.number, reject{reason: p.Text, own: true, problem: p})
		}
	}
	err = g.Wait()
	for _, n := range bad { // not before: the rows to send were read meanwhile
		c.send.remove(n)
	}
	return subject, err
}

// chunks reads the spool and hands out the rows to be sent.
func (m *mailing) chunks(ctx context.Context, c *choice, work, order chan<- *chunk) error {
	in := m.spool.rows()
	k := &chunk{done: make(chan struct{})}
	for {
		r, err := in.nextOf(&c.send)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return &Error{Kind: Internal, Err: err}
		}
		if !end {
			k.rows = append(k.rows, r)
		}
		if len(k.rows) < chunkSize && !end {
			continue
		}
		select {
		case order <- k:
		case <-ctx.Done():
			return interrupted(ctx)
		}
		select {
		case work <- k:
		case <-ctx.Done():
			return interrupted(ctx)
		}
		if end {
			return nil
		}
		k = &chunk{done: make(chan struct{})}
	}
}

func (k *chunk) check(cp *composer, m *mailing) {
	for _, r := range k.rows {
		mail, err := cp.compose(r, m.letters.messageID(r.number), m.start)
		if err != nil {
			k.bad = append(k.bad, badLetter{r, err})
			continue
		}
		if k.first == "" {
			k.first, k.subject = mail.recipient.String(), mail.subject
		}
		k.last = mail.recipient.String()
	}
}

// letterProblem says what is wrong with a row's letter, with the place in the
// recipients file; the error has the place in the template.
func (m *mailing) letterProblem(b badLetter) problem.Problem {
	p := problem.Problem{File: m.book.file, Line: b.row.line, Row: b.row.number, Kind: "letter", Text: b.err.Error()}
	var te *template.Error
	if errors.As(b.err, &te) {
		p.Hint = te.Hint
	}
	var fe *message.FieldError
	if errors.As(b.err, &fe) {
		p.Hint = "a header is one line of text; correct the cell"
	}
	return p
}
