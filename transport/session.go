package transport

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mailshot/transport/redact"
	"mailshot/transport/reply"

	"mailshot/transport/timed"
)

// A Session is one SMTP session, ready for messages. It is not safe for concurrent use.
type Session struct {
	d     *Dialer
	conf  *settings
	ctx   context.Context // of the call that the session lives in
	stop  func() bool     // ends watching ctx
	id    uint64
	label string
	skip  []string    // addresses of the host that are not tried
	hear  func(Event) // nil: nobody but the dialer

	wire *timed.Conn
	conn net.Conn // wire, or TLS on it
	r    *bufio.Reader
	out  []byte  // the flight that is being written
	buf  *[]byte // where out came from

	stage     Stage
	committed bool // the commit point is passed: failures are unknown
	broken    bool // out of step or dead: nothing more is written
	quitting  bool // QUIT is written
	wrote     bool // a flight left since the last read
	closed    bool
	utf8      bool // commands may have UTF-8: MAIL has SMTPUTF8
	accepted  bool // a recipient was accepted
	leaving   bool // no message follows this one: QUIT may leave with it

	// Of a session of several messages.
	begun     int  // transactions: MAIL commands that left
	delivered int  // messages that the server took
	decided   bool // the server took a message, or refused one
	unclean   bool // a transaction may be open: RSET leads the next flight
	spent     bool // no message follows any more
	streamed  bool // content of the message may have left

	ahead  *Delivery // the next message, if its commands have left, or were to leave, with the content
	flight []step    // these
	tries  bool      // they are the trial of the server

	sent redact.Exchange
	raw  []string // the lines of the last reply as they came, to be read and not to be shown

	caps    Capabilities
	offered []string // caps.Auth as it came
	receipt Receipt
	probe   *Probe    // nil: nobody wants to know more
	last    time.Time // end of the last lap
}

// Open opens a session: greeting, EHLO, TLS, AUTH. The error is always a *Error. ctx governs
// opening only; the caller must Close the session.
func (d *Dialer) Open(ctx context.Context) (*Session, error) { return d.OpenHeard(ctx, nil) }

// OpenHeard opens a session as Open does. hear gets its transcript, as Dialer.Trace does; nil is no
// transcript.
func (d *Dialer) OpenHeard(ctx context.Context, hear func(Event)) (*Session, error) {
	s, err := d.open(ctx, "", hear)
	if err = s.ended(err); err != nil {
		s.hangUp()
		return nil, err
	}
	s.unwatch()
	return s, nil
}

// Receipt returns what is known about the session so far.
func (s *Session) Receipt() Receipt {
	r := s.receipt
	r.Capabilities = s.caps
	if s.wire != nil {
		r.BytesIn, r.BytesOut = s.wire.In, s.wire.Out
	}
	return r
}

// Close says QUIT, waits for the reply no longer than Timeouts.Quit, and closes the connection. It
// returns what happened to QUIT, which is also Receipt.Quit.
func (s *Session) Close() error {
	s.hangUp()
	return s.receipt.Quit
}

// open opens a session. The session is never nil, and hangUp must be called also after an error.
func (d *Dialer) open(ctx context.Context, label string, hear func(Event)) (*Session, *Error) {
	s := d.session(ctx, label, hear)
	err := s.begin()
	if err != nil && s.unsaid(err) {
		if other := s.elsewhere(); other != nil {
			s.hangUp()
			return other, other.walk(other.steps())
		}
	}
	return s, err
}

// session returns a session that is still without a connection.
func (d *Dialer) session(ctx context.Context, label string, hear func(Event)) *Session {
	return &Session{d: d, conf: &d.conf, ctx: ctx, id: d.sessions.Add(1), label: label, hear: hear, last: time.Now(), stop: func() bool { return true }}
}

// begin connects and goes all steps.
func (s *Session) begin() *Error {
	if err := s.d.prepare(); err != nil {
		return err
	}
	if err := s.dial(); err != nil {
		return err
	}
	return s.walk(s.steps())
}

// walk goes steps until one fails.
func (s *Session) walk(steps []func() *Error) *Error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// steps returns those from the connection to the first transaction.
func (s *Session) steps() []func() *Error { return append(s.toGreeting(), s.fromGreeting()...) }

// toGreeting returns the steps up to the greeting.
func (s *Session) toGreeting() []func() *Error {
	switch s.d.TLSMode {
	case ImplicitTLS:
		return []func() *Error{s.handshake, s.greeting}
	case StartTLS:
		return []func() *Error{s.greeting}
	}
	return []func() *Error{s.guardSecrets, s.greeting}
}

// fromGreeting returns the steps behind it. EHLO is said again after STARTTLS (RFC 3207, section
// 4.2), but not after AUTH.
func (s *Session) fromGreeting() []func() *Error {
	if s.d.TLSMode == StartTLS {
		return []func() *Error{s.ehlo, s.startTLS, s.ehlo, s.authenticate}
	}
	return []func() *Error{s.ehlo, s.authenticate}
}

// dial connects and begins to watch the context.
func (s *Session) dial() *Error {
	conn, err := s.d.connect(s.ctx, s.probe, s.skip)
	s.lap()
	if err != nil {
		s.broken = true
		return &Error{Stage: StageDial, Scope: ScopeHost, Err: err}
	}
	if s.probe != nil {
		s.probe.Local, s.probe.Remote = conn.LocalAddr(), conn.RemoteAddr()
	}
	s.wire = &timed.Conn{Conn: conn}
	s.conn = s.wire
	s.borrow()
	s.watch(s.ctx)
	s.tracef("connected to %s from %s", conn.RemoteAddr(), conn.LocalAddr())
	return nil
}

// guardSecrets refuses to authenticate in the clear, before anything is written (RFC 4954, section
// 4).
func (s *Session) guardSecrets() *Error {
	if s.d.Auth == nil || s.d.AllowPlaintextAuth || isLoopback(s.wire.RemoteAddr()) {
		return nil
	}
	s.stage = StageAuth
	s.broken = true
	return s.misfit(ErrPlainAuth)
}

// greeting waits for the whole of the 220. Nothing is written before; a 554 is answered by QUIT
// (RFC 5321, section 3.1).
func (s *Session) greeting() *Error {
	s.stage = StageGreeting
	s.wire.Arm(s.conf.timeouts.Greeting)
	stop := s.wire.AskWhenSilent()
	reply, err := s.reply()
	stop()
	if err != nil {
		return err
	}
	if s.probe != nil {
		s.probe.Greeting = reply
	}
	if reply.Code != 220 {
		return s.refused(reply)
	}
	return nil
}

// command sends one command as a flight of its own and reads the reply.
func (s *Session) command(line string) (Reply, *Error) {
	if err := s.ready(); err != nil {
		return Reply{}, err
	}
	s.out = s.out[:0]
	if err := s.add(line); err != nil {
		return Reply{}, err
	}
	if err := s.flush(s.conf.timeouts.Reply); err != nil {
		return Reply{}, err
	}
	return s.reply()
}

// ready checks, before a flight, that nothing came unasked: it must never be paired with a command.
// A 421 may come at any time (RFC 5321, section 3.8).
func (s *Session) ready() *Error {
	if s.r.Buffered() == 0 {
		return nil
	}
	s.broken = true
	s.wire.Arm(explainWait)
	reply, err := s.reply()
	if err != nil {
		return err
	}
	// A server that asks for a message and refuses it in one breath refused it.
	if reply.Code == 421 || s.stage == StageContent && reply.Code >= 400 {
		return s.refused(reply)
	}
	return &Error{Stage: s.stage, Scope: s.stage.scope(), Reply: &reply, Err: ErrLostStep}
}

// add appends a command line to the flight. Its parts are checked where they enter; this is the
// last guard.
func (s *Session) add(line string) *Error {
	if !reply.IsPlain(line) && !(s.utf8 && utf8.ValidString(line) && !strings.ContainsFunc(line, unicode.IsControl)) {
		e := s.misfit(errors.New("a command would have a control character"))
		e.Scope = s.stage.scope()
		return e
	}
	s.trace('C', line)
	s.out = append(append(s.out, line...), "\r\n"...)
	return nil
}

// flush writes the flight in one write, and gives it and its replies d. If it can't be written, a
// reply that explains why goes before the error: "554 …" and a closed connection is no broken pipe.
func (s *Session) flush(d time.Duration) *Error {
	s.wire.Arm(d)
	_, err := s.conn.Write(s.out)
	s.wrote = true
	if err == nil {
		return nil
	}
	failure := s.failed("writing", err)
	if s.ctx.Err() == nil && s.stage != StageQuit {
		s.wire.Within(0)
		s.wire.Arm(explainWait)
		if reply, e := s.reply(); e == nil && reply.Code >= 400 {
			return s.refused(reply)
		}
	}
	return failure
}

// reply reads one reply in the time that the flight has left.
func (s *Session) reply() (Reply, *Error) {
	if s.wrote {
		s.wrote = false
		s.receipt.Flights++
	}
	heard, seen := s.hearing()
	got, err := reply.Read(s.r, seen)
	s.lap()
	s.traceReply(heard)
	if err != nil {
		var (
			odd  *reply.OddError
			long *reply.LongError
		)
		switch {
		case s.committed && errors.As(err, &long):
			// Its code is all that matters now; nothing that follows is paired with a command.
			s.broken = true
			got, err = long.Reply(s.r)
		case s.stage == StageAuth && errors.Is(err, ErrNotReply):
			err = ErrNotReply // what came may repeat the secret
		case errors.As(err, &odd):
			odd.Line = s.struck(odd.Line)
		}
	}
	if err != nil {
		return Reply{}, s.failed("reading the reply", err)
	}
	if s.stage > StageEhlo || got.Code >= 400 {
		got.SetEnhanced() // RFC 2034, section 4: not in the greeting and the reply to EHLO
	}
	s.raw = got.Lines
	got.Lines = s.struckLines(got.Lines)
	return got, nil
}

// lap adds the time since the last lap to the current stage.
func (s *Session) lap() {
	now := time.Now()
	s.receipt.Timing[s.stage] += now.Sub(s.last)
	s.last = now
}

// watch has another context end the session.
func (s *Session) watch(ctx context.Context) {
	s.stop()
	s.ctx = ctx
	s.stop = context.AfterFunc(ctx, func() { s.wire.Cancel(s.conf.grace) })
}

// unwatch ends what watch began. A session whose context was done takes no more messages: its time
// is limited.
func (s *Session) unwatch() {
	if !s.stop() {
		s.spent = true
	}
	s.stop = func() bool { return true }
}

// hasOthers reports whether the host may have several addresses.
func (d *Dialer) hasOthers() bool {
	_, err := netip.ParseAddr(d.conf.host)
	return err != nil && d.DialContext == nil
}

// unsaid reports whether a connection ended before the server said a word, as where a proxy takes
// connections for a server that is not there.
func (s *Session) unsaid(e *Error) bool {
	early := e.Stage == StageGreeting || e.Stage == StageTLS && s.d.TLSMode == ImplicitTLS
	return s.wire != nil && early && e.Scope == ScopeHost && e.Reply == nil && !errors.Is(e, ErrNotReply) && s.ctx.Err() == nil
}

// elsewhere returns a session like this one that is connected to another address of the host, nil if
// there is none.
func (s *Session) elsewhere() *Session {
	if !s.d.hasOthers() {
		return nil
	}
	other := s.d.session(s.ctx, s.label, s.hear)
	other.skip = []string{s.wire.RemoteAddr().String()}
	if other.dial() != nil {
		return nil
	}
	return other
}
