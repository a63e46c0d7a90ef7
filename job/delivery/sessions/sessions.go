// Package sessions keeps SMTP sessions open from one message to the next, and learns how many
// messages a server takes in one.
package sessions

import (
	"context"
	"sync"
	"time"

	"mailshot/job/advice"
	"mailshot/transport"
)

// A Session takes several messages, one after the other; *transport.Session is one. It belongs to one
// goroutine at a time.
type Session interface {
	Deliver(context.Context, transport.Delivery) (transport.Receipt, error)
	Usable() bool               // another message may be sent in it
	Delivered() int             // messages that the server took
	Receipt() transport.Receipt // what is known of it
	Close() error               // says QUIT
}

var _ Session = (*transport.Session)(nil)

// A Config says how sessions take several messages. The zero value has one message a session.
type Config struct {
	// Most is how many messages a session takes at most; 0 and 1: each has a session of its own,
	// which the pool does not open.
	Most int
	// Open opens a session. hear gets its protocol; nil: nobody listens.
	Open  func(ctx context.Context, hear func(transport.Event)) (Session, error)
	First Session       // that is open already; nil: there is none
	Age   time.Duration // after which one is closed, as a token that it began with grows old; 0: never

	// Overlap says that the commands of a message may leave with the content of the one before.
	Overlap bool
}

// Opener returns the Open of a Config for a dialer.
func Opener(d *transport.Dialer) func(context.Context, func(transport.Event)) (Session, error) {
	return func(ctx context.Context, hear func(transport.Event)) (Session, error) {
		s, err := d.OpenHeard(ctx, hear)
		if err != nil {
			return nil, err // not a *transport.Session that is nil
		}
		return s, nil
	}
}

// MaxIdle is how long a session is kept open that nobody uses: a server that closes it itself takes
// its place among the sessions of all others until then.
const MaxIdle = time.Second

// MostRefused is how many messages of a session may be refused until it is closed: Postfix waits before
// each reply behind ten (smtpd_soft_error_limit), and Exim ends at the eleventh RSET
// (smtp_accept_max_nonmail).
const MostRefused = 5

// A Pool keeps sessions open. Its methods may be called by several goroutines at once. A nil Pool
// has each message in a session of its own, and keeps none.
type Pool struct {
	Config
	now func() time.Time

	mu      sync.Mutex // guards what follows
	idle    []*Lease   // the one that was used last is at the end
	resting bool       // none is kept
	closing sync.WaitGroup

	lessons
}

// A Lease is a session in the hands of one goroutine, or idle.
type Lease struct {
	Session
	sent    int // messages that were tried in it
	refused int // that the server refused
	begun   time.Time
	used    time.Time // when it was idle last
}

// New returns a Pool, nil where each message has a session of its own.
func New(c Config, now func() time.Time) *Pool {
	if c.Most <= 1 || c.Open == nil {
		return nil
	}
	p := &Pool{Config: c, now: now, lessons: lessons{cut: map[int]int{}, overlap: c.Overlap}}
	if c.First != nil {
		p.idle = []*Lease{{Session: c.First, begun: now(), used: now()}}
	}
	return p
}

// Take returns a session that is open, or a new one; fresh asks for one that has taken no message
// yet. It goes back by Return. hear gets the protocol of a new one.
func (p *Pool) Take(ctx context.Context, fresh bool, hear func(transport.Event)) (*Lease, error) {
	l, old := p.take(fresh)
	for _, l := range old {
		_ = l.Close() // before another is opened, so that there are no more than workers
	}
	if l != nil {
		return l, nil
	}
	s, err := p.Open(ctx, hear)
	if err != nil {
		return nil, err
	}
	return &Lease{Session: s, begun: p.now()}, nil
}

// Deliver sends a message in a session that was taken. It sets dl.Last where the session takes no
// more. lostAfter is how many messages the session had delivered if it was at its end before this
// one; else 0.
func (p *Pool) Deliver(ctx context.Context, l *Lease, dl transport.Delivery) (r transport.Receipt, lostAfter int, err error) {
	l.sent++
	dl.Last = dl.Last || l.sent >= p.most(l) || p.old(l)
	r, err = l.Session.Deliver(ctx, dl)
	if te := advice.SessionError(err); te != nil && te.Lost {
		return r, l.Delivered(), err
	}
	if err != nil {
		l.refused++
	}
	p.prove(l.Delivered())
	return r, 0, err
}

// prove remembers how many messages a session delivered. A limit that it went beyond was none: the
// server ended another session for a reason of its own.
func (p *Pool) prove(delivered int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.proved = max(p.proved, delivered)
	if delivered > p.limit {
		p.limit = 0
	}
}

// old reports whether a session has the age at which one is closed.
func (p *Pool) old(l *Lease) bool { return p.Age > 0 && p.now().Sub(l.begun) > p.Age }

// most returns how many messages a session takes.
func (p *Pool) most(l *Lease) int {
	most := p.Most
	if m := l.Receipt().Capabilities.MailMax; m > 0 { // RFC 9422, section 4.1
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
// are to be closed first.
func (p *Pool) take(fresh bool) (l *Lease, old []*Lease) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for len(p.idle) > 0 {
		n := len(p.idle) - 1
		l := p.idle[n]
		p.idle = p.idle[:n]
		switch {
		case p.old(l), now.Sub(l.used) > MaxIdle:
			old = append(old, l)
		case fresh && l.sent > 0:
			return nil, append(old, l) // whose place the new one takes
		default:
			return l, old
		}
	}
	return nil, old
}

// Return keeps a session for the next message, if it may be used.
func (p *Pool) Return(l *Lease) {
	if !l.Usable() || l.refused >= MostRefused {
		_ = l.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l.used = p.now()
	if p.resting {
		p.close(l)
		return
	}
	// Those below were idle longer.
	for len(p.idle) > 0 && l.used.Sub(p.idle[0].used) > MaxIdle {
		p.close(p.idle[0])
		p.idle = p.idle[1:]
	}
	p.idle = append(p.idle, l)
}

// close closes a session, beside what goes on: the server has some seconds for its reply. p.mu is held.
func (p *Pool) close(l *Lease) { p.closing.Go(func() { _ = l.Close() }) }

// Rest closes all sessions that are idle, and those that are in use when they are returned, until
// Wake is called.
func (p *Pool) Rest() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = true
	p.closeIdle()
}

// Wake ends the rest.
func (p *Pool) Wake() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = false
}

// CloseIdle closes all sessions that are idle.
func (p *Pool) CloseIdle() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeIdle()
}

func (p *Pool) closeIdle() {
	for _, l := range p.idle {
		p.close(l)
	}
	p.idle = nil
}

// End closes all sessions, none of which is in use, and waits for that.
func (p *Pool) End() {
	if p == nil {
		return
	}
	p.CloseIdle()
	p.closing.Wait()
}
