package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"mailshot/job/advice"
	"mailshot/transport"
)

// A Session takes several messages, one after the other; *transport.Session is one. It belongs to one
// goroutine at a time.
type Session interface {
	Deliverer
	Usable() bool               // another message may be sent in it
	Delivered() int             // messages that the server took
	Receipt() transport.Receipt // what is known of it
	Close() error               // says QUIT
}

// Several says how sessions take several messages. The zero value has one message a session.
type Several struct {
	// Most is how many messages a session takes at most; 0 and 1: each has a session of its own,
	// which the Deliverer opens.
	Most int
	// Open opens a session. hear gets its protocol; nil: nobody listens.
	Open  func(ctx context.Context, hear func(transport.Event)) (Session, error)
	First Session       // that is open already; nil: there is none
	Age   time.Duration // after which one is closed, as a token that it began with grows old; 0: never
}

// maxIdle is how long a session is kept open that nobody uses: a server that closes it itself takes
// its place among the sessions of all others until then.
const maxIdle = time.Second

// A pool keeps sessions open from one message to the next. Its methods may be called by several goroutines
// at once, but for learn, which belongs to the one that decides.
type pool struct {
	Several
	now func() time.Time

	mu      sync.Mutex // guards what follows
	idle    []*kept    // the one that was used last is at the end
	limit   int        // messages a session, as the server showed; 0: it did not
	resting bool       // none is kept
	closing sync.WaitGroup

	cut map[int]int // sessions that ended without a word, by how many messages they had delivered
}

// A kept session is one between two messages.
type kept struct {
	Session
	sent  int // messages that were tried in it
	begun time.Time
	used  time.Time // when it was idle last
}

// newPool returns a pool, nil where each message has a session of its own.
func newPool(s Several, now func() time.Time) *pool {
	if s.Most <= 1 || s.Open == nil {
		return nil
	}
	p := &pool{Several: s, now: now, cut: map[int]int{}}
	if s.First != nil {
		p.idle = []*kept{{Session: s.First, begun: now(), used: now()}}
	}
	return p
}

// deliver sends a message in a session that is open, or in a new one. fresh asks for a new one, and last
// says that no message is to come. lostAfter is how many messages a session had delivered that was at its
// end before this one.
func (p *pool) deliver(ctx context.Context, dl transport.Delivery, fresh, last bool) (r transport.Receipt, lostAfter int, err error) {
	k, old := p.take(fresh)
	for _, k := range old {
		_ = k.Close() // before another is opened, so that there are no more than workers
	}
	if k == nil {
		s, err := p.Open(ctx, dl.Trace)
		if err != nil {
			return r, 0, err
		}
		k = &kept{Session: s, begun: p.now()}
	}
	k.sent++
	dl.Last = last || k.sent >= p.most(k)
	r, err = k.Deliver(ctx, dl)
	if te := advice.SessionError(err); te != nil && te.Lost {
		lostAfter = k.Delivered()
	}
	p.giveBack(k)
	return r, lostAfter, err
}

// most returns how many messages a session takes.
func (p *pool) most(k *kept) int {
	most := p.Most
	if m := k.Receipt().Capabilities.MailMax; m > 0 { // RFC 9422, section 4.1
		most = min(most, m)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit > 0 {
		most = min(most, p.limit)
	}
	return most
}

// take returns the session that was used last, nil if there is none that may be used, and those that
// are to be closed first. A message that asks for a fresh one gets one that took none yet.
func (p *pool) take(fresh bool) (k *kept, old []*kept) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for len(p.idle) > 0 {
		n := len(p.idle) - 1
		k := p.idle[n]
		p.idle = p.idle[:n]
		switch {
		case p.Age > 0 && now.Sub(k.begun) > p.Age, now.Sub(k.used) > maxIdle:
			old = append(old, k)
		case fresh && k.sent > 0:
			return nil, append(old, k) // whose place the new one takes
		default:
			return k, old
		}
	}
	return nil, old
}

// giveBack keeps a session for the next message, if it may be used.
func (p *pool) giveBack(k *kept) {
	if !k.Usable() {
		_ = k.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	k.used = p.now()
	if p.resting {
		p.close(k)
		return
	}
	// Those below were idle longer.
	for len(p.idle) > 0 && k.used.Sub(p.idle[0].used) > maxIdle {
		p.close(p.idle[0])
		p.idle = p.idle[1:]
	}
	p.idle = append(p.idle, k)
}

// close closes a session, beside what goes on: the server has some seconds for its reply. p.mu is held.
func (p *pool) close(k *kept) { p.closing.Go(func() { _ = k.Close() }) }

// rest closes all sessions that are idle, and those that are in use after their message, until wake is
// called.
func (p *pool) rest() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = true
	p.closeIdle()
}

// wake ends the rest.
func (p *pool) wake() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = false
}

// shrink closes all sessions that are idle.
func (p *pool) shrink() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeIdle()
}

func (p *pool) closeIdle() {
	for _, k := range p.idle {
		p.close(k)
	}
	p.idle = nil
}

// end closes all sessions, none of which is in use, and waits for that.
func (p *pool) end() {
	if p == nil {
		return
	}
	p.shrink()
	p.closing.Wait()
}

// learn is told that a session was at its end after so many messages, and by what. It returns how many
// messages a session takes from now on, if that changed; else 0. A server that says so has a limit; a
// connection that ends without a word may have met anything, until it does so twice after the same number.
func (p *pool) learn(delivered int, err error) int {
	te := advice.SessionError(err)
	if te == nil || delivered == 0 {
		return 0
	}
	if te.Reply == nil {
		if p.cut[delivered]++; p.cut[delivered] < 2 {
			return 0
		}
	}
	to := delivered
	if te.Reply != nil && te.Reply.Code >= 500 {
		if p.cut[-1]++; p.cut[-1] >= 2 { // it does not know what several messages are
			to = 1
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if to >= p.Most || p.limit > 0 && to >= p.limit {
		return 0
	}
	p.limit = to
	return to
}

var _ Session = (*transport.Session)(nil)

// SessionsOf returns the Open of Several for a dialer.
func SessionsOf(d *transport.Dialer) func(context.Context, func(transport.Event)) (Session, error) {
	return func(ctx context.Context, hear func(transport.Event)) (Session, error) {
		s, err := d.OpenHeard(ctx, hear)
		if err != nil {
			return nil, err // not a *transport.Session that is nil
		}
		return s, nil
	}
}

// lost reports whether an error says that a session was at its end before the message.
func lost(err error) bool {
	te, ok := errors.AsType[*transport.Error](err)
	return ok && te.Lost
}
