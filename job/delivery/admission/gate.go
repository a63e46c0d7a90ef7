// Package admission says when the messages of a run may go: within the windows and the quotas of
// the job, and not while the server said that the account is used up.
package admission

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/delivery/quota"
	"mailshot/job/jobfile/when"
	"mailshot/job/problem"
)

// A Config says what holds for a run.
type Config struct {
	Windows when.Windows
	Quotas  []when.Rate
	Account string     // as it is told
	Preset  string     // that Quotas are from; "": they are the job's own
	File    quota.File // of the ledger; nil: there is none, which is an error with Quotas
	Path    string     // of the ledger, as it is told
	Run     string     // an id that no other run has
	Warn    func(string)
}

// A Gate is a delivery.Admission. It belongs to one goroutine.
type Gate struct {
	c      Config
	ledger *quota.Ledger // nil: there is none
	err    error         // of the ledger
}

// noState is the error where nobody says where the ledger is.
const noState = "there is no place for the ledger of delivery.quota"

// New returns a Gate, with the ledger read. Nothing is written.
func New(c Config, now time.Time) (*Gate, error) {
	g := &Gate{c: c}
	if c.File == nil {
		if len(c.Quotas) > 0 {
			return nil, problem.Fail(problem.Exists, noState).WithHint("set STATE_DIRECTORY, XDG_STATE_HOME or HOME, or name a directory with --state DIR")
		}
		return g, nil
	}
	g.ledger = quota.New(c.File, c.Run, c.Quotas)
	return g, g.failed(g.ledger.Read(now))
}

// Ready finds out whether the ledger can be written, where there is a quota.
func (g *Gate) Ready(now time.Time) error {
	if len(g.c.Quotas) == 0 {
		return nil
	}
	return g.failed(g.ledger.Ready(now, g.c.Account))
}

// failed returns what an error of the ledger means: the end where there is a quota, else no more
// than a warning.
func (g *Gate) failed(err error) error {
	if err == nil {
		return nil
	}
	if len(g.c.Quotas) == 0 {
		g.ledger = nil
		g.c.Warn(fmt.Sprintf("the recipients are not counted for other jobs of %s: %v", g.c.Account, err))
		return nil
	}
	return problem.Fail(problem.Exists, "%w", err).WithHint("the ledger of delivery.quota is %s; --state DIR names another directory", g.c.Path)
}

// Ignore lets messages go although the server said that the account is used up.
func (g *Gate) Ignore() {
	if g.ledger != nil {
		g.ledger.Ignore()
	}
}

// Full returns until when the account is used up, as the server said, and its words; zero if it
// is not.
func (g *Gate) Full(now time.Time) (until time.Time, said string) {
	if g.ledger == nil {
		return time.Time{}, ""
	}
	return g.ledger.Full(now)
}

// Schedule returns when messages may go from now on, at a rate.
func (g *Gate) Schedule(r when.Rate, now time.Time) when.Schedule {
	s := when.Schedule{Rate: r, Quotas: g.c.Quotas, Windows: g.c.Windows, From: now}
	if g.ledger == nil {
		return s
	}
	s.Spent = g.ledger.Spent()
	if until, _ := g.ledger.Full(now); until.After(now) {
		s.From = until
	}
	return s
}

// Used returns what is used of the quotas, as "450 in 24 h (office@club.example): 212 used; 3000 in
// 30 days: 900 used"; "" if there are none.
func (g *Gate) Used(now time.Time) string {
	if len(g.c.Quotas) == 0 {
		return ""
	}
	var parts []string
	account := " (" + g.c.Account + ")" // once
	for _, q := range g.c.Quotas {
		parts = append(parts, fmt.Sprintf("%s%s: %d used", q.In(), account, when.Used(q, g.ledger.Spent(), now)))
		account = ""
	}
	return strings.Join(parts, "; ")
}

// A permit is one of the ledger.
type permit struct {
	gate *Gate
	*quota.Permit
}

// Ended implements delivery.Permit.
func (p permit) Ended(now time.Time, recipients int) {
	if err := p.Permit.Ended(now, recipients); err != nil {
		p.gate.err = cmp.Or(p.gate.err, err)
	}
}

// free is the permit where nothing is counted.
type free struct{}

// Ended implements delivery.Permit.
func (free) Ended(time.Time, int) {}

// Admit implements delivery.Admission.
func (g *Gate) Admit(now time.Time, recipients int) (delivery.Permit, *delivery.Held) {
	if open, _ := g.c.Windows.Next(now); open.After(now) {
		e := closed(open, true, "this is outside of delivery.window (%s), which opens %s", g.c.Windows, when.Opening(open, now))
		return nil, &delivery.Held{Until: open, Why: e.WithHint(waits)}
	}
	if g.ledger == nil {
		return free{}, nil
	}
	p, held, err := g.ledger.Reserve(now, recipients)
	if err := g.failed(cmp.Or(g.err, err)); err != nil {
		if p != nil {
			_ = p.Ended(now, 0) // the error is told already
		}
		return nil, &delivery.Held{Why: err.(*problem.Error)}
	}
	switch {
	case held != nil:
		return nil, &delivery.Held{Until: held.Until, Why: g.why(held, now, recipients)}
	case p == nil || g.ledger == nil:
		return free{}, nil
	}
	return permit{g, p}, nil
}

// Closed is the cause of an end because no message may go for a while.
type Closed struct {
	Until time.Time
	Own   bool // the job says so; else the server did

	text string
}

// Error implements error.
func (c *Closed) Error() string { return c.text }

func closed(until time.Time, own bool, format string, args ...any) *problem.Error {
	return problem.Fail(problem.Limited, "%w", &Closed{until, own, fmt.Sprintf(format, args...)})
}

const waits = "with --wait a run goes on by itself then"

// why says why a message may not go.
func (g *Gate) why(h *quota.Held, now time.Time, recipients int) *problem.Error {
	var e *problem.Error
	switch {
	case h.Until.IsZero():
		return TooMany(h.Limit, recipients)
	case h.Limit.Count == 0:
		e = closed(h.Until, false, "%s", FullWords(g.c.Account, h.Until, now, h.Said)).WithHint("%s; --now tries all the same", waits)
	default:
		at := when.Opening(h.Until, now)
		e = closed(h.Until, true, "the quota of %s is used up (%s): there is room again from %s on", h.Limit.In(), g.c.Account, at).WithHint(waits)
		if g.c.Preset != "" {
			e.Hint += fmt.Sprintf("\nthe quota is that of `preset: %s`; under `delivery`, `quota: …` sets another, and `quota: none` takes it away", g.c.Preset)
		}
	}
	if h.Ahead {
		e.Hint += fmt.Sprintf("\nthe ledger %s has times that are yet to come: was the clock of this machine wrong?", g.c.Path)
	}
	return e
}

// FullWords says that the server takes no more.
func FullWords(account string, until, now time.Time, said string) string {
	return fmt.Sprintf("the server said that %s may send no more until about %s: %s", account, when.Opening(until, now), said)
}

// TooMany is the end where a message has more recipients than a quota.
func TooMany(q when.Rate, recipients int) *problem.Error {
	return problem.Fail(problem.BadJob, "a message has %d recipients, and delivery.quota allows %s", recipients, q.In())
}

// SetFull implements delivery.Admission.
func (g *Gate) SetFull(now, until time.Time, said string) {
	err := error(nil)
	if g.ledger != nil {
		err = g.ledger.SetFull(now, until, said)
	}
	if g.ledger == nil || err != nil {
		g.c.Warn(cmp.Or(err, fmt.Errorf("no state directory is known")).Error() + "; the next run does not know that the account may send no more")
	}
}

// Rest implements delivery.Admission.
func (g *Gate) Rest(now time.Time) {
	if g.ledger != nil {
		g.err = cmp.Or(g.err, g.ledger.Rest(now))
	}
}

// A Waiter waits for a time at which a run may begin.
type Waiter struct {
	Gate *Gate
	At   time.Time // not before; zero: at once
	Wait bool      // also for a quota or a window
	Now  func() time.Time
	Tell func(until time.Time, why string)
}

// poll is how often the clock is looked at, which may be set.
const poll = time.Minute

// Await returns once the first message may go, or the end of a run that does not wait or that a signal
// ends.
func (w *Waiter) Await(ctx context.Context) *problem.Error {
	var told time.Time
	for {
		now := w.Now()
		until, why, end := w.next(now)
		if end != nil || why == "" {
			return end
		}
		if !until.Equal(told) {
			w.Tell(until, why)
			told = until
		}
		t := time.NewTimer(max(min(until.Sub(now), poll), time.Millisecond))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return problem.InterruptedBy(ctx)
		}
	}
}

// next returns until when to wait and why; "" if the first message may go.
func (w *Waiter) next(now time.Time) (until time.Time, why string, end *problem.Error) {
	if w.At.After(now) {
		return w.At, "this run begins then", nil
	}
	p, held := w.Gate.Admit(now, 1)
	switch {
	case held == nil:
		p.Ended(now, 0) // what was reserved is for the first messages
		return time.Time{}, "", nil
	case !w.Wait || held.Until.IsZero():
		return time.Time{}, "", held.Why
	}
	w.Gate.Rest(now)
	return held.Until, held.Why.Error(), nil
}
