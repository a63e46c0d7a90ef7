package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// A CheckReport says what a check has found well.
type CheckReport struct {
	Job        string
	Rows       int // in the recipients file
	Letters    int // that can be sent
	Left       Left
	First      string // recipient
	Last       string
	Subject    string // of the first letter
	Copies     string // who gets the first letter too: cc …; bcc …
	Octets     int64  // in all letters
	Largest    int64  // octets in the largest one
	LargestRow int
	Server     string
	Signed     string // by whom, and with which kind of key; "" if not
	Recipients string // the recipients file
}

// both joins what is wrong with the server section and with the rest. The
// server's kind is the graver one.
func both(server, rest error) error {
	if server == nil || rest == nil {
		return cmp.Or(server, rest)
	}
	e := &problem.Error{Kind: problem.Internal, Err: fmt.Errorf("%w\n%w", server, rest)}
	var je *problem.Error
	if errors.As(server, &je) {
		e.Kind, e.Hint = je.Kind, je.Hint
	}
	return e
}

// Check finds all that can be known before a run, and writes nothing.
func Check(ctx context.Context, o Options, env Env) (report *CheckReport, err error) {
	m, err := open(o, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	server := m.prepare(ctx) // told together with what is wrong with the rows
	defer func() { err = both(server, err) }()
	if m.spool, err = recipients.NewSpool(""); err != nil {
		return nil, problem.Fail(problem.Exists, "making a spool: %w", err)
	}
	m.history = m.newHistory()
	if err := m.readRows(ctx); err != nil {
		return nil, err
	}
	c, subject, err := m.check(ctx)
	if err != nil {
		return nil, err
	}
	q := m.question(c, subject)
	return &CheckReport{
		Job: m.job.Name, Rows: m.book.Total, Letters: c.send.Len(), Left: c.leave, Recipients: m.book.File,
		First: c.first, Last: c.last, Subject: subject, Server: q.Server, Signed: m.signedBy(),
		Copies: c.copies, Octets: c.tally.octets, Largest: c.tally.largest, LargestRow: c.tally.largestRow,
	}, nil
}
