package delivery

import (
	"context"
	"time"

	"mailshot/job/advice"
	"mailshot/job/problem"
)

// An Admission says when messages may go, by a quota or a window. Its methods are called from one
// goroutine.
type Admission interface {
	// Admit asks for a message to at most so many recipients. It returns a permit, or else why the
	// message may not go, and until when.
	Admit(now time.Time, recipients int) (Permit, *Held)
	// SetFull is told that the server takes no more from this account until a time, and its words.
	SetFull(now, until time.Time, said string)
	// Rest is told that no message is on its way, and that none will be for a while.
	Rest(now time.Time)
}

// A Permit lets one message go. It is ended by the goroutine that asked for it.
type Permit interface {
	// Ended is told how many recipients the server may have counted: none where the end of the
	// message did not leave.
	Ended(now time.Time, recipients int)
}

// Held is why a message may not go.
type Held struct {
	Until time.Time      // zero: waiting does not help
	Why   *problem.Error // the end of a run that does not wait
}

const (
	// poll is how often an admission is asked while it holds: another run may give something back,
	// and a clock may be set.
	poll = time.Minute
	// stale is how long a run may be held until its secrets are read again.
	stale = 10 * time.Minute
)

// admit asks for the task that is to start. It reports false if that has to wait, or if the run
// stops.
func (p *pass) admit(ctx context.Context, now time.Time) bool {
	if p.Admission == nil || p.waiting.permit != nil {
		return true
	}
	permit, held := p.Admission.Admit(now, max(p.waiting.Recipients, 1))
	switch {
	case held == nil:
		p.waiting.permit = permit
		return p.unhold(ctx, now)
	case p.open > 0:
		return false // what is on its way may give something back
	case !p.Wait || held.Until.IsZero():
		p.stop(held.Why)
		return false
	}
	p.Admission.Rest(now)
	p.sender.pool.Rest()
	if p.held.IsZero() {
		p.held = now
	}
	if !held.Until.Equal(p.heldUntil) {
		p.heldUntil = held.Until
		p.tell(Event{Kind: Holding, Until: held.Until, Text: held.Why.Error()})
		p.disarm() // it may be for hours
		p.sync()
	}
	p.timer.Reset(max(min(held.Until.Sub(now), poll), time.Millisecond))
	return false
}

// unhold ends the time in which the run was held, if it was.
func (p *pass) unhold(ctx context.Context, now time.Time) bool {
	if p.held.IsZero() {
		return true
	}
	long := now.Sub(p.held) >= stale
	p.governor.Held(now.Sub(p.held))
	p.held, p.heldUntil = time.Time{}, time.Time{}
	p.tell(Event{Kind: Resumed})
	if !long || p.Renew == nil {
		return true
	}
	if err := p.Renew(ctx); err != nil {
		p.release(p.waiting, 0)
		p.stop(err)
		return false
	}
	return true
}

// release ends the permit of a task.
func (p *pass) release(t *Task, recipients int) {
	if t.permit != nil {
		t.permit.Ended(p.Now(), recipients)
		t.permit = nil
	}
}

// rest tells the admission that the pass is over.
func (p *pass) rest() {
	if p.Admission != nil {
		p.Admission.Rest(p.Now())
	}
}

// How long an account is taken to be used up where the server does not say.
const (
	fullFor    = time.Hour
	fullForDay = 24 * time.Hour
)

// full tells the admission that the account is used up, and returns until when.
func (p *pass) full(o *outcome) time.Time {
	d := advice.Wait(o.text())
	switch {
	case d > 0:
	case o.why.Rerun == advice.RerunNextDay:
		d = fullForDay
	default:
		d = fullFor
	}
	until := p.Now().Add(d)
	if p.Admission != nil {
		p.Admission.SetFull(p.Now(), until, advice.Plain(o.err))
	}
	return until
}
