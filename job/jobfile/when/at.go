package when

import (
	"errors"
	"time"
)

// ParseAt returns the moment that a user means: "08:00", today or else tomorrow, "2026-12-01 08:00",
// or a time of RFC 3339. The first two are by now's clock. A moment that is over is an error.
func ParseAt(s string, now time.Time) (time.Time, error) {
	if minute, ok := minuteOfDay(s); ok && minute < minutesOfDay {
		year, month, day := now.Date()
		at := time.Date(year, month, day, minute/60, minute%60, 0, 0, now.Location())
		if !at.After(now) {
			at = time.Date(year, month, day+1, minute/60, minute%60, 0, 0, now.Location())
		}
		return at, nil
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, now.Location())
	if err != nil {
		at, err = time.Parse(time.RFC3339, s)
	}
	switch {
	case err != nil:
		return time.Time{}, errors.New("is no time: write 08:00, 2026-12-01 08:00 or 2026-12-01T08:00:00+01:00")
	case !at.After(now):
		return time.Time{}, errors.New("is over already")
	}
	return at, nil
}

// Moment returns a time as people say it: "15:04" on now's day, "Wed 09:41" within six days, else
// with the date. It is by now's clock.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.After(now) && t.Sub(now) < 6*day:
		return t.Format("Mon 15:04")
	case t.Year() == now.Year() || t.After(now) && t.Sub(now) < 180*day:
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("Mon 2 Jan 2006 15:04")
}

// Opening returns the Moment from which something may be done: in minutes, and not too early.
func Opening(t, now time.Time) string {
	return Moment(t.Add(time.Minute-1).Truncate(time.Minute), now)
}

// Span returns a duration as people say it: "40 seconds", "about 25 minutes", "about 6 days".
func Span(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		word string
	}{{day, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*u.unit {
			return "about " + count(int(d.Round(u.unit)/u.unit), u.word)
		}
	}
	return count(int(d.Round(time.Second)/time.Second), "seconds")
}
