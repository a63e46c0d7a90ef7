package job

import (
	"context"
	"fmt"
	"time"

	"mailshot/job/address"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
)

// A Question is what a user must know before the first message leaves.
type Question struct {
	Messages       int
	From           string
	Subject        string // of the first letter
	Server         string
	Settings       string // what comes from outside the job file, and from where; "" if nothing does
	First, Last    string // recipients
	With           string // who gets the first letter too: cc …; bcc …
	Attached       []AttachedFile
	AttachedDiffer bool      // not all letters have as many
	Rate           string    // and what it means; "" if there is no limit
	Quota          string    // what is used of it, and how many go when; "" if there is none
	Window         string    // when messages may go; "" for always
	Full           string    // the server said that the account may send no more: until when; "" if it did not
	Begin          string    // when it begins; "" for at once
	Takes          string    // how long; "" if nothing is known that holds it up
	Left           plan.Left // what is left out
	Earlier        int       // recipients of an earlier, different letter
	Before         time.Time // when the run before ended, which had the same letter; zero: there was none, or it had not
	To             string    // address of a test
	Mailing        string
	Results        string // path of the log
	Warnings       int    // that were told
	Look           string // the command that shows the letters

	Same    plan.SameLetter   // who has the letter by another mailing
	Again   []plan.SecondCopy // rows that are sent by their keys whatever became of them, and were sent before, or may have been
	Copies  int               // people who may get a second copy, by Fresh or as Same is not meant; this number is to be asked for
	Archive string            // Fresh: where the log is going to be moved; "" if there is none
	NoLog   bool              // Fresh: the log is lost, so Copies is everybody
}

// question returns what the user must know of checked rows. earlier counts the
// recipients of an earlier letter.
func (in *inputs) question(c *checked, earlier int) Question {
	q := Question{
		Messages: c.plan.Send.Len(), Subject: c.Subject, First: c.First, Last: c.Last, With: c.Copies,
		From: shownMailbox(in.job.Message.From), Left: c.plan.Left, Earlier: earlier,
		Mailing: in.options.Mailing, Results: in.paths.Results, Server: in.serverWords(), Settings: in.settings(), Warnings: int(in.warned.Load()), Look: in.lookCommand(),
	}
	if c.From != "" {
		q.From = c.From
		if n := len(c.Tally.Froms); n > 1 {
			q.From += fmt.Sprintf(" …, of %d domains", n)
		}
	}
	if in.test != nil {
		q.To = in.test.String()
	}
	return q
}

// lookCommand returns the command that shows the letters.
func (in *inputs) lookCommand() string {
	ref := mailing.Ref{Path: in.options.Path, Mailing: in.options.Mailing}
	return ref.Command("preview", in.options.selected()...)
}

// serverWords names the job's server.
func (in *inputs) serverWords() string {
	s := &in.job.Server
	return fmt.Sprintf("%s:%d (%s)", s.Host, s.Port, s.TLS)
}

// settings says what comes from outside the job file; a sandbox has no server.
func (in *inputs) settings() string {
	if in.options.Sandbox {
		return ""
	}
	return in.job.ElsewhereWords()
}

func shownMailbox(m address.Mailbox) string {
	if m.Name == "" {
		return m.Address.String()
	}
	return fmt.Sprintf("%s <%s>", m.Name, m.Address)
}

// ask puts the question. The sandbox asks nothing.
func (in *inputs) ask(ctx context.Context, q Question) error {
	o := &in.options
	switch {
	case o.Sandbox:
		return nil
	case q.Earlier > 0 && !o.ChangedLetter && (o.Yes || in.env.Confirm == nil):
		return problem.Fail(problem.BadData, "the letter changed: %d got an earlier one", q.Earlier).WithHint("if that is meant, add --changed-letter")
	case q.Same.MustAsk() && in.env.Confirm == nil:
		return o.sameLetterSent(&q.Same)
	case o.Yes && q.Copies == 0:
		if q.Same.People > 0 { // a question would say so
			in.env.Note(q.Same.Words())
		}
		return nil
	case in.env.Confirm == nil:
		return problem.Fail(problem.Usage, "nobody can be asked here, as there is no terminal").WithHint("check first: mailshot check %s; then add --yes", problem.Quote(o.Path))
	}
	yes, err := in.env.Confirm(ctx, q)
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
