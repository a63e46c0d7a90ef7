package delivery

import (
	"context"
	"math"
	"time"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// Rows are taken up ahead of their turn and armed, many with one sync, so that no session waits
// for one.

// recordOf returns what is known of a task's record before it is tried.
func (a *sender) recordOf(t *Task) result.Record {
	return result.Record{
		Run: a.run, Row: t.Row, Line: t.Line, Key: t.Key, Recipient: t.Recipient, Attempt: t.Attempt, MessageID: t.MessageID,
	}
}

// arm hands the intent of a task over.
func (a *sender) arm(t *Task) {
	rec := a.recordOf(t)
	rec.Time, rec.Status, rec.Stage = result.Later(a.now(), t.After), result.Unknown, transport.StageFinal.String()
	rec.Error = "the run ended before the outcome was known"
	t.intent = a.recorder.Arm(&rec)
}

// disarm takes the intent of a task back, if it has one.
func (t *Task) disarm() {
	if t != nil && t.intent != nil {
		t.intent.Disarm()
		t.intent = nil
	}
}

const (
	// hurry is the time in which no more than half of the rows ahead should be used up, so that
	// the sync of the others is over before their turn, on most disks.
	hurry = 10 * time.Millisecond
	// mostInHurry is how many are ahead, at most, where there are fewer workers than half of that.
	mostInHurry = 128
)

// mostAhead returns how many rows are armed ahead: for two rounds of the workers, or more where
// half of that was used up in a hurry, but no more than start in a second, since all of them are
// unknown after a power cut; 0 where nothing may be armed ahead.
func (p *pass) mostAhead(now time.Time) int {
	if !p.Recorder.Marked() {
		return 0
	}
	most := 2 * len(p.Composers)
	if now.Sub(p.tookUp) < hurry {
		most = max(most, min(2*p.most, mostInHurry))
	}
	if rate := p.Rate.perSecond(); rate > 0 {
		most = min(most, int(math.Ceil(rate)))
	}
	return most
}

// next returns the next task of the source, or the error with which that ended, as io.EOF. When
// half of those ahead have been taken it takes up as many more.
func (p *pass) next() (*Task, error) {
	if len(p.ahead) <= p.most/2 {
		now := p.Now()
		p.most = p.mostAhead(now)
		p.tookUp = now
		p.takeUp(p.most)
	}
	if len(p.ahead) == 0 {
		return nil, p.ended
	}
	t := p.ahead[0]
	p.ahead[0], p.ahead = nil, p.ahead[1:]
	return t, nil
}

// takeUp takes up rows until so many are ahead, and one at least.
func (p *pass) takeUp(most int) {
	for p.ended == nil && len(p.ahead) < max(most, 1) {
		var t *Task
		if t, p.ended = p.Source.Next(); p.ended != nil {
			return
		}
		if most > 0 {
			p.sender.arm(t)
		}
		p.ahead = append(p.ahead, t)
	}
}

// disarm takes back what is armed and not on its way.
func (p *pass) disarm() {
	for _, tasks := range [][]*Task{p.ahead, p.back, {p.waiting}} {
		for _, t := range tasks {
			t.disarm()
		}
	}
	p.disarmed = true
}

// rearm arms what was disarmed while the run was held.
func (p *pass) rearm() {
	if !p.disarmed {
		return
	}
	p.disarmed = false
	for _, t := range p.ahead {
		p.sender.arm(t)
	}
}

// offers is how many tasks are offered for each open session: the next one has to be at hand when a
// session takes one, before this goroutine knows of it.
const offers = 2

// offer lets the sessions that are open have tasks that may follow in them: their commands leave with
// the content of the message before. They were admitted, as if they began now.
func (p *pass) offer(ctx context.Context) {
	now := p.Now()
	if len(p.Ahead) == 0 || !p.sender.pool.Overlaps() || !p.governor.Follows(now) {
		return
	}
	for p.stopped == nil && len(p.sender.offered) < offers*p.open {
		if p.waiting == nil && !p.fetchNew() || p.waiting.fresh || p.begin.After(now) || !p.admit(ctx, now) {
			return
		}
		p.rearm()
		p.ready(p.waiting)
		p.waiting.start = p.governor.Offer(now)
		p.sender.offered <- p.waiting
		p.waiting = nil
	}
}

// withdraw takes back what is offered, and what was admitted and waits.
func (p *pass) withdraw() {
	var tasks []*Task
	for len(p.sender.offered) > 0 {
		select {
		case e := <-p.sender.offered:
			tasks = append(tasks, e)
		default: // a session was quicker
		}
	}
	p.takeBack(tasks...)
	if p.waiting != nil {
		p.release(p.waiting, 0)
	}
}

// takeBack has tasks that were admitted wait for their turn once more, before all others.
func (p *pass) takeBack(tasks ...*Task) {
	if len(tasks) == 0 {
		return
	}
	for _, e := range tasks {
		p.release(e, 0)
	}
	p.ahead = append(tasks, p.ahead...)
	p.exhausted = false
}

// follows takes in what becomes of the task that was to be next in the session of an outcome.
func (p *pass) follows(o *outcome) {
	if o.next != nil {
		p.open++
		p.governor.Follow()
	}
	if o.unused != nil {
		p.takeBack(o.unused)
	}
}

// sync makes what was recorded durable.
func (r *runner) sync() {
	if err := r.Recorder.Sync(); err != nil {
		r.stop(problem.Fail(problem.CantWrite, "%w", err))
	}
}
