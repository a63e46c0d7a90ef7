package when

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// A Rate is so many in a time. The zero Rate is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// ParseRate returns a rate such as "50/5m", "10/s", "20/min" or "500/d": a count, and a time with
// s, m, min, h or d for one second, minute, hour or day, or so many days as 30d. Both are more
// than zero.
func ParseRate(s string) (Rate, error) {
	errForm := errors.New("must be a count and a time such as 50/5m, 10/s or 600/h")
	count, per, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, errForm
	}
	n, err := strconv.Atoi(count)
	if err != nil || strconv.Itoa(n) != count || n < 1 {
		return Rate{}, errForm
	}
	d, ok := parsePer(per)
	if !ok {
		return Rate{}, errForm
	}
	return Rate{Count: n, Per: d}, nil
}

// parsePer returns the time of a rate.
func parsePer(s string) (time.Duration, bool) {
	switch s {
	case "s", "m", "h", "d":
		s = "1" + s
	case "min":
		s = "1m"
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || strconv.Itoa(n) != days || n < 1 || time.Duration(n) > math.MaxInt64/day {
			return 0, false
		}
		return time.Duration(n) * day, true
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d > 0
}

// String returns r as ParseRate reads it, but "no limit" for the zero Rate.
func (r Rate) String() string {
	if r == (Rate{}) {
		return "no limit"
	}
	per := short(r.Per)
	if per == "1s" || per == "1m" || per == "1h" {
		per = per[1:]
	}
	return fmt.Sprintf("%d/%s", r.Count, per)
}

// Interval returns the time between two where they are evenly spaced; 0 for the zero Rate.
func (r Rate) Interval() time.Duration {
	if r.Count == 0 {
		return 0
	}
	return r.Per / time.Duration(r.Count)
}

// Words returns what the rate means, as "one every 2m53s", or "10 in a second" where several
// are begun in one.
func (r Rate) Words() string {
	every := r.Interval()
	switch {
	case r.Count == 0:
		return "no limit"
	case every >= 10*time.Second:
		return "one every " + short(every.Round(time.Second))
	case every >= time.Second:
		return "one every " + short(every.Round(time.Second/10))
	}
	return fmt.Sprintf("%.3g in a second", float64(r.Count)/r.Per.Seconds())
}

// In returns the rate as a quota is told: "450 in 24 h".
func (r Rate) In() string {
	unit := short(r.Per)
	switch {
	case r.Per%day == 0 && r.Per > day:
		return fmt.Sprintf("%d in %d days", r.Count, r.Per/day)
	case r.Per%time.Hour == 0:
		return fmt.Sprintf("%d in %d h", r.Count, r.Per/time.Hour)
	case r.Per%time.Minute == 0:
		return fmt.Sprintf("%d in %d min", r.Count, r.Per/time.Minute)
	}
	return fmt.Sprintf("%d in %s", r.Count, unit)
}

// short returns a duration without the zeros at its end.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
