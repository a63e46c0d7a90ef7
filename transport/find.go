package transport

import (
	"context"
	"fmt"
	"time"
)

// greetingDelay is how long Find waits for the greeting of an address alone. A server may take five
// minutes for it (RFC 5321, section 4.5.3.2.1), but one that does not work is silent as well.
const greetingDelay = 30 * time.Second

// Find opens a session as Open does, at whichever address of the host greets. Where one is silent
// for 30 s, closes without a greeting or says 421, the next one is tried, beside it if it is still
// open. All of the dialer's later sessions try the address that was found before the others.
// hear gets the transcripts, as Dialer.Trace does, and may be called concurrently; nil is none.
func (d *Dialer) Find(ctx context.Context, hear func(Event)) (*Session, error) {
	if err := d.prepare(); err != nil {
		return nil, err
	}
	f := &finder{d: d, ctx: ctx, hear: hear, arrivals: make(chan arrival), ends: map[*Session]context.CancelFunc{}}
	s, err := f.find()
	if err != nil {
		return nil, err
	}
	addr := s.wire.RemoteAddr().String()
	d.first.Store(&addr)
	if err := s.ended(s.walk(s.fromGreeting())); err != nil {
		s.hangUp()
		return nil, err
	}
	s.stop()
	return s, nil
}

// A finder looks for an address that greets. It belongs to one goroutine, but for arrivals.
type finder struct {
	d        *Dialer
	ctx      context.Context
	hear     func(Event)
	arrivals chan arrival
	ends     map[*Session]context.CancelFunc // of those in flight
	tried    []string                        // addresses that took a connection
	first    *Error                          // of the first that did not greet
}

// An arrival is how far a session came.
type arrival struct {
	s         *Session
	addr      string // of the server; "": there is no connection
	connected bool   // and not yet greeted
	err       *Error
}

// find returns a session that was greeted.
func (f *finder) find() (*Session, *Error) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	f.begin()
	var found *Session
	for len(f.ends) > 0 {
		select {
		case <-timer.C:
			f.begin()
		case a := <-f.arrivals:
			if a.connected {
				f.tried = append(f.tried, a.addr)
				timer.Reset(greetingDelay)
				continue
			}
			end := f.ends[a.s]
			delete(f.ends, a.s)
			switch {
			case a.err == nil && found == nil:
				found = a.s
				found.watch(f.ctx)
				f.endAll()
			case a.err == nil:
				a.s.hangUp() // too late
			case found == nil:
				f.failed(a)
			}
			end()
		}
	}
	if found != nil {
		return found, nil
	}
	return nil, f.first
}

// begin begins a session with an address that was not tried.
func (f *finder) begin() {
	if len(f.tried) > 0 && !f.d.hasOthers() {
		return
	}
	ctx, end := context.WithCancel(f.ctx)
	s := f.d.session(ctx, "", f.hear)
	s.skip = append(s.skip, f.tried...)
	f.ends[s] = end
	go func() {
		a := arrival{s: s, err: s.dial()}
		if a.err == nil {
			a.addr = s.wire.RemoteAddr().String()
			f.arrivals <- arrival{s: s, addr: a.addr, connected: true}
			a.err = s.walk(s.toGreeting())
		}
		if s.ended(a.err) != nil {
			s.hangUp()
		}
		f.arrivals <- a
	}()
}

// endAll ends the sessions in flight.
func (f *finder) endAll() {
	for _, end := range f.ends {
		end()
	}
}

// failed takes in that a session was not greeted, and tries another address where that may help.
func (f *finder) failed(a arrival) {
	switch {
	case f.first == nil:
		f.first = a.err
	case a.addr != "" && f.first.Reply == nil && a.err.Reply == nil:
		f.first.Err = fmt.Errorf("%w; at %s: %w", f.first.Err, a.addr, a.err.Err)
	}
	busy := a.err.Reply != nil && a.err.Reply.Code == 421 && a.err.Stage == StageGreeting
	if a.addr != "" && f.ctx.Err() == nil && (busy || a.s.unsaid(a.err)) {
		f.begin()
	}
}
