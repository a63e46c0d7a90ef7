package screen

import (
	"fmt"
	"slices"
	"time"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
	"mailshot/job/result"
)

// Progress is how far a run has come. The zero value is one that has not begun.
type Progress struct {
	Last     delivery.Event
	State    string // what it waits for; "" while it sends
	Sessions int    // how many the server takes at once; 0: all that are wanted
	Pauses   int    // so far

	over   int  // rows that failed for a time, and that no further pass takes
	ending bool // no row is begun any more
}

// Take takes in what happened, but for what is waited for and what the server takes at once.
func (p *Progress) Take(e delivery.Event) {
	p.Last = e
	switch {
	case e.Kind == delivery.Finishing:
		p.ending = true
	case e.Kind == delivery.RowDone && e.Record != nil && e.Record.Class == result.Temporary && !e.Again && !e.Stays:
		p.over++
	}
}

// again returns how many rows failed and are to be tried again in this run.
func (p *Progress) again() int {
	if p.ending {
		return 0
	}
	return max(0, p.Last.Counts.Temporary-p.over)
}

// Line returns the progress in at most so many columns. What is waited for is cut last, then come the
// rows by what became of them.
func (p *Progress) Line(now time.Time, columns int) string {
	line, _ := p.Beside(now, columns, columns)
	return line
}

// Beside returns the progress for a line of so many columns with a bar that leaves fewer, beside, for
// the words. The bar goes before the numbers of rows and the time that is left do; bar reports whether
// there is room for it.
func (p *Progress) Beside(now time.Time, columns, beside int) (line string, bar bool) {
	c := p.Last.Counts
	done := fmt.Sprintf("%d/%d", c.Done(), p.Last.Total)
	counts := done + p.counts()
	if p.State != "" {
		return widest(columns, counts+"  "+p.State, done+"  "+p.State, p.State), false
	}
	pace := counts
	if p.Last.PerSecond > 0 {
		pace += "  " + perTime(p.Last.PerSecond)
	}
	left := ""
	if words := p.left(now); words != "" {
		left = "  " + words
	}
	limits := ""
	if p.Sessions > 0 {
		limits += "  " + wording.Plural(p.Sessions, "session")
	}
	if p.Pauses > 0 {
		limits += "  " + wording.Plural(p.Pauses, "pause")
	}
	texts := []string{pace + left + limits, pace + left, counts + left}
	if line = widest(beside, texts...); slices.Contains(texts, line) {
		return line, true
	}
	return widest(columns, append(texts, counts, done+left, done)...), false
}

// counts says what became of rows, but for those that were sent.
func (p *Progress) counts() (words string) {
	c, again := p.Last.Counts, p.again()
	if n := c.Failed() - again; n > 0 {
		words += fmt.Sprintf(" %d failed", n)
	}
	if again > 0 {
		words += fmt.Sprintf(" %d to be tried again", again)
	}
	if c.Unknown > 0 {
		words += fmt.Sprintf(" %d unknown", c.Unknown)
	}
	return words
}

// left says how long the run still takes, as people do.
func (p *Progress) left(now time.Time) string {
	d := p.Last.Ends.Sub(now)
	switch {
	case p.Last.Ends.IsZero() || d < time.Second:
		return ""
	case d < time.Hour:
		return when.Span(d) + " left"
	}
	return when.Takes([]when.Leg{{To: p.Last.Ends}}, now)
}

// widest returns the first of the texts that fits, or else so much of the last as does.
func widest(columns int, texts ...string) string {
	last := ""
	for _, last = range texts {
		if len([]rune(last)) <= columns {
			return last
		}
	}
	return string([]rune(last)[:max(columns-1, 0)]) + "…"
}

// perTime returns a rate in the unit that reads best.
func perTime(perSecond float64) string {
	if perSecond >= 1 {
		return fmt.Sprintf("%.0f/s", perSecond)
	}
	return fmt.Sprintf("%.1f/min", perSecond*60)
}
