package cell

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A DateForm is a way of writing dates. The zero DateForm is that of a file of which nobody has said
// it: it reads 2026-12-31, and 31.12.2026 with the day first. Each form reads ISO 8601 too, but for
// excel and one of years, days and months, in which 2026-01-02 would be another day. A time may
// follow the date.
type DateForm struct {
	parts [3]byte // 'd', 'm', 'y' in their order
	seps  [2]string
	short bool // the year has two digits
	fixed bool // there is nothing between the parts, which have all of their digits
	excel bool // days since 1899-12-30
	name  string
}

// Excel is the name of the form of serial numbers, as spreadsheets keep dates.
const Excel = "excel"

var dateForm = lazyregexp.New(`^(dd?|mm?|yyyy|yy)([^0-9a-z]{0,2})(dd?|mm?|yyyy|yy)([^0-9a-z]{0,2})(dd?|mm?|yyyy|yy)$`)

// ParseDateForm reads how somebody writes dates: dd/mm/yyyy, mm-dd-yy, yyyy.m.d or any other order
// and separators, or excel.
func ParseDateForm(s string) (DateForm, error) {
	if strings.EqualFold(s, Excel) {
		return DateForm{excel: true, name: Excel}, nil
	}
	m := dateForm().FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return DateForm{}, fmt.Errorf("%s does not show how a date is written, as dd/mm/yyyy does; or it is excel", words.Quote(s))
	}
	f := DateForm{seps: [2]string{m[2], m[4]}, fixed: m[2] == "" && m[4] == "", name: strings.ToLower(s)}
	all, seen := "", ""
	for i, part := range []string{m[1], m[3], m[5]} {
		f.parts[i] = part[0]
		f.short = f.short || part == "yy"
		all, seen = all+part, seen+part[:1]
	}
	switch {
	case !strings.Contains("dmy dym mdy myd ydm ymd", seen):
		return f, fmt.Errorf("%s does not have each of day, month and year once", words.Quote(s))
	case !f.fixed && (m[2] == "" || m[4] == ""), f.fixed && len(all)%2 != 0 || f.fixed && len(all) < len("ddmmyy"):
		return f, fmt.Errorf("%s does not show where one number ends and the next begins", words.Quote(s))
	}
	return f, nil
}

// String returns the form as it was written, in small letters, or "" for the zero form.
func (f DateForm) String() string { return f.name }

// isoForms are the forms of ISO 8601 and of RFC 3339.
func isoForms() []string {
	return []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"}
}

// Read reads a date, and the time behind it if there is one. White space around it does not matter.
// A year of two digits is one from 1969 to 2068. The error is a *Fault.
func (f DateForm) Read(s string) (time.Time, error) {
	t, ok := f.Parse(s)
	if !ok {
		return t, f.fault(strings.TrimSpace(s))
	}
	return t, nil
}

// Parse reads a date as Read does, and reports false in place of an error.
func (f DateForm) Parse(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < '0' || s[0] > '9' {
		return time.Time{}, false
	}
	if f.excel {
		return readSerial(s)
	}
	const iso = len("2006-")
	if len(s) > iso && s[iso-1] == '-' && !f.isYearDayMonth() {
		for _, form := range isoForms() {
			if t, err := time.Parse(form, s); err == nil {
				return t, true
			}
		}
	}
	if f.name == "" {
		f = dayFirst()
	}
	return f.readParts(s)
}

func dayFirst() DateForm {
	return DateForm{parts: [3]byte{'d', 'm', 'y'}, seps: [2]string{".", "."}, name: "dd.mm.yyyy"}
}

func (f DateForm) isYearDayMonth() bool { return string(f.parts[:]) == "ydm" && f.seps[0] == "-" }

var timeOfDay = lazyregexp.New(`^(?:T|[ \x{a0}]+)?([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?$`)

// readParts reads a date as the form shows it.
func (f DateForm) readParts(s string) (time.Time, bool) {
	var n [3]int
	for i, part := range f.parts {
		digits := leadingDigits(s)
		if f.fixed {
			digits = digits[:min(len(digits), f.width(part))]
		}
		if len(digits) > f.width(part) || part == 'y' && len(digits) != f.width(part) || f.fixed && len(digits) < f.width(part) {
			return time.Time{}, false
		}
		n[strings.IndexByte("ymd", part)], _ = strconv.Atoi(digits) // four digits at most; none are 0, which no part can be
		s = s[len(digits):]
		if i < len(f.seps) {
			var ok bool
			if s, ok = strings.CutPrefix(s, f.seps[i]); !ok {
				return time.Time{}, false
			}
		}
	}
	if f.short {
		n[0] += 1900
		if n[0] < 1969 {
			n[0] += 100
		}
	}
	return dated(n, s)
}

func (f DateForm) width(part byte) int {
	if part == 'y' && !f.short {
		return 4
	}
	return 2
}

func leadingDigits(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }

// dated returns the time of a year, a month and a day, if there is such a day, and of a time of day
// or nothing.
func dated(ymd [3]int, clock string) (time.Time, bool) {
	var h, m, s int
	if clock != "" {
		c := timeOfDay().FindStringSubmatch(clock)
		if c == nil || clock[0] >= '0' && clock[0] <= '9' {
			return time.Time{}, false
		}
		h, m, s = atoi(c[1]), atoi(c[2]), atoi(c[3])
	}
	t := time.Date(ymd[0], time.Month(ymd[1]), ymd[2], h, m, s, 0, time.UTC)
	return t, ymd[0] > 0 && t.Month() == time.Month(ymd[1]) && t.Day() == ymd[2]
}

// atoi returns the number of a few digits; none are 0.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

var serial = lazyregexp.New(`^([0-9]{1,7})(?:[.,]([0-9]{1,15}))?$`)

// readSerial reads the days since 1899-12-30. The first two months of 1900 are refused, for in them
// spreadsheets differ by a day.
func readSerial(s string) (time.Time, bool) {
	const first, last = 61, 2958465 // 1900-03-01 and 9999-12-31
	m := serial().FindStringSubmatch(s)
	if m == nil || atoi(m[1]) < first || atoi(m[1]) > last {
		return time.Time{}, false
	}
	t := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, atoi(m[1]))
	part, _ := strconv.ParseFloat("0."+cmp.Or(m[2], "0"), 64)
	return t.Add(time.Duration(part * float64(24*time.Hour)).Round(time.Second)), true
}

// ReadClock reads a time of day, such as 9:00 or 14:30:05, as the time since midnight.
func ReadClock(s string) (time.Duration, bool) {
	if !strings.Contains(s, ":") {
		return 0, false
	}
	m := timeOfDay().FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || m[0][0] == 'T' {
		return 0, false
	}
	return time.Duration(atoi(m[1]))*time.Hour + time.Duration(atoi(m[2]))*time.Minute + time.Duration(atoi(m[3]))*time.Second, true
}

var numeric = lazyregexp.New(`^[0-9]{1,4}([^0-9A-Za-z]{1,2})[0-9]{1,2}([^0-9A-Za-z]{1,2})[0-9]{1,4}`)

// fitting returns the forms, of those that are usual, that read a date as it is written.
func fitting(s string) (forms []string) {
	if len(s) == 5 && isDigits(s) && s[0] != '0' {
		return []string{Excel}
	}
	m := numeric().FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	for _, order := range [][3]string{
		{"dd", "mm", "yyyy"}, {"mm", "dd", "yyyy"}, {"yyyy", "mm", "dd"},
		{"dd", "mm", "yy"}, {"mm", "dd", "yy"}, {"yy", "mm", "dd"},
	} {
		f, err := ParseDateForm(order[0] + m[1] + order[1] + m[2] + order[2])
		if err != nil {
			continue
		}
		if _, ok := f.readParts(s); ok {
			forms = append(forms, f.String())
		}
	}
	return forms
}

// fault says why a date can't be read.
func (f DateForm) fault(s string) *Fault {
	switch forms := fitting(s); {
	case s == "":
		return &Fault{
			Text: "the value is empty, no date", What: "empty cells, where a date is needed",
			Hint: "{{with .column}}…{{end}} leaves an empty one out",
		}
	case f.name != "":
		return &Fault{
			Text: fmt.Sprintf("%s is no date that is written %s", words.Quote(s), f), What: "cells that are no dates written " + f.String(),
			Forms: forms, Key: "dates",
		}
	case len(forms) > 0:
		return &Fault{
			Text: words.Quote(s) + " is no date", What: "dates that are written in a way that nobody has declared",
			Hint: dateHint, Forms: forms, Key: "dates",
		}
	}
	return &Fault{Text: words.Quote(s) + " is no date", What: "cells that are no dates", Hint: dateHint}
}

const dateHint = "a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z"
