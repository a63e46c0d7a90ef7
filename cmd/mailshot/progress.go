package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
)

// interval is the time between two lines of progress where no terminal draws.
const interval = 30 * time.Second

// barWidth leaves room beside the bar for the words, and for the ^C that a
// terminal echoes: a line that wraps can't be drawn over.
const barWidth = 20

// progress tells how a run goes on: one line that is redrawn on a terminal,
// else a line every interval, and what happens to the whole run at once. It
// never waits for anybody.
type progress struct {
	p     *program
	quiet bool
	drawn bool

	mu    sync.Mutex // guards what follows
	last  delivery.Event
	state string // "paused until …"; empty while sending
	bars  *mpb.Progress
	bar   *mpb.Bar
	stop  chan struct{}
	ended chan struct{}
}

func (p *program) newProgress(f *sendFlags) *progress {
	return &progress{p: p, quiet: f.quiet, drawn: p.drawn && f.trace != "-"}
}

// event takes in what happened. It is quick.
func (g *progress) event(e delivery.Event) {
	if g.quiet {
		return
	}
	if bar := g.take(e); bar != nil {
		bar.SetCurrent(int64(e.Counts.Done())) // without the lock, which who draws needs
	}
}

// take remembers what happened, and gives the bar if one is drawn.
func (g *progress) take(e delivery.Event) *mpb.Bar {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = e
	switch e.Kind {
	case delivery.Started:
		g.begin()
	case delivery.Connecting:
		if g.drawn {
			g.p.warn("connecting to " + e.Text) // where no terminal shows it, only silence is worth a line
		}
	case delivery.Silent:
		g.p.warn(e.Text)
	case delivery.Waiting:
		g.tell(fmt.Sprintf("waits until %s to try %s again", e.Until.Local().Format("15:04:05"), plural(e.Counts.Temporary, "row")))
	case delivery.Paused:
		g.tell(fmt.Sprintf("paused until %s: %s", e.Until.Local().Format("15:04:05"), e.Text))
	case delivery.Holding:
		g.tell(fmt.Sprintf("waits until %s: %s", when.Moment(e.Until, time.Now()), e.Text))
	case delivery.Narrowed:
		g.p.warn(fmt.Sprintf("the server takes %s at once: going on with %d of %d", plural(e.Sessions, "session"), e.Sessions, e.Workers))
	case delivery.Finishing:
		g.finish(e)
	case delivery.Resumed:
		g.state = ""
	}
	return g.bar
}

// tell says what the whole run does.
func (g *progress) tell(text string) {
	g.state = clean(text)
	if g.bars == nil {
		g.p.warn(text)
	}
}

// answer shows a text in the line that is drawn.
func (g *progress) answer(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state = text
}

// finish says what happens until the end, and what a second Ctrl-C costs.
func (g *progress) finish(e delivery.Event) {
	switch {
	case e.Open == 0:
		g.tell("finishing")
	case !e.Asked:
		g.tell("finishing " + plural(e.Open, "message"))
	case g.bars == nil:
		g.tell(fmt.Sprintf("finishing %s, in 30 s at most; a second interrupt stops at once, and leaves them unknown", plural(e.Open, "message")))
	default:
		g.state = fmt.Sprintf("finishing %d; ^C again: unknown", e.Open)
	}
}

func (g *progress) begin() {
	if g.drawn {
		g.draw()
		return
	}
	g.stop, g.ended = make(chan struct{}), make(chan struct{})
	go g.lines()
}

// lines prints a line every interval until the end.
func (g *progress) lines() {
	defer close(g.ended)
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			g.mu.Lock()
			text := g.text()
			g.mu.Unlock()
			g.p.warn(text)
		case <-g.stop:
			return
		}
	}
}

// draw begins the line on the terminal.
func (g *progress) draw() {
	g.bars = mpb.New(mpb.WithOutput(g.p.screen), mpb.WithWidth(barWidth))
	g.bar = g.bars.New(int64(g.last.Total),
		mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]"),
		mpb.BarFillerTrim(),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			g.mu.Lock()
			defer g.mu.Unlock()
			return " " + g.text()
		})),
	)
	g.p.drawing.Store(g)
}

// text returns the progress in words that fit on a line of 80 columns beside the
// bar. g.mu is held.
func (g *progress) text() string {
	c := g.last.Counts
	s := fmt.Sprintf("%d/%d", c.Done(), g.last.Total)
	if n := c.Failed(); n > 0 {
		s += fmt.Sprintf(" %d failed", n)
	}
	if c.Unknown > 0 {
		s += fmt.Sprintf(" %d unknown", c.Unknown)
	}
	if g.state != "" {
		return s + " " + short(g.state, 50-len(s))
	}
	left := time.Until(g.last.Ends)
	switch {
	case g.last.Ends.IsZero():
		return s
	case left < time.Hour:
		return s + fmt.Sprintf(" %s %s left", pace(g.last.PerSecond), max(left, 0).Round(time.Second))
	}
	return s + " " + when.Takes([]when.Leg{{To: g.last.Ends}}, time.Now())
}

// within waits for f, but not for ever: it may be writing to a terminal that is
// stopped.
func within(d time.Duration, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// pace returns a rate in the unit that reads best.
func pace(perSecond float64) string {
	if perSecond >= 1 {
		return fmt.Sprintf("%.0f/s", perSecond)
	}
	return fmt.Sprintf("%.1f/min", perSecond*60)
}

// short cuts a text to n runes.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:max(n-1, 0)]) + "…"
}

// end takes the line away and waits for what was begun here.
func (g *progress) end() {
	g.mu.Lock()
	bars, bar, stop := g.bars, g.bar, g.stop
	g.mu.Unlock()
	if bars != nil {
		g.p.drawing.Store(nil)
		bar.Abort(true)
		within(patience, bars.Wait)
	}
	if stop != nil {
		close(stop)
		<-g.ended
	}
}
