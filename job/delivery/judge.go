package delivery

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"mailshot/job/advice"
	"mailshot/job/delivery/pace"
	"mailshot/job/delivery/sessions"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// minGreylisted is the time after which a row that is told once more to come
// later meets no greylisting, but a limit of the server (RFC 6647, section 5).
const minGreylisted = 5 * time.Minute

// judge decides whose an outcome is, before it is recorded: of a row that met a
// limit of the server nothing is recorded, and it is put back.
func (p *pass) judge(o *outcome) {
	kind := pace.Local
	o.task.notBefore = time.Time{}
	o.task.fresh = false
	if sessions.IsLost(o.err) { // nothing was asked of the host, nor of the row
		o.decision = p.governor.Learn(p.Now(), pace.Outcome{Kind: kind, Start: o.task.start})
		o.task.fresh = true
		if !p.Recorder.Marked() {
			o.task.disarm()
		}
		p.shorten(o)
		return
	}
	if o.fatal == nil && !o.local() {
		o.why = p.explain(o)
		kind = p.kindOf(o)
	}
	tried := p.tried(o.task)
	wordless := kind == pace.Temporary && !tried
	if wordless && p.limited(o) {
		kind = pace.Rate
	}
	if te := advice.SessionError(o.err); !o.local() && o.fatal == nil && (te == nil || te.Stage > transport.StageAuth) {
		p.logins++
	}
	now := p.Now()
	t := o.task
	d := p.governor.Learn(now, pace.Outcome{
		Kind: kind, Start: o.task.start, After: advice.Wait(o.text()), Named: o.why.Kind == advice.Connections || o.why.Kind == advice.Rate, PutBacks: t.putBacks,
		Permanent: o.code() >= 500, Tried: tried,
	})
	o.decision = d
	if wordless && d.Action == pace.PutBack {
		p.limit = o.sameness() // from here on one of them says it
	}
	if d.Action != pace.PutBack && !o.quota() {
		return
	}
	if o.record != nil {
		t.disarm()
		o.record = nil
	}
	if o.code() >= 500 || p.counts.Sent > t.sentBefore || t.putBacks == 0 {
		t.putBacks++ // with others accepted between; the first counts by itself
	}
	t.sentBefore = p.counts.Sent
}

// shorten tells once how many messages a session takes, where a server showed it.
func (p *pass) shorten(o *outcome) {
	if n := p.sender.pool.Lost(o.lostAfter, o.err, o.overlapped); n > 0 {
		p.tell(Event{Kind: Shortened, Messages: n})
	}
}

// tried reports whether a row was refused before, in an earlier pass or with others accepted
// since: then it may be the row's own, whatever others get.
func (p *pass) tried(t *Task) bool {
	return p.pass > 1 || t.putBacks > 0 && p.counts.Sent > t.sentBefore
}

// tailPauses is how many pauses in a row the last rows of a run wait for a limit that no words
// tell of: there is no other row to find out by whether it is theirs.
const tailPauses = 10

// limited reports whether a refusal is like those that were found to be a limit though their
// words do not say so.
func (p *pass) limited(o *outcome) bool {
	return p.limit != "" && o.sameness() == p.limit && (!p.exhausted || p.governor.Pauses() < tailPauses)
}

// local reports whether the attempt ended before anything was asked of the server.
func (o *outcome) local() bool { return o.record != nil && o.record.Stage == stageCompose }

// quota reports whether the sender's account may send no more, so that the row is
// as if it had not been tried.
func (o *outcome) quota() bool { return o.why.Kind == advice.Quota && o.reply() != nil }

// reply returns what the server refused with; nil if it said nothing.
func (o *outcome) reply() *transport.Reply {
	if te := advice.SessionError(o.err); te != nil {
		return te.Reply
	}
	return nil
}

func (o *outcome) code() int {
	if r := o.reply(); r != nil {
		return r.Code
	}
	return 0
}

func (o *outcome) text() string {
	if r := o.reply(); r != nil {
		return r.Text()
	}
	return ""
}

// sameness returns what the refusal has in common with those that mean the same.
func (o *outcome) sameness() string {
	te := advice.SessionError(o.err)
	return advice.Sameness(te.Stage.String(), te.Reply.Code, te.Reply.Enhanced, te.Reply.Text())
}

// explain asks the table of replies about a refusal.
func (p *pass) explain(o *outcome) advice.Explanation {
	r := o.reply()
	if r == nil {
		return advice.Explanation{}
	}
	stage := advice.SessionError(o.err).Stage
	why := advice.Explain(advice.Reply{Stage: stage.String(), Code: r.Code, Enhanced: r.Enhanced, Text: r.Text()})
	if why.Kind == advice.Unknown && stage == transport.StageMail && r.Code >= 500 {
		why.Kind = advice.Sender // MAIL has nothing of the row
	}
	return why
}

// kindOf returns what the outcome is for the pace.
func (p *pass) kindOf(o *outcome) pace.Kind {
	switch {
	case o.err == nil:
		return pace.Accepted
	case errors.Is(o.err, transport.ErrNoLocalPort):
		return pace.NoPort
	case errors.Is(o.err, syscall.EMFILE), errors.Is(o.err, syscall.ENFILE):
		return pace.NoFiles
	case o.reply() == nil && o.record == nil:
		return pace.Unsaid
	case o.reply() == nil, o.record != nil && o.record.Status == result.Unknown:
		return pace.OfRow
	}
	switch o.why.Kind {
	case advice.Connections:
		return pace.Connections
	case advice.Rate:
		return pace.Rate
	case advice.Trouble:
		if o.record != nil && o.record.Stage == transport.StageRcpt.String() && o.code() < 500 {
			return pace.Temporary // it may be with the recipient's domain alone
		}
		return pace.Rate
	case advice.Greylisting:
		return p.greylisted(o)
	case advice.Unknown:
		if o.record == nil {
			return pace.Unsaid
		}
		if o.code() < 500 && !p.accepted() {
			return p.greylisted(o)
		}
		if o.code() < 500 {
			return pace.Temporary
		}
	}
	return pace.OfRow
}

// accepted reports whether a row of this run was sent.
func (p *pass) accepted() bool { return p.counts.Sent > 0 }

// greylisted tells a row that is to come later for the first time from one that
// has waited.
func (p *pass) greylisted(o *outcome) pace.Kind {
	t := o.task
	if d := min(advice.Wait(o.text()), p.Retry.MaxWait); d > 0 {
		t.notBefore = p.Now().Add(d)
	}
	if t.Greylisted.IsZero() {
		t.Greylisted = o.begun
		return pace.Greylisted
	}
	if o.begun.Sub(t.Greylisted) >= minGreylisted {
		return pace.Rate
	}
	return pace.Greylisted
}

// follow does what was decided about an outcome besides its record.
func (p *pass) follow(o outcome) {
	d := o.decision
	te := advice.SessionError(o.err)
	switch {
	case te != nil && te.Scope == transport.ScopeJob:
		p.stop(p.serverError(te))
	case o.quota():
		p.stopForQuota(&o)
	case d.Stop == pace.Limited:
		p.stop(p.gaveUp(problem.Limited, &o))
	case d.Stop == pace.Silent:
		p.stop(p.gaveUp(problem.Unreachable, &o))
	case d.Width > 0:
		p.sender.pool.CloseIdle()
		p.narrowed = d.Width // is told when the server takes a message again: there may be more refusals of this kind
	case !d.Pause.IsZero():
		p.pauses++
		p.pauseUntil = d.Pause
		p.tell(Event{Kind: Paused, Until: d.Pause, Text: pauseText(o.err)})
		p.sync()
	}
}

// serverError returns the end of the run that a refusal of every session is. Of a
// login it says so if the same one was taken before.
func (p *pass) serverError(te *transport.Error) *problem.Error {
	e := p.ServerError(te)
	if te.Stage == transport.StageAuth && te.Reply != nil && p.logins > 0 {
		e.Hint = fmt.Sprintf("the server took the same login %d times in this run: it may have refused it this once, so that a rerun may do; "+
			"if that is refused too, the account may be locked, or its password changed", p.logins)
	}
	return e
}

func pauseText(err error) string {
	if errors.Is(err, transport.ErrNoLocalPort) {
		return "this machine has no local port free"
	}
	return advice.Brief(advice.Plain(err))
}

// stopForQuota ends the run, unless it waits: no row would be taken.
func (p *pass) stopForQuota(o *outcome) {
	until := p.full(o)
	if p.Admission != nil && p.Wait {
		return // it holds from here on
	}
	e := problem.Fail(problem.Limited, "the sender's account may send no more until about %s: %s", until.Format("Mon 15:04"), advice.Brief(advice.Plain(o.err)))
	p.stop(e.WithHint("%s", o.why.Remedy))
}

// gaveUp is the end after too many pauses.
func (p *pass) gaveUp(k problem.Kind, o *outcome) *problem.Error {
	e := problem.Fail(k, "gave up after %d tries: %s", p.governor.Pauses(), advice.Brief(advice.Plain(o.err)))
	if o.why.Remedy != "" {
		return e.WithHint("%s", o.why.Remedy)
	}
	return e
}

// refusal describes the reply of a record.
func refusal(rec *result.Record) string {
	switch {
	case rec.Code == 0:
		return advice.Brief(rec.Error)
	case rec.Enhanced != "":
		return advice.Brief(fmt.Sprintf("%d %s %s", rec.Code, rec.Enhanced, rec.Reply))
	}
	return advice.Brief(fmt.Sprintf("%d %s", rec.Code, rec.Reply))
}
