package page

import (
	"fmt"
	"time"
)

// A rect is a part of a picture. Pictures are stretched to the width there is, and have no texts in
// them: these stand beside.
type rect struct {
	X, Y, W, H string
	Class      string // what it is of
}

// A picture is height units high and thousand units wide.
const (
	wide   = 1000
	height = 100
)

func rectOf(x, y, w, h float64, class string) rect {
	f := func(n float64) string { return fmt.Sprintf("%.1f", n) }
	return rect{f(x), f(y), f(w), f(h), class}
}

// statesBar returns a bar of the rows by state.
func statesBar(states []state, total int) (bar []rect) {
	x := 0.0
	for _, s := range states {
		w := wide * float64(s.N) / float64(max(total, 1))
		if s.N > 0 {
			bar = append(bar, rectOf(x, 0, w, height, s.ID))
		}
		x += w
	}
	return bar
}

// bar returns a bar of outcomes, in which most rows are as long as it gets.
func (o *outcomes) bar(most int) []rect {
	return statesBar([]state{
		{ID: "sent", N: o.Sent}, {ID: "failed_temporary", N: o.Temporary}, {ID: "failed_permanent", N: o.Permanent}, {ID: "unknown", N: o.Unknown},
	}, most)
}

// A domainTable has rows by domain.
type domainTable struct {
	Rows   []domainRow
	Others *outcomes // nil: there are none
	Few    bool      // domains with few rows are among the others, as the page is anonymous
}

type domainRow struct {
	domain
	Total int
	Bar   []rect
}

const (
	listedDomains = 25
	// leastRows is how many rows a domain has at least that an anonymous page names: a domain of
	// one's own is as good as an address.
	leastRows = 5
)

func (v *viewer) domains() *domainTable {
	t, least := &domainTable{Few: v.o.Anonymous}, 1
	if t.Few {
		least = leastRows
	}
	all, others := v.tally.domains.list(listedDomains, least)
	if others.total() > 0 {
		t.Others = &others
	}
	for i := range all {
		d := domainRow{domain: all[i], Total: all[i].total(), Bar: all[i].bar(all[0].total())}
		if d.Name == "" {
			d.Name = "(no address)"
		}
		t.Rows = append(t.Rows, d)
	}
	if len(t.Rows) == 0 && t.Others == nil {
		return nil
	}
	return t
}

// Total returns how many rows there are.
func (o outcomes) Total() int { return o.total() }

// A paceView is the attempts of a run over time.
type paceView struct {
	Run         string
	From, To    stamp
	Width, Most string
	Bars        []rect
	Spans       []spanView
	Gaps        []gapView
	GapsInAll   string
}

// A spanView is a time, and how many attempts ended in it.
type spanView struct {
	From stamp
	outcomes
	Rate string // a minute
}

type gapView struct {
	From, To stamp
	Length   string
}

// mostListedGaps is how many gaps of a run are shown.
const mostListedGaps = 10

func (v *viewer) pace(p *pace) paceView {
	w := paceView{Run: p.run, From: v.stamp(p.start), To: v.stamp(p.start.Add(time.Duration(len(p.spans)) * p.width)), Width: long(p.width)}
	most := 0
	for i := range p.spans {
		most = max(most, p.spans[i].total())
	}
	w.Most = counted(most, "attempt")
	step := float64(wide) / float64(len(p.spans))
	for i, o := range p.spans {
		w.Spans = append(w.Spans, spanView{v.stamp(p.start.Add(time.Duration(i) * p.width)), o, rate(o.total(), p.width)})
		y := float64(height)
		for _, part := range []state{{ID: "sent", N: o.Sent}, {ID: "failed_temporary", N: o.Temporary}, {ID: "failed_permanent", N: o.Permanent}, {ID: "unknown", N: o.Unknown}} {
			if part.N > 0 {
				h := height * float64(part.N) / float64(most)
				y -= h
				w.Bars = append(w.Bars, rectOf(float64(i)*step+step*0.06, y, step*0.88, h, part.ID))
			}
		}
	}
	for _, g := range p.gaps.longest(mostListedGaps) {
		w.Gaps = append(w.Gaps, gapView{v.stamp(g.from), v.stamp(g.to), long(g.length())})
	}
	if p.gaps.count > 0 {
		w.GapsInAll = fmt.Sprintf("No attempt was on its way for %s or more: %s, %s in all.", long(leastGap), counted(p.gaps.count, "time"), long(p.gaps.sum))
	}
	return w
}

// rate returns how many a minute are so many in a time.
func rate(n int, d time.Duration) string {
	r := float64(n) / d.Minutes()
	if r >= 10 || r == 0 {
		return grouped(int(r + 0.5))
	}
	return fmt.Sprintf("%.1f", r)
}

// A timesTable says how long attempts took.
type timesTable struct {
	Rows  []timesRow
	Steps []timesStep // of those that were accepted
}

type timesRow struct {
	Status, Stage            string
	N                        int
	Half, Most, All, Longest string
}

type timesStep struct {
	Words string
	N     int
	Bar   []rect
}

// times returns nil if no time is known.
func (v *viewer) times() *timesTable {
	d, t := &v.tally.times, &timesTable{}
	for _, e := range d.list() {
		t.Rows = append(t.Rows, timesRow{string(e.status), v.plain(e.stage), e.count, long(e.within(0.5)), long(e.within(0.9)), long(e.within(0.99)), long(e.longest)})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	var steps []time.Duration
	for unit := 10 * time.Millisecond; unit < 1000*time.Second; unit *= 10 {
		steps = append(steps, unit, 2*unit, 5*unit)
	}
	counts := d.sent(steps)
	first, last, most := -1, -1, 0
	for i, n := range counts {
		if n > 0 && first < 0 {
			first = i
		}
		if n > 0 {
			last = i
		}
		most = max(most, n)
	}
	for i := max(first, 0); first >= 0 && i <= last; i++ {
		words := "more"
		if i < len(steps) {
			words = "up to " + long(steps[i])
		}
		t.Steps = append(t.Steps, timesStep{words, counts[i], (&outcomes{Sent: counts[i]}).bar(most)})
	}
	return t
}
