// Package pace decides when the sessions of a run begin, and what becomes of a row
// that a server did not take: whether that was the row's doing, the server's
// limit, or the whole job's. It knows nothing of SMTP and has no clock: it is told
// what happened and when, by one goroutine.
//
// # Limits
//
// A limit of connections lowers the width, the number of sessions that may be
// open: to what the server kept. The width grows by one after twenty messages, but
// not within five minutes to one that was refused. It begins small, and doubles
// until it is refused or all workers are busy, so that a limit costs few refusals.
//
// A limit of rate makes all starts pause: for the pause that last sufficed, a
// second at first, doubled up to a minute, or for the time that the server names.
// Then one session probes. Once it is accepted starts are spaced at what was
// accepted between two refusals, and a twentieth closer after each hundred rows
// without one. Where fewer than ten messages were accepted before the first refusal,
// that says little, as when a server counts a session that has just ended: then the
// distance is halved after each twenty rows, until the next refusal. A failure that is the server's own, a limit of connections while
// one session is open, and a refusal for the time being that as many rows, one
// after the other, get as sessions may be open, two at least, are taken for a limit of
// rate. What happens to a cohort, the attempts that began since a pause began or ended,
// counts once.
//
// A row that met a limit is put back and costs no attempt. Put back three times
// while others were accepted, its next such refusal is its own.
package pace

import "time"

// A Kind says whose an outcome is, as far as that can be told from itself.
type Kind uint8

// The kinds of outcomes.
const (
	Accepted    Kind = iota // the message was accepted
	OfRow                   // it is about the row's address or letter
	Connections             // a limit of connections
	Rate                    // a limit of rate, or trouble of the server's own
	Greylisted              // the row is to come back later
	Temporary               // another refusal for the time being
	Unsaid                  // the session ended before MAIL without a word
	NoPort                  // this machine has no local port free
	NoFiles                 // this machine can't open more files
	Local                   // nothing was asked of the server
)

// An Outcome is how an attempt ended.
type Outcome struct {
	Kind  Kind
	Start Start         // that Begin returned
	After time.Duration // how long to wait, where the server says so; 0: it does not

	Permanent bool // the server says that it is for good, though it is a limit
	Named     bool // the server names a limit
	PutBacks  int  // how often this row was put back while others were accepted between
	Tried     bool // this row was refused before, so that this is no evidence about others
}

// An Action is what is done with the row of an outcome.
type Action uint8

// The actions.
const (
	Record  Action = iota // the outcome is the row's
	PutBack               // the row is tried again in this pass
)

// A Decision is what follows from an outcome.
type Decision struct {
	Action Action
	Pause  time.Time // until when all starts wait, if a pause began with it; zero: none did
	Width  int       // the new width, if it was lowered; 0: it was not
	Stop   Stop      // why no more rows are begun
}

// A Stop says why a run ends early.
type Stop uint8

// The reasons to stop.
const (
	GoOn    Stop = iota
	Limited      // the server's limit lasts too long
	Silent       // the server takes nothing, and names no limit
)

const (
	firstPause   = time.Second
	longestPause = time.Minute
	longestNamed = time.Hour       // that a server may ask for
	growAfter    = 20              // messages, until the width grows by one
	forget       = 5 * time.Minute // until a width that was refused is tried again
	faster       = 100             // messages without a refusal, until starts are closer
	byPart       = 20              // by a twentieth
	few          = 10              // messages, by fewer of which no pace can be told
	startWidth   = 4               // at the beginning
	mostPutBacks = 3               // with others accepted between
	patience     = 75 * time.Minute
	longWait     = 10 * time.Minute // without a message accepted, after which starts are not spaced
)

// A Config says what a Governor is for.
type Config struct {
	Workers     int // sessions that are open at once, at most
	GiveUpAfter int // pauses in a row without a message accepted, after which a run may stop; 0: never
}

// A Start is the beginning of an attempt.
type Start struct {
	At    time.Time
	epoch int
	probe bool
}

// A Governor decides. It belongs to one goroutine.
type Governor struct {
	c     Config
	width int
	open  int // sessions
	epoch int // of the cohort

	doubling  bool // nothing was refused yet
	sinceGrow int  // messages accepted since the width changed
	refused   int  // the least width that was refused; 0: none
	refusedAt time.Time

	pausedUntil time.Time // zero: no pause
	pause       time.Duration
	suffices    time.Duration // the last pause after which a probe was accepted
	probing     bool          // one session only, until it is accepted
	pauses      int           // in a row without a message accepted
	named       bool          // a limit was named in one of them
	heard       bool          // the server said something in one of them

	interval  time.Duration // between starts; 0: they are not spaced
	nextStart time.Time
	accepted  int       // since the last refusal
	since     time.Time // when that count began
	smooth    int       // messages without a refusal since starts were spaced anew
	rough     bool      // the interval is a first one, and rests on few messages
	lastGood  time.Time // of an accepted message; of the first start if there is none

	inARow int  // attempts of the cohort that were refused since one was accepted
	any    bool // some message was accepted
}

// New returns a Governor.
func New(c Config) *Governor {
	return &Governor{c: c, width: max(1, min(c.Workers, startWidth)), doubling: true}
}

// Width returns how many sessions may be open.
func (g *Governor) Width() int {
	if g.probing {
		return 1
	}
	return g.width
}

// Probing reports whether one session alone finds out whether the server takes messages again.
func (g *Governor) Probing() bool { return g.probing }

// Pauses returns how many pauses there were in a row without a message accepted.
func (g *Governor) Pauses() int { return g.pauses }

// Next reports whether a session may begin now. If not, it returns when to ask
// again; the zero time is after the next outcome.
func (g *Governor) Next(now time.Time) (ok bool, again time.Time) {
	switch {
	case g.pausedUntil.After(now):
		return false, g.pausedUntil
	case g.open >= g.Width():
		return false, time.Time{}
	case g.interval > 0 && g.nextStart.After(now):
		return false, g.nextStart
	}
	return true, time.Time{}
}

// Begin is told that a session begins.
func (g *Governor) Begin(now time.Time) Start {
	g.open++
	if g.since.IsZero() {
		g.since, g.lastGood = now, now
	}
	if g.interval > 0 {
		if late := now.Sub(g.nextStart); late > g.interval {
			g.nextStart = now // what was missed is not made up for
		}
		g.nextStart = g.nextStart.Add(g.interval)
	}
	g.pausedUntil = time.Time{}
	return Start{At: now, epoch: g.epoch, probe: g.probing}
}

// Follows reports whether a message may follow another in its session, out of turn: nothing makes
// starts wait but the sessions that are open.
func (g *Governor) Follows(now time.Time) bool {
	return !g.probing && g.interval == 0 && !g.pausedUntil.After(now)
}

// Offer returns the start of an attempt that may follow another in its session.
func (g *Governor) Offer(now time.Time) Start { return Start{At: now, epoch: g.epoch} }

// Follow is told that such an attempt goes on in the session of the one whose outcome comes next.
func (g *Governor) Follow() { g.open++ }

// Held is told that no session could begin for a time, for reasons that are not the
// server's: a quota, a window, the wait between two passes. It does not count as
// time in which nothing was accepted.
func (g *Governor) Held(d time.Duration) {
	if g.since.IsZero() {
		return
	}
	g.since, g.lastGood = g.since.Add(d), g.lastGood.Add(d)
}

// Learn is told how an attempt ended, and decides.
func (g *Governor) Learn(now time.Time, o Outcome) Decision {
	g.open--
	if o.Kind == Local {
		return Decision{}
	}
	old := o.Start.epoch != g.epoch // it counts with those that were counted
	if o.Kind == Accepted {
		g.accept(now, old)
		return Decision{}
	}
	if o.Kind == OfRow || o.Kind == Greylisted {
		g.reached(now, old)
		return Decision{}
	}
	if !old && !o.Tried {
		g.inARow++
	}
	if o.Kind == Temporary && (o.Tried || !g.wholeCohort(old)) {
		g.reached(now, old)
		return Decision{}
	}
	limit := o.Kind == Connections || o.Kind == Rate || o.Kind == Temporary
	if limit && o.PutBacks >= mostPutBacks {
		return Decision{}
	}
	d := Decision{Action: PutBack}
	g.named = g.named || o.Named
	g.heard = g.heard || limit
	switch {
	case old:
	case o.Kind == Connections && g.open > 0 && !g.probing:
		d.Width = g.narrow(now)
	case o.Kind == NoFiles && g.open > 0:
		d.Width = g.narrow(now)
	case o.Kind == NoPort:
		g.pausedUntil = now.Add(firstPause)
		d.Pause = g.pausedUntil
	default:
		d.Pause, d.Stop = g.halt(now, o)
	}
	return d
}

// wholeCohort reports whether as many rows as may be open at once, two at least, were
// refused one after the other for the first time, after rows had been accepted.
func (g *Governor) wholeCohort(old bool) bool {
	return !old && g.any && g.inARow >= max(2, min(g.Width(), g.c.Workers))
}

// accept takes in an accepted message.
func (g *Governor) accept(now time.Time, old bool) {
	g.any = true
	g.accepted++
	if old {
		return
	}
	g.inARow = 0
	g.reached(now, old)
	g.pauses, g.named, g.heard, g.lastGood = 0, false, false, now
	g.hasten()
	g.grow(now)
}

// hasten brings starts closer to each other after enough messages without a refusal.
func (g *Governor) hasten() {
	g.smooth++
	switch {
	case g.rough && g.smooth >= growAfter:
		g.interval /= 2
		g.smooth = 0
	case g.smooth >= faster:
		g.interval -= g.interval / byPart
		g.smooth = 0
	}
}

// reached ends the probing: the server takes sessions again.
func (g *Governor) reached(now time.Time, old bool) {
	if !g.probing || old {
		return
	}
	g.probing = false
	g.suffices = g.pause
	switch {
	case !g.heard: // nothing was said: the pace stays
	case now.Sub(g.lastGood) > longWait: // it is over, and what was missed in it is no measure
		g.interval, g.doubling = 0, true
		g.width = min(startWidth, g.c.Workers)
	default: // what was accepted in the time between sets the pace
		g.space(now)
	}
	g.begin(now)
}

// space sets the distance of starts by what was accepted since the count began.
func (g *Governor) space(now time.Time) {
	took := now.Sub(g.since)
	g.rough = g.interval == 0 && g.accepted <= few // and the probe
	between := took / time.Duration(max(g.accepted-1, 1))
	if most := g.interval + g.interval/4; g.interval > 0 {
		between = min(between, most) // a short count has much of the pause in it
	}
	g.interval = between
	g.nextStart = now.Add(g.interval)
	g.smooth = 0
}

// begin begins a count and a cohort.
func (g *Governor) begin(now time.Time) {
	g.accepted, g.since = 0, now
	g.epoch++
	g.inARow = 0
}

// grow widens where the server has taken enough.
func (g *Governor) grow(now time.Time) {
	if g.width >= g.c.Workers {
		return
	}
	g.sinceGrow++
	need, by := growAfter, 1
	if g.doubling {
		need, by = g.width, g.width
	}
	to := min(g.width+by, g.c.Workers)
	if g.sinceGrow < need || g.refused > 0 && to >= g.refused && now.Sub(g.refusedAt) < forget {
		return
	}
	g.width, g.sinceGrow = to, 0
}

// narrow lowers the width to the sessions that the server kept, and returns it.
func (g *Governor) narrow(now time.Time) int {
	g.doubling, g.sinceGrow = false, 0
	g.refused, g.refusedAt = g.open+1, now
	if g.open >= g.width {
		return 0
	}
	g.width = g.open
	return g.width
}

// halt makes all starts pause, and tells when it is time to stop.
func (g *Governor) halt(now time.Time, o Outcome) (until time.Time, stop Stop) {
	g.doubling = false
	g.pauses++
	if g.c.GiveUpAfter > 0 && g.pauses >= g.c.GiveUpAfter && (!g.heard || now.Sub(g.lastGood) >= patience) {
		if g.named {
			return until, Limited
		}
		return until, Silent
	}
	switch {
	case g.pauses > 1:
		g.pause = min(2*g.pause, longestPause)
	default:
		g.pause = max(g.suffices/2, firstPause)
	}
	if named := min(o.After, longestNamed); named > g.pause {
		g.pause = named
	}
	g.pausedUntil = now.Add(g.pause)
	g.probing = true
	g.epoch++
	g.inARow = 0
	return g.pausedUntil, GoOn
}
