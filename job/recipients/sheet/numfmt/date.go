package numfmt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Time returns the date of a number of days since 1899-12-30, to the millisecond. It reports false
// beyond the years 1 to 9999.
func Time(days float64) (time.Time, bool) {
	const least, most = -693593, 2958466
	if !(days > least && days < most) {
		return time.Time{}, false
	}
	whole := math.Floor(days)
	ms := math.Round((days - whole) * 86400e3)
	t := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(whole))
	return t.Add(time.Duration(ms) * time.Millisecond), true
}

// Days returns how many days after 1899-12-30 a time is.
func Days(t time.Time) float64 {
	return float64(t.Unix()-time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC).Unix()) / 86400
}

// date shows a number of days since 1899-12-30.
func (s *section) date(days float64) string {
	negative := ""
	if s.elapsed && days < 0 {
		negative, days = "-", -days
	}
	t, ok := Time(days)
	if !ok {
		return "###"
	}
	if s.decimals() == 0 {
		t = t.Round(time.Second)
	}
	var b strings.Builder
	b.WriteString(negative)
	fraction := -1 // of a second
	for i, p := range s.tokens {
		switch {
		case p.kind == '.' && i > 0 && (s.tokens[i-1].kind == 's' || s.tokens[i-1].kind == '[' && s.tokens[i-1].text[0] == 's') && s.decimals() > 0:
			b.WriteString(".")
			fraction = 0
		case p.kind == '0' && fraction >= 0 && fraction < 3:
			b.WriteByte(fmt.Sprintf("%03d", t.Nanosecond()/1e6)[fraction])
			fraction++
		default:
			b.WriteString(s.part(p, t, days))
		}
	}
	return b.String()
}

// decimals counts the digits of a fraction of a second.
func (s *section) decimals() (n int) {
	for _, t := range s.tokens {
		if t.kind == '0' {
			n++
		}
	}
	return n
}

// part shows one part of a date.
func (s *section) part(p token, t time.Time, days float64) string {
	l := languageOf(s.lcid)
	long := len(p.text) > 1
	switch p.kind {
	case 'y':
		if len(p.text) <= 2 {
			return fmt.Sprintf("%02d", t.Year()%100)
		}
		return fmt.Sprintf("%04d", t.Year())
	case 'm':
		switch len(p.text) {
		case 3:
			return l.format("Jan", t)
		case 4:
			return l.format("January", t)
		case 5:
			return firstRune(l.format("January", t))
		}
		return padded(int(t.Month()), long)
	case 'd':
		switch len(p.text) {
		case 3:
			return l.format("Mon", t)
		case 4:
			return l.format("Monday", t)
		}
		return padded(t.Day(), long)
	case 'h':
		h := t.Hour()
		if s.half {
			h = (h + 11) % 12
			h++
		}
		return padded(h, long)
	case 'M':
		return padded(t.Minute(), long)
	case 's':
		return padded(t.Second(), long)
	case '[':
		return s.elapsedPart(p.text, t, days)
	case '/':
		return l.separator
	case 'a':
		return halfOf(p.text, t.Hour())
	}
	return p.text
}

// elapsedPart shows all hours, minutes or seconds since the beginning.
func (s *section) elapsedPart(text string, t time.Time, days float64) string {
	seconds := int64(math.Round(days * 86400))
	if s.decimals() > 0 {
		seconds = int64(math.Floor(math.Round(days*86400e3) / 1e3))
	}
	n := seconds
	switch text[0] {
	case 'h':
		n /= 3600
	case 'm':
		n /= 60
	}
	shown := strconv.FormatInt(n, 10)
	return strings.Repeat("0", max(0, len(text)-len(shown))) + shown
}

func halfOf(text string, hour int) string {
	am, pm, _ := strings.Cut(text, "/")
	if len(am) > 1 {
		am, pm = "AM", "PM"
	}
	if hour < 12 {
		return am
	}
	return pm
}

func padded(n int, long bool) string {
	if long {
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}
