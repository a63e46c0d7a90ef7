package when

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Window is a time of some days of the week in which sessions may begin. The zero Window is
// never open.
type Window struct {
	text     string         // as it is written
	days     [7]bool        // on which it begins, by time.Weekday
	from, to int            // minutes of the day; to is behind from, and may be on the next day
	place    *time.Location // whose clock it is
}

// Windows are several of which one has to be open. Without any, it is always time.
type Windows []Window

const minutesOfDay = 24 * 60

// ParseWindow returns a window such as "Mon-Fri 08:00-18:00 Europe/Berlin": days, if not all, as
// Mon-Fri, Sat or Mon,Wed-Thu; the hours, which may end on the next day as 22:00-06:00; and a
// time zone, if it is not local.
func ParseWindow(s string, local *time.Location) (Window, error) {
	errForm := errors.New("must be days, hours and a time zone such as Mon-Fri 08:00-18:00 Europe/Berlin")
	w := Window{text: s, place: local}
	fields := strings.Fields(s)
	if len(fields) > 0 && !strings.Contains(fields[0], ":") {
		if !w.parseDays(fields[0]) {
			return Window{}, errForm
		}
		fields = fields[1:]
	} else {
		w.days = [7]bool{true, true, true, true, true, true, true}
	}
	if len(fields) < 1 || len(fields) > 2 || !w.parseHours(fields[0]) {
		return Window{}, errForm
	}
	if len(fields) == 2 {
		place, err := time.LoadLocation(fields[1])
		if err != nil || fields[1] == "Local" {
			return Window{}, errors.New("must have a time zone that is known here, as Europe/Berlin or UTC")
		}
		w.place = place
	}
	return w, nil
}

// parseDays reads "Mon-Fri" or "Mon,Wed-Thu".
func (w *Window) parseDays(s string) bool {
	for part := range strings.SplitSeq(s, ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, ok1 := weekday(first)
		to, ok2 := weekday(last)
		if !ok1 || !ok2 {
			return false
		}
		for d := from; ; d = (d + 1) % 7 {
			w.days[d] = true
			if d == to {
				break
			}
		}
	}
	return true
}

// weekday returns a day by its English name or the first three letters of it.
func weekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := d.String(); strings.EqualFold(s, name) || strings.EqualFold(s, name[:3]) {
			return d, true
		}
	}
	return 0, false
}

// parseHours reads "08:00-18:00".
func (w *Window) parseHours(s string) bool {
	first, last, _ := strings.Cut(s, "-")
	from, ok1 := minuteOfDay(first)
	to, ok2 := minuteOfDay(last)
	if !ok1 || !ok2 || from == to || from == minutesOfDay {
		return false
	}
	if to < from {
		to += minutesOfDay
	}
	w.from, w.to = from, to
	return true
}

// minuteOfDay reads "8:00", "08:00" or "24:00".
func minuteOfDay(s string) (int, bool) {
	hour, minute, ok := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	n := int(h)*60 + int(m)
	return n, ok && err1 == nil && err2 == nil && len(hour) <= 2 && len(minute) == 2 && m < 60 && n <= minutesOfDay
}

// String returns the window as it is written.
func (w Window) String() string { return w.text }

// next returns t if the window is open then, else when it opens, and until when it is open from
// there. It is never open if ok is false.
func (w *Window) next(t time.Time) (open, until time.Time, ok bool) {
	year, month, today := t.In(w.place).Date()
	for d := today - 1; d <= today+8; d++ { // yesterday's may end today
		midnight := time.Date(year, month, d, 12, 0, 0, 0, w.place)
		if !w.days[midnight.Weekday()] {
			continue
		}
		from, to := w.at(year, month, d, w.from), w.at(year, month, d, w.to)
		if !to.After(t) || !to.After(from) { // the latter in a night that has no such hour
			continue
		}
		if from.Before(t) {
			from = t
		}
		return from, to, true
	}
	return time.Time{}, time.Time{}, false
}

// at returns a minute of a day by the clock of the place: where clocks are changed, the day has 23
// or 25 hours, and a minute that it does not have is an hour later or earlier.
func (w *Window) at(year int, month time.Month, day, minute int) time.Time {
	return time.Date(year, month, day, minute/60, minute%60, 0, 0, w.place)
}

// Next returns t if a window is open then, else when the next one opens, and until when it is time
// from there; a zero until is for ever.
func (ws Windows) Next(t time.Time) (open, until time.Time) {
	open = t
	for i := range ws {
		from, to, ok := ws[i].next(t)
		if ok && (until.IsZero() || from.Before(open) || from.Equal(open) && to.After(until)) {
			open, until = from, to
		}
	}
	return open, until
}

// String returns the windows as they are written.
func (ws Windows) String() string {
	return strings.Join(slices.Collect(func(yield func(string) bool) {
		for _, w := range ws {
			if !yield(w.text) {
				return
			}
		}
	}), "; ")
}
