package start

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mailshot/job/problem"
	"mailshot/template/cell"
)

// forms are how the file writes numbers and dates, where the reader has to be told.
type forms struct {
	numbers, dates string    // "": what is there can be read in one way
	numbersBy      string    // a cell that shows it, and its column
	datesBy        string    // likewise
	own            []ownForm // of columns that are written in another way than the others
	number, date   []string  // the columns that have numbers with a point or comma, and dates
}

// An ownForm is how one column is written.
type ownForm struct{ column, kind, form string }

// A writing is how the cells of a column of numbers or dates can be read.
type writing struct {
	column *column
	forms  []string // that read all cells, "" is no form; of several the values differ
	cell   string   // one that shows it
	cells  []string // all
}

// find finds how numbers and dates are written.
func (f *forms) find(s *survey, o Options, q *questions) (err error) {
	if o.Numbers != "" {
		if _, err := cell.ParseNumberForm(o.Numbers); err != nil {
			return problem.Fail(problem.Usage, "--numbers: %w", err)
		}
	}
	if o.Dates != "" {
		if _, err := cell.ParseDateForm(o.Dates); err != nil {
			return problem.Fail(problem.Usage, "--dates: %w", err)
		}
	}
	var numbers, dates []writing
	for i := range s.columns {
		c := &s.columns[i]
		if c.filled == 0 || c.digits+c.stored < c.filled || c.digits == 0 || c.addresses > 0 {
			continue
		}
		cells := slices.Sorted(maps.Keys(c.kept))
		if w, ok := datesIn(c, cells); ok {
			dates, f.date = append(dates, w), append(f.date, c.name)
		} else if w, ok := numbersIn(c, cells); ok {
			numbers, f.number = append(numbers, w), append(f.number, c.name)
		}
	}
	if f.numbers, f.numbersBy, err = f.settle(numbers, "numbers", o.Numbers, numberWords, q); err != nil {
		return err
	}
	if f.dates, f.datesBy, err = f.settle(dates, "dates", o.Dates, dateWords, q); err != nil {
		return err
	}
	form, _ := cell.ParseDateForm(f.dates) // "" needs none
	for i := range dates {
		if f.dates != "" && o.Dates == "" && slices.ContainsFunc(dates[i].cells, func(text string) bool { _, ok := form.Parse(text); return !ok }) {
			f.dates = "" // one column would not be read any more
			f.apart(dates, "dates")
			break
		}
	}
	return nil
}

// settle returns the form of all columns, and a cell that shows it.
func (f *forms) settle(all []writing, option, given string, words func(form, text string) string, q *questions) (form, by string, err error) {
	if given != "" {
		return given, "", nil
	}
	var common []string
	var shown *writing
	for i := range all {
		w := &all[i]
		if slices.Contains(w.forms, "") && !narrows(w) {
			continue // it is read as it is
		}
		if shown == nil || len(w.forms) < len(shown.forms) {
			shown = w
		}
		if common == nil {
			common = w.forms
			continue
		}
		common = slices.DeleteFunc(slices.Clone(common), func(form string) bool { return !slices.Contains(w.forms, form) })
	}
	if shown == nil || len(common) == 1 && common[0] == "" {
		return "", "", nil
	}
	needed := slices.ContainsFunc(all, func(w writing) bool { return !slices.Contains(w.forms, "") })
	if !needed {
		return "", "", nil
	}
	common = slices.DeleteFunc(slices.Clone(common), func(form string) bool { return form == "" })
	by = fmt.Sprintf("as %s in column %q", problem.ShortQuote(shown.cell), shown.column.name)
	switch len(common) {
	case 1:
		return common[0], by, nil
	case 0:
		f.apart(all, option)
		return "", "", nil
	}
	var choices []Choice
	for _, form := range common {
		choices = append(choices, Choice{form, fmt.Sprintf("%s is %s", shown.cell, words(form, shown.cell))})
	}
	form, err = q.choice(fmt.Sprintf("the %s of column %q can be read in several ways", option, shown.column.name), choices, "--"+option)
	return form, by, err
}

// narrows reports whether a column that can be read as it is tells how the file is written: by a
// decimal comma, or a point that is none of thousands.
func narrows(w *writing) bool { return len(w.forms) > 1 }

// apart has columns that are written in different ways declared each for itself.
func (f *forms) apart(all []writing, option string) {
	for _, w := range all {
		if slices.Contains(w.forms, "") || len(w.forms) != 1 {
			continue
		}
		f.own = append(f.own, ownForm{w.column.name, strings.TrimSuffix(option, "s"), w.forms[0]})
	}
}

// numberForms are the forms of numbers that a file may have.
var numberForms = []string{"1.234,50", "1,234.50", "1 234,50", "1'234.50"}

// numbersIn returns how a column of numbers is written, if it is one: all its cells are numbers in one
// form, and one has a separator.
func numbersIn(c *column, cells []string) (w writing, ok bool) {
	w.column = c
	separated := false
	values := map[string]bool{}
	for i, text := range cells {
		if _, amount, found := cell.Currency(text); found {
			text = strings.TrimSpace(amount)
			cells[i] = text
		}
		if len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' || strings.HasPrefix(text, "+") {
			return w, false // a number of a phone, or a code
		}
		if strings.ContainsAny(text, ".,' \u00a0\u202f’") && (w.cell == "" || len(text) > len(w.cell)) {
			separated, w.cell = true, text
		}
	}
	if !separated {
		return w, false
	}
	for _, form := range append([]string{""}, numberForms...) {
		f, _ := cell.ParseNumberForm(form) // "" gives the zero form
		value, reads := "", true
		for _, text := range cells {
			d, ok := f.Parse(text)
			reads = reads && ok
			value += d.String() + "|"
		}
		if !reads || form != "" && values[value] && !slices.Contains(w.forms, "") {
			continue
		}
		values[value] = true
		w.forms = append(w.forms, form)
	}
	return w, len(w.forms) > 0
}

// datesIn returns how a column of dates is written, if it is one.
func datesIn(c *column, cells []string) (w writing, ok bool) {
	w.column, w.cell, w.cells = c, cells[0], cells
	zero := true
	var forms []string
	for _, text := range cells {
		if len(text) < len("1/1/26") {
			return w, false
		}
		_, err := cell.DateForm{}.Read(text)
		if err == nil {
			continue
		}
		zero = false
		fault, is := errors.AsType[*cell.Fault](err)
		if !is {
			return w, false
		}
		if forms == nil {
			forms = slices.DeleteFunc(slices.Clone(fault.Forms), func(form string) bool { return form == cell.Excel })
			w.cell = text
		}
	}
	if zero {
		w.forms = []string{""}
		return w, true
	}
	for _, form := range forms {
		f, err := cell.ParseDateForm(form)
		if err == nil && !slices.ContainsFunc(cells, func(text string) bool { _, ok := f.Parse(text); return !ok }) {
			w.forms = append(w.forms, form)
		}
	}
	return w, len(w.forms) > 0
}

func numberWords(form, text string) string {
	f, _ := cell.ParseNumberForm(form)
	d, _ := f.Parse(text)
	return d.String()
}

func dateWords(form, text string) string {
	f, _ := cell.ParseDateForm(form)
	t, _ := f.Parse(text)
	return t.Format("2 January 2006")
}
