package job

import (
	"context"
	"errors"

	"mailshot/job/letter"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/preflight"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/columns"
	"mailshot/transport/message"
)

// A batch is the rows of a run with their letters, read and parsed.
type batch struct {
	*inputs
	spool   *recipients.Spool
	table   *recipients.Table
	letters *letter.Letters
}

// readRows parses the templates and spools the recipients.
func (in *inputs) readRows(ctx context.Context, sp *recipients.Spool, dkim *message.DKIM) (*batch, error) {
	t, err := recipients.NewTable(ctx, in.source, in.job, in.filter, sp, recipients.NewRejected(in.options.SkipInvalid))
	if err != nil {
		return nil, err
	}
	b := &batch{inputs: in, spool: sp, table: t}
	if err := b.parse(dkim); err != nil {
		return nil, errors.Join(err, b.close())
	}
	if err := t.Read(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// parse parses the templates, which needs the columns.
func (b *batch) parse(dkim *message.DKIM) (err error) {
	b.letters, err = letter.New(letter.Config{
		Job: b.job, Columns: b.table.Columns, Files: b.files, Mailing: b.options.Mailing, Now: b.start, Random: b.env.Random,
		To: b.test, DKIM: dkim, Suppressed: b.filter.SuppressedBy, Branches: b.branches,
	})
	where := b.filter.Parse(b.job, b.table.Columns, b.start, b.options.Mailing)
	if where != nil || err != nil {
		return letter.Problems(errors.Join(append(problem.Split(where), problem.Split(err)...)...))
	}
	return nil
}

// close frees what the batch has. A nil batch has nothing.
func (b *batch) close() error {
	if b == nil {
		return nil
	}
	b.table.Free()
	return b.letters.Close()
}

// checked is what the checks have found well.
type checked struct {
	plan *plan.Plan
	preflight.Summary
}

// check chooses the rows, and makes every message that is to be sent. h is what
// the log says of the rows, and rerun whether that mailing goes on. The letters
// are kept in the cache, which may be nil. begins reports whether the mailing has
// no record yet.
func (b *batch) check(ctx context.Context, h *mailing.History, rerun bool, cache *letter.Cache, begins func() bool) (c checked, err error) {
	if c.plan, err = b.choose(h, rerun); err != nil {
		return c, err
	}
	for _, file := range b.filter.Empty() {
		b.env.Warn(file + ", a list of recipients.suppress, names nobody")
	}
	look := preflight.Check{
		Table: b.table, Spool: b.spool, Plan: c.plan, Letters: b.letters, Cache: cache,
		MessageID: func(row int) string { return b.messageID(c.plan, row) },
		Date:      b.start, Test: b.test != nil, Warn: b.env.Warn, Note: b.env.Note,
		Job: b.job, Rules: columns.New(b.job, b.table.Columns), Survey: cache == nil, Changed: recipients.Changed(b.source), Begins: begins,
	}
	if c.Summary, err = look.Run(ctx); err != nil {
		return c, err
	}
	if problems := b.table.Rejected.Problems(); problems.Len() > 0 {
		if err := problems.Narrow(b.table.EachCell); err != nil {
			return c, err
		}
		e := &problem.Error{Kind: problem.BadData, Err: problems, Hint: "nothing was sent; correct these"}
		if problems.Len() > b.filter.Problems().Len()+look.Whole {
			e.Hint += ", or leave bad rows out with --skip-invalid"
		}
		return c, e
	}
	if c.plan.Send.Len() > 0 {
		look.WarnOf(&c.Summary, b.job.Message.Text.IsZero())
	}
	return c, c.plan.CheckAgain()
}

// choose chooses the rows.
func (b *batch) choose(h *mailing.History, rerun bool) (*plan.Plan, error) {
	if b.options.Fresh {
		h = b.history() // what the log says of the rows does not matter any more
	}
	p, err := plan.New(b.table, h, plan.Params{
		Selection: b.selection, Policy: b.options.Policy, Rerun: rerun, Test: b.test != nil, Digest: b.digest,
	})
	if key, ok := errors.AsType[*plan.KeyError](err); ok {
		flag := "--key"
		if len(b.options.Again) > 0 {
			flag = "--again"
		}
		return nil, problem.Fail(problem.BadData, "%s %w", flag, key)
	}
	return p, err
}

// messageID returns that of a row's letter in this run.
func (b *batch) messageID(p *plan.Plan, row int) string {
	if id := p.MessageIDs[row]; id != "" {
		return id
	}
	return b.letters.MessageID(row)
}
