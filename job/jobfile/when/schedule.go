package when

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Spend is so many recipients that counted for a quota from a time on.
type Spend struct {
	At time.Time
	N  int
}

// A Schedule says when messages may go, as far as that can be known beforehand: as if the server took
// each at once. The zero Schedule is no limit.
type Schedule struct {
	Rate    Rate
	Quotas  []Rate // of recipients, each in a rolling time
	Spent   []Spend
	Windows Windows
	From    time.Time // not before
}

// A Leg is a part of a mailing that goes without a break.
type Leg struct {
	From, To time.Time // of the first and of the last message
	Messages int
}

// noBreak is how long nothing may go without that a part of a mailing ends.
const noBreak = 15 * time.Minute

// mostSteps is how many times it is found out when the next messages go; what is beyond goes as fast
// on the whole.
const mostSteps = 10_000

// Next returns when the next message may go, to so many recipients.
func (s *Schedule) Next(recipients int) time.Time {
	legs := s.Legs(1, recipients)
	if len(legs) == 0 {
		return s.From
	}
	return legs[0].From
}

// Legs returns the parts in which n messages go, each to so many recipients. It returns none
// if a message has more recipients than a quota.
func (s *Schedule) Legs(n, recipients int) []Leg {
	for _, q := range s.Quotas {
		if recipients > q.Count {
			return nil
		}
	}
	spent := slices.Clone(s.Spent)
	slices.SortFunc(spent, func(a, b Spend) int { return a.At.Compare(b.At) })
	var legs []Leg
	next := s.From
	for step, all := 1, n; n > 0; step++ {
		at, until := s.next(next, spent, recipients)
		if len(legs) == 0 || at.Sub(next) > noBreak {
			legs = append(legs, Leg{From: at})
		}
		l := &legs[len(legs)-1]
		m := s.fits(n, recipients, at, until, spent)
		l.Messages += m
		every := s.Rate.Interval()
		l.To = at.Add(span(m-1, every))
		next = at.Add(span(m, every))
		if len(s.Quotas) > 0 {
			spent = s.spend(spent, at, m, recipients, every)
		}
		n -= m
		if took := l.To.Sub(s.From); step == mostSteps || took >= ages {
			l.Messages += n
			l.To = s.From.Add(time.Duration(min(float64(took)*float64(all)/float64(all-n), float64(ages))))
			break
		}
	}
	return legs
}

// ages is longer than anybody waits.
const ages = 100 * 365 * day

// span returns the time in which so many go, ages at most.
func span(n int, every time.Duration) time.Duration {
	if every > 0 && n > int(ages/every) {
		return ages
	}
	return time.Duration(n) * every
}

// pieces is in how many pieces what goes at a rate is spent.
const pieces = 32

// spend adds m messages that go from at on to what is spent, in a few pieces, each as if it
// went at the piece's end; and takes out what counts no more.
func (s *Schedule) spend(spent []Spend, at time.Time, m, recipients int, every time.Duration) []Spend {
	size := max(1, (m+pieces-1)/pieces)
	if every == 0 {
		size = m
	}
	for done := 0; done < m; {
		k := min(size, m-done)
		done += k
		spent = appendSpend(spent, Spend{at.Add(span(done-1, every)), k * recipients}, s.least()/pieces)
	}
	longest := time.Duration(0)
	for _, q := range s.Quotas {
		longest = max(longest, q.Per)
	}
	i := 0
	for i < len(spent) && !spent[i].At.Add(longest).After(at) {
		i++
	}
	return spent[i:]
}

// appendSpend adds to the last one where both are no more than so many together, as if all went at the
// later time: else what is spent falls into ever smaller pieces.
func appendSpend(spent []Spend, s Spend, together int) []Spend {
	if n := len(spent) - 1; n >= 0 && spent[n].N+s.N <= together {
		spent[n] = Spend{s.At, spent[n].N + s.N}
		return spent
	}
	return append(spent, s)
}

// least returns the count of the smallest quota.
func (s *Schedule) least() int {
	least := s.Quotas[0].Count
	for _, q := range s.Quotas {
		least = min(least, q.Count)
	}
	return least
}

// next returns when a message may go at the earliest from t on, and until when it is time from there;
// zero is for ever.
func (s *Schedule) next(t time.Time, spent []Spend, recipients int) (at, until time.Time) {
	at = t
	for {
		open, end := s.Windows.Next(at)
		at = open
		free := at
		for _, q := range s.Quotas {
			if f := Free(q, spent, at, recipients); f.After(free) {
				free = f
			}
		}
		if !free.After(at) {
			return at, end
		}
		at = free
	}
}

// fits returns how many of n messages go without a break from at on; at least 1.
func (s *Schedule) fits(n, recipients int, at, until time.Time, spent []Spend) int {
	m := n
	every := s.Rate.Interval()
	if !until.IsZero() && every > 0 {
		m = min(m, int((until.Sub(at)-1)/every)+1)
	}
	for _, q := range s.Quotas {
		m = min(m, (q.Count-Used(q, spent, at))/recipients)
	}
	return max(m, 1)
}

// Used returns how many recipients count for a quota at a time. What is later than that counts, as
// a clock may have been set back.
func Used(q Rate, spent []Spend, at time.Time) int {
	n := 0
	for _, s := range spent {
		if s.At.Add(q.Per).After(at) {
			n += s.N
		}
	}
	return n
}

// Free returns when a quota has room for so many recipients, at the earliest from a time on; zero is
// never. What is spent is in the order of time.
func Free(q Rate, spent []Spend, at time.Time, recipients int) time.Time {
	if recipients > q.Count {
		return time.Time{}
	}
	used := Used(q, spent, at)
	free := at
	for _, s := range spent {
		if used+recipients <= q.Count {
			break
		}
		if end := s.At.Add(q.Per); end.After(at) {
			used -= s.N
			free = end
		}
	}
	return free
}

// mostTold is how many parts are told one by one.
const mostTold = 4

// Told returns the parts of a mailing in words, by now's clock: "238 now, 450 on Wed 09:41,
// done Fri 09:52".
func Told(legs []Leg, now time.Time) string {
	if len(legs) == 0 {
		return ""
	}
	var parts []string
	for i, l := range legs {
		if i == mostTold-1 && len(legs) > mostTold {
			parts = append(parts, "…")
			break
		}
		if !l.From.After(now) {
			parts = append(parts, fmt.Sprintf("%d now", l.Messages))
		} else {
			parts = append(parts, fmt.Sprintf("%d %s", l.Messages, on(l.From, now)))
		}
	}
	if end := legs[len(legs)-1].To; end.After(now) {
		parts = append(parts, "done "+Moment(end, now))
	}
	return strings.Join(parts, ", ")
}

// on returns "at 15:04" or "on Wed 15:04".
func on(t, now time.Time) string {
	m := Moment(t, now)
	if len(m) <= len("15:04") {
		return "at " + m
	}
	return "on " + m
}

// Takes returns how long it takes, in words by now's clock: "about 6 days, until Sunday 12:41";
// "" if it takes no time.
func Takes(legs []Leg, now time.Time) string {
	if len(legs) == 0 {
		return ""
	}
	end := legs[len(legs)-1].To.In(now.Location())
	d := end.Sub(now)
	if d < time.Second {
		return ""
	}
	if d < time.Hour {
		return Span(d)
	}
	until := Moment(end, now)
	if d >= time.Hour && d < 7*day && end.Format(time.DateOnly) != now.Format(time.DateOnly) {
		until = end.Format("Monday 15:04")
	}
	return Span(d) + ", until " + until
}

func count(n int, plural string) string {
	if n == 1 {
		return "1 " + strings.TrimSuffix(plural, "s")
	}
	return fmt.Sprintf("%d %s", n, plural)
}
