package function

import (
	"time"

	"mailshot/template/cell"
	"mailshot/template/locale"
	"mailshot/template/words"
)

// date is the function of this name: it writes a date in a layout of package time, in the language of
// the row's letter.
func date(r Row, layout, value any) (string, error) {
	l, err := text("date", layout)
	if err != nil {
		return "", err
	}
	if isSwapped(layout, value) {
		return "", words.Failf("date: the layout stands behind the date").WithHint("%s", locale.Hint)
	}
	if f := r.CheckLayout(l); f != nil {
		f := words.Failf("%s", f.Text).WithHint("%s", f.Hint) // a copy: the cell is told with it
		return "", notRead(layout, "cells that are no layouts, which come first and show 2 January 2006", f)
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

// CheckLayout returns what is wrong with a layout of the function date, or nil.
func CheckLayout(layout string) *words.Failure {
	f := locale.CheckLayout(layout)
	if f == nil {
		return nil
	}
	return words.Failf("date: the layout %s %s", words.Quote(layout), f.Text).WithHint("%s", f.Hint)
}

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
