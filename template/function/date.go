package function

import (
	"time"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// date is the function of this name: it writes a date in a layout of package time, in the language of
// the row's letter.
func date(r Row, layout, value any) (string, error) {
	l, err := text("date", layout)
	if err != nil {
		return "", err
	}
	if !showsDate(l) {
		f := words.Failf("date: the layout %s shows no part of a date", words.Quote(l)).WithHint(layoutHint)
		return "", notRead(layout, "cells that are no layouts, which come first and show 2 January 2006", f)
	}
	if isSwapped(layout, value) {
		return "", words.Failf("date: the layout stands behind the date").WithHint(layoutHint)
	}
	if t, ok := value.(time.Time); ok {
		return r.FormatDate(l, t), nil
	}
	s, err := text("date", value)
	if err != nil {
		return "", err
	}
	if cell.IsBlank(s) {
		f := words.Failf("date: the value is empty").WithHint("{{with .column}}{{date … .}}{{end}} leaves an empty one out")
		return "", notRead(value, "empty cells, where a date is needed", f)
	}
	t, err := readDate("date", value)
	if err != nil {
		return "", err
	}
	return r.FormatDate(l, t), nil
}

const layoutHint = `it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`

// isSwapped reports whether a cell stands where the layout is to be, and a layout in its place: as a
// date, that is the one day which layouts show.
func isSwapped(layout, value any) bool {
	s, ok := value.(string)
	if !ok || cellOf(layout) == nil {
		return false
	}
	t, err := dateIn(s, value)
	return err == nil && t.Year() == 2006 && t.YearDay() == 2
}

// showsDate reports whether a layout has anything that changes with the time: "DD.MM.YYYY" would be
// printed as it is.
func showsDate(layout string) bool {
	a := time.Date(2001, time.February, 3, 4, 5, 6, 0, time.UTC)
	b := time.Date(2012, time.November, 13, 14, 15, 16, 0, time.UTC)
	return a.Format(layout) != b.Format(layout)
}
