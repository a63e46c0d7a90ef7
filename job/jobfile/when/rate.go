package when

import (
	"fmt"
	"math"
	"slices"
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
func ParseRate(s string) (Rate, error) { return parse(s, "50/5m, 10/s or 600/h") }

// ParseQuota is ParseRate for a quota, of which the error has other examples.
func ParseQuota(s string) (Rate, error) { return parse(s, "500/24h or 10000/30d") }

// parse parses a rate. The error shows the right form of one that is written in another, or else the
// examples.
func parse(s, examples string) (Rate, error) {
	count, per, ok := strings.Cut(s, "/")
	n, isCount := parseCount(count)
	d, isTime := parsePer(per)
	if ok && isCount && isTime {
		return Rate{Count: n, Per: d}, nil
	}
	if meant := reworded(s); meant != "" {
		return Rate{}, fmt.Errorf("must be a count and a time: write %s", meant)
	}
	return Rate{}, fmt.Errorf("must be a count and a time such as %s", examples)
}

// parseCount returns a whole number of 1 or more that is written as such.
func parseCount(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && strconv.Itoa(n) == s && n > 0
}

// reworded returns the form of a rate that is written as "30/minute", "10 per second" or "500 daily";
// "" if it is not.
func reworded(s string) string {
	words := strings.Fields(strings.ToLower(strings.Replace(s, "/", " ", 1)))
	if len(words) == 3 && slices.Contains([]string{"per", "a", "an", "each", "every"}, words[1]) {
		words = slices.Delete(words, 1, 2)
	}
	if len(words) != 2 {
		return ""
	}
	units := []struct{ per, names string }{
		{"s", "s sec secs second seconds"}, {"m", "m min mins minute minutes"},
		{"h", "h hr hrs hour hours hourly"}, {"24h", "d day days daily"},
	}
	for _, u := range units {
		if _, ok := parseCount(words[0]); ok && slices.Contains(strings.Fields(u.names), words[1]) {
			return words[0] + "/" + u.per
		}
	}
	return ""
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
