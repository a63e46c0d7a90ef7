package transport

import (
	"context"
	"errors"
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
	s, err := d.finder(ctx, hear).open()
	if err != nil {
		s.hangUp()
		return nil, err
	}
	s.unwatch()
	return s, nil
}

// Probe opens a session as Find does, closes it as Close does, and returns what it saw, also if it
// failed. The error, a *Error, is that of Find; ctx governs opening only. The probe is never nil.
func (d *Dialer) Probe(ctx context.Context) (*Probe, error) {
	if err := d.prepare(); err != nil {
		return &Probe{}, err
	}
	f := d.finder(ctx, nil)
	f.probing = true
	s, err := f.open()
	s.hangUp()
	p := s.probe
	p.Receipt = s.Receipt()
	p.Addrs, p.Failed = f.lookedUp.Addrs, append(f.passed, p.Failed...)
	p.Lookup = max(p.Lookup, f.lookedUp.Lookup)
	if err != nil {
		return p, err
	}
	return p, nil
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
	silent   *Session                        // which that was

	probing  bool
	lookedUp *Probe           // of the session that began first: the others leave addresses out
	why      map[string]error // addresses that did not greet
	passed   []Try            // those that took a connection before the one that was found
}

func (d *Dialer) finder(ctx context.Context, hear func(Event)) *finder {
	return &finder{d: d, ctx: ctx, hear: hear, arrivals: make(chan arrival), ends: map[*Session]context.CancelFunc{}, why: map[string]error{}}
}

// open opens a session at the address that greets, which is the first one from then on. The session
// is never nil, and hangUp must be called also after an error.
func (f *finder) open() (*Session, *Error) {
	s, err := f.find()
	if err != nil {
		return f.silent, err
	}
	addr := s.wire.RemoteAddr().String()
	f.d.first.Store(&addr)
	return s, s.ended(s.walk(s.fromGreeting()))
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
				f.passOver(a.addr)
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

// passOver notes which addresses took a connection in vain.
func (f *finder) passOver(found string) {
	for _, addr := range f.tried {
		err := f.why[addr]
		if err == nil {
			err = fmt.Errorf("no greeting within %v", greetingDelay)
		}
		if addr != found {
			f.passed = append(f.passed, Try{addr, err})
		}
	}
}

// begin begins a session with an address that was not tried.
func (f *finder) begin() {
	if len(f.tried) > 0 && !f.d.hasOthers() {
		return
	}
	ctx, end := context.WithCancel(f.ctx)
	s := f.d.session(ctx, "", f.hear)
	if f.probing {
		s.probe = &Probe{}
		if f.lookedUp == nil {
			f.lookedUp = s.probe
		}
	}
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
		f.first, f.silent = a.err, a.s
	case a.addr != "" && f.first.Reply == nil && a.err.Reply == nil:
		f.first.Err = fmt.Errorf("%w; at %s: %w", f.first.Err, a.addr, a.err.Err)
	}
	f.why[a.addr] = a.err.Err
	if a.err.Reply != nil {
		f.why[a.addr] = errors.New(a.err.Reply.String())
	}
	busy := a.err.Reply != nil && a.err.Reply.Code == 421 && a.err.Stage == StageGreeting
	if a.addr != "" && f.ctx.Err() == nil && (busy || a.s.unsaid(a.err)) {
		f.begin()
	}
}
