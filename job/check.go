package job

import (
	"context"
	"errors"
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
	Server     string
	Recipients string // the recipients file
}

// Check finds all that can be known before a run, and writes nothing.
func Check(ctx context.Context, o Options, env Env) (report *CheckReport, err error) {
	m, err := open(o, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if err := m.prepare(); err != nil {
		return nil, err
	}
	if m.spool, err = newSpool(""); err != nil {
		return nil, fail(Exists, "making a spool: %w", err)
	}
	m.history = &history{}
	c, err := m.read(ctx)
	if err != nil {
		return nil, err
	}
	subject, err := m.checkLetters(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := m.book.rejects.problems.Err(); err != nil {
		return nil, &Error{Kind: BadData, Err: err}
	}
	q := m.question(c, subject)
	return &CheckReport{
		Job: m.job.Name, Rows: m.book.total, Letters: c.send.len(), Left: c.leave, Recipients: m.book.file,
		First: c.first, Last: c.last, Subject: subject, Server: q.Server,
	}, nil
}
