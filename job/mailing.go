package job

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
	"mailshot/template"
	"mailshot/transport"
	"mailshot/transport/message"
)

// A mailing is a job with its log, opened by a command. What a command does
// is made of its methods, in the order in which they stand here.
type mailing struct {
	job     *jobfile.Job
	options Options
	env     Env
	start   time.Time
	place   place
	files   *attachment.Files
	digest  string // of the letter
	run     string // the run's id
	test    *address.Address
	sel     selection

	source  io.ReadCloser
	filter  *recipients.Filter
	dialer  *transport.Dialer // still without the password; nil in the sandbox
	lock    *result.Lock
	spool   *recipients.Spool
	larder  *larder // nil: this command sends nothing
	history *history
	noLog   bool   // there is the journal of a log that is lost, which Fresh puts aside
	aside   string // where Fresh puts the log; "" if there is none to put away
	seconds []Copy // what Again sends for the second time
	heard   *listener
	book    *recipients.Table
	letters *letters
	dkim    *message.DKIM // nil: the letters are not signed

	missing int // files that were not found, for which another one was looked for
}

// open loads the job and finds its files. Nothing is written yet.
func open(o Options, env Env) (*mailing, error) {
	m := &mailing{options: o, env: env.filled()}
	m.start = m.env.Now()
	var err error
	if m.sel, err = newSelection(o); err != nil {
		return nil, err
	}
	if err := m.checkOptions(); err != nil {
		return nil, err
	}
	if m.job, err = jobfile.Load(o.Path); err != nil {
		return nil, loadError(o.Path, err)
	}
	m.place = placeOf(m.job, o)
	m.files = &attachment.Files{Job: m.job}
	if m.digest, err = m.job.MessageDigest(m.files.Digested); err != nil {
		return nil, m.letterError(err)
	}
	m.run = result.RunID(m.job.Name, m.start, m.digest)
	if m.source, err = recipients.Open(m.job, m.env.Stdin); err != nil {
		return nil, err
	}
	if m.filter, err = recipients.NewFilter(m.job); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

func (e Env) filled() Env {
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Random == nil {
		e.Random = rand.Reader
	}
	if e.Grace == 0 {
		e.Grace = grace
	}
	return e
}

func (m *mailing) checkOptions() error {
	o := &m.options
	if err := o.combine(); err != nil {
		return err
	}
	if o.Mailing != "" {
		if err := jobfile.ValidMailing(o.Mailing); err != nil {
			return &problem.Error{Kind: problem.Usage, Err: err}
		}
	}
	if o.Changed != "" && o.Changed != "skip" && o.Changed != "send" {
		return problem.Fail(problem.Usage, "--changed %s: it is skip or send", o.Changed)
	}
	for _, w := range o.Only {
		if w != "temporary" && w != "permanent" && w != "untried" {
			return problem.Fail(problem.Usage, "--only %s: it is temporary, permanent or untried", w)
		}
	}
	if o.Fresh && m.env.Confirm == nil {
		return problem.Fail(problem.Usage, "--fresh asks, even with --yes, and nobody can be asked here, as there is no terminal")
	}
	if o.To == "" {
		return nil
	}
	to, err := address.Parse(o.To)
	if err != nil {
		return problem.Fail(problem.Usage, "--to %s: %w", o.To, err)
	}
	m.test = &to
	if !m.sel.narrowed() && m.sel.limit == 0 {
		m.sel.limit = 1
	}
	return nil
}

func loadError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return problem.Fail(problem.NoInput, "there is no job file %s", path)
	}
	return &problem.Error{Kind: problem.BadJob, Err: err}
}

// letterError is the end for a file that the letter is made of.
func (m *mailing) letterError(err error) error {
	if fe, ok := errors.AsType[*jobfile.FileError](err); ok {
		return m.job.InputError(fe.Line, fe.Err)
	}
	return m.job.InputError(0, err)
}

// choose chooses the rows.
func (m *mailing) choose() (*choice, error) {
	h := m.history
	if m.options.Fresh {
		h = m.newHistory() // what the log says of the rows does not matter any more
	}
	return choose(m.book, h, m.policy(), m.sel, m.digest)
}

// parse parses the templates, which needs the columns.
func (m *mailing) parse(columns []string) error {
	var err error
	m.letters, err = newLetters(m.job, columns, m.files, m.options.Mailing, m.start, m.env.Random)
	if where := m.filter.Parse(m.job, columns, m.start, m.options.Mailing); where != nil || err != nil {
		return templateErrors(errors.Join(append(problem.Split(where), problem.Split(err)...)...))
	}
	m.letters.to, m.letters.dkim = m.test, m.dkim
	if m.test == nil { // else there are no copies
		if err := m.letters.head.copiesTo(m.filter.SuppressedBy); err != nil {
			return templateErrors(err)
		}
	}
	return nil
}

// doubt tells what may be wrong with the job, and is no reason not to send it.
func (m *mailing) doubt(format string, args ...any) {
	if m.env.Event != nil {
		m.env.Event(Event{Kind: Doubted, Text: fmt.Sprintf(format, args...)})
	}
}

func (m *mailing) policy() policy {
	o := &m.options
	return policy{rerun: o.Rerun, only: o.Only, includeUnknown: o.IncludeUnknown, again: len(o.Again) > 0, changed: o.Changed, test: o.To != ""}
}

// templateErrors makes the problems of the templates an end.
func templateErrors(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &problem.Error{Kind: problem.NoInput, Err: err}
	}
	l := &problem.List{}
	for _, err := range problem.Split(err) {
		p := problem.Problem{Kind: "template", Text: err.Error()}
		var te *template.Error
		if errors.As(err, &te) {
			p.Hint = te.Hint
		}
		p.Hint = cmp.Or(problem.HintOf(err), p.Hint)
		l.Add(p)
	}
	return &problem.Error{Kind: problem.BadData, Err: l}
}

// close gives everything back. The results log is not its matter.
func (m *mailing) close() error {
	var errs []error
	if m.source != nil {
		errs = append(errs, m.source.Close())
	}
	if m.spool != nil {
		errs = append(errs, m.spool.Close())
	}
	if m.lock != nil {
		errs = append(errs, m.lock.Unlock())
	}
	if m.history != nil {
		m.history.Fold.Free()
	}
	if m.book != nil {
		m.book.Free()
	}
	if m.letters != nil {
		errs = append(errs, m.letters.attachments.Close())
	}
	return errors.Join(errs...)
}

// rate is the pace of the run; the sandbox has none.
func (m *mailing) rate() jobfile.Rate {
	switch {
	case m.options.Sandbox:
		return jobfile.Rate{}
	case m.options.Rate.Count > 0:
		return m.options.Rate
	}
	return m.job.Delivery.Rate
}

// checkSecrets finds secrets that are not there. None is read.
func (m *mailing) checkSecrets() error {
	s := &m.job.Server
	if m.options.Sandbox || !s.HasAuth {
		return nil
	}
	if err := s.Password.Check(m.job.SecretEnv(m.env.Secrets)); err != nil {
		return problem.Fail(problem.BadJob, "%s:%d: password: %w", m.job.Path, s.Password.Line, err)
	}
	return nil
}

// ask puts the question. The sandbox asks nothing.
func (m *mailing) ask(ctx context.Context, q Question) error {
	o := &m.options
	switch {
	case o.Sandbox:
		return nil
	case q.Earlier > 0 && !o.ChangedLetter && (o.Yes || m.env.Confirm == nil):
		return problem.Fail(problem.BadData, "the letter changed: %d got an earlier one", q.Earlier).WithHint("if that is meant, add --changed-letter")
	case o.Yes && q.Copies == 0:
		return nil
	case m.env.Confirm == nil:
		return problem.Fail(problem.Usage, "nobody can be asked here, as there is no terminal").WithHint("check first: mailshot check %s; then add --yes", quote(o.Path))
	}
	yes, err := m.env.Confirm(ctx, q)
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	if err != nil {
		return problem.Fail(problem.Declined, "asking: %w", err)
	}
	if !yes {
		return problem.Fail(problem.Declined, "nothing was sent")
	}
	return nil
}
