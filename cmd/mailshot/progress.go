package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
)

// Where no terminal draws, interval is the time between two lines of progress, and the first comes
// after atFirst: who waits sees that it goes on, and a short run says nothing.
const (
	atFirst  = 2 * time.Second
	interval = 30 * time.Second
)

// The bar leaves room for the words, and the line for the ^C that a terminal
// echoes: a line that wraps can't be drawn over. On a narrow terminal, where the bar
// leaves too little room, and beside what is waited for, there is no bar.
const (
	barWidth = 20
	margin   = 4
	narrow   = 60
)

// unbounded is more columns than a line of progress has.
const unbounded = 1000

// progress tells how a run goes on: one line that is redrawn on a terminal,
// else a line every interval, and what happens to the whole run at once. It
// never waits for anybody.
type progress struct {
	p     *program
	quiet bool
	drawn bool

	mu    sync.Mutex // guards what follows
	now   screen.Progress
	bare  bool // the line that is drawn has no bar
	width int  // of the terminal; 0: it is not known yet
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
	g.now.Take(e)
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
		g.tell(fmt.Sprintf("waits until %s to try %s again", e.Until.Local().Format("15:04:05"), wording.Plural(e.Counts.Temporary, "row")))
	case delivery.Paused:
		g.now.Pauses++
		g.tell(fmt.Sprintf("paused until %s: %s", e.Until.Local().Format("15:04:05"), e.Text))
	case delivery.Holding:
		g.tell(fmt.Sprintf("waits until %s: %s", when.Opening(e.Until, time.Now()), e.Text))
	case delivery.Narrowed:
		g.now.Sessions = e.Sessions
		if g.bars == nil { // the line tells it
			g.p.warn(fmt.Sprintf("the server takes %s at once: going on with %d of %d", wording.Plural(e.Sessions, "session"), e.Sessions, e.Workers))
		}
	case delivery.Shortened:
		g.p.warn(fmt.Sprintf("the server ends a session after %s: going on with as many in each", wording.Plural(e.Messages, "message")))
	case delivery.Finishing:
		g.finish(e)
	case delivery.Resumed:
		g.now.State = ""
	}
	return g.bar
}

// tell says what the whole run does.
func (g *progress) tell(text string) {
	g.now.State = wording.Clean(text)
	if g.bars == nil {
		g.p.warn(text)
		return
	}
	if g.width > 0 && len([]rune(g.now.State)) > g.width-margin {
		go g.above(g.bars, g.now.State) // who draws may wait for g.mu, or for the terminal
	}
}

// above prints a text in full above the line that has no room for it.
func (g *progress) above(bars *mpb.Progress, text string) {
	_, _ = fmt.Fprintf(bars, "mailshot: %s\n", text) // nobody is left to be told
}

// answer shows a text in the line that is drawn.
func (g *progress) answer(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now.State = text
}

// finish says what happens until the end, and what a second Ctrl-C costs.
func (g *progress) finish(e delivery.Event) {
	switch {
	case e.Open == 0:
		g.tell("finishing")
	case !e.Asked:
		g.tell("finishing " + wording.Plural(e.Open, "message"))
	case g.bars == nil:
		g.tell(fmt.Sprintf("finishing %s, in 30 s at most; a second interrupt stops at once, and leaves them unknown", wording.Plural(e.Open, "message")))
	default:
		g.now.State = fmt.Sprintf("finishing %d; ^C again: unknown", e.Open)
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

// lines prints a line when the sending has begun, and every interval until the end.
func (g *progress) lines() {
	defer close(g.ended)
	t := time.NewTicker(atFirst)
	defer t.Stop()
	for first := true; ; first = false {
		select {
		case <-t.C:
			g.mu.Lock()
			text := g.now.Line(time.Now(), unbounded)
			if first {
				text = fmt.Sprintf("sending %s: %s", wording.Plural(g.now.Last.Total, "message"), text)
			}
			g.mu.Unlock()
			g.p.warn(text)
			t.Reset(interval)
		case <-g.stop:
			return
		}
	}
}

// draw begins the line on the terminal.
func (g *progress) draw() {
	g.bars = mpb.New(mpb.WithOutput(g.p.screen), mpb.WithWidth(barWidth))
	g.bar = g.bars.New(int64(g.now.Last.Total),
		mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]"),
		mpb.BarFillerTrim(),
		mpb.BarFillerMiddleware(g.filler),
		mpb.AppendDecorators(decor.Any(g.text)),
	)
	g.p.drawing.Store(g)
}

// text returns the progress in words that fit beside the bar.
func (g *progress) text(s decor.Statistics) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.width = s.AvailableWidth
	columns := g.width - margin
	beside := columns - barWidth
	if g.width < narrow {
		beside = 0
	}
	line, bar := g.now.Beside(time.Now(), columns, beside)
	g.bare = !bar
	return " " + line
}

// filler leaves the bar out where the words need its room.
func (g *progress) filler(bar mpb.BarFiller) mpb.BarFiller {
	return mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
		g.mu.Lock()
		bare := g.bare
		g.mu.Unlock()
		if bare {
			return nil
		}
		return bar.Fill(w, s)
	})
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
