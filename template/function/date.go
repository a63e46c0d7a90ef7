package function

import (
	"strings"
	"time"

	"mailshot/template/words"
)

// dateForms returns the forms that date reads: those of ISO 8601, and the day before the month with
// dots, as half of Europe's spreadsheets have it. 03/04/2026 is none of them: it is a day in March
// or in April.
func dateForms() []string {
	return []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2.1.2006"}
}

func parseDate(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		for _, form := range dateForms() {
			if t, err := time.Parse(form, strings.TrimSpace(v)); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// date is the function of this name: it writes a date in a layout of package time, in the language of
// the row's letter.
func date(r Row, layout, value any) (string, error) {
	l, err := text("date", layout)
	if err != nil {
		return "", err
	}
	if !showsDate(l) {
		return "", words.Failf("date: the layout %s shows no part of a date", words.Quote(l)).
			WithHint(`it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`)
	}
	if t, ok := parseDate(value); ok {
		return r.FormatDate(l, t), nil
	}
	s, err := text("date", value)
	switch {
	case err != nil:
		return "", err
	case strings.TrimSpace(s) == "":
		return "", words.Failf("date: the value is empty").WithHint("{{with .column}}{{date … .}}{{end}} leaves an empty one out")
	}
	return "", notADate("date", s)
}

func notADate(function, value string) *words.Failure {
	if strings.TrimSpace(value) == "" {
		return words.Failf("%s: the value is empty, no date", function)
	}
	return words.Failf("%s: %s is no date", function, words.Quote(value)).WithHint("a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z")
}

// showsDate reports whether a layout has anything that changes with the time: "DD.MM.YYYY" would be
// printed as it is.
func showsDate(layout string) bool {
	a := time.Date(2001, time.February, 3, 4, 5, 6, 0, time.UTC)
	b := time.Date(2012, time.November, 13, 14, 15, 16, 0, time.UTC)
	return a.Format(layout) != b.Format(layout)
}
