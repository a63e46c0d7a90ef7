package columns

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/template/cell"
)

// read returns what is wrong with a filled cell of a column whose kind is told, or nil.
func (r *rule) read(text string, stored cell.Stored) *problem.Problem {
	switch r.Kind {
	case jobfile.NumberColumn:
		return r.number(text, stored)
	case jobfile.DateColumn:
		return r.date(text, stored)
	case jobfile.YesNoColumn:
		if _, ok := cell.ReadYesNo(text); !ok {
			return r.says(text, "is neither yes nor no")
		}
	}
	return nil
}

// number returns what is wrong with a number, which may have a currency beside it.
func (r *rule) number(text string, stored cell.Stored) *problem.Problem {
	amount := text
	if _, a, found := cell.Currency(text); found {
		amount = a
	}
	read := r.forms.Numbers.Read
	if stored != "" {
		read = stored.ReadNumber
	}
	d, err := read(amount)
	if err != nil {
		return r.unread(text, err)
	}
	if r.least != nil && d.Compare(*r.least) < 0 || r.most != nil && d.Compare(*r.most) > 0 {
		return r.says(text, "is not within "+r.between())
	}
	return nil
}

// bound returns a bound of the numbers of a column, or nil if there is none.
func bound(c *jobfile.Column, text string) *cell.Decimal {
	d, err := cell.ReadConstant(text)
	if err != nil || c.Kind != jobfile.NumberColumn {
		return nil // a bound that is there can be read, as the job file was
	}
	return &d
}

// date returns what is wrong with a date. Of a date with a time only the day counts for the range.
func (r *rule) date(text string, stored cell.Stored) *problem.Problem {
	read := r.forms.Dates.Read
	if stored != "" {
		read = stored.ReadDate
	}
	t, err := read(text)
	if err != nil {
		return r.unread(text, err)
	}
	day := t.Format(time.DateOnly) // in the order of the days, as all have four digits for the year
	if day < r.Range.Least || r.Range.Most != "" && day > r.Range.Most {
		return r.says(text, "is not within "+r.between())
	}
	return nil
}

// between returns the range as the job file has it.
func (r *rule) between() string { return r.Range.Least + ".." + r.Range.Most }

// says returns the problem of a cell.
func (r *rule) says(text, what string) *problem.Problem {
	p := r.problem(fmt.Sprintf("%s in column %q %s", quote(text), r.Name, what))
	return &p
}

// unread returns the problem of a cell that can't be read. Where another way of writing would do,
// the cells of the column are told together, with the lines to choose from.
func (r *rule) unread(text string, err error) *problem.Problem {
	f, ok := errors.AsType[*cell.Fault](err)
	if !ok {
		return r.says(text, "can't be read: "+err.Error())
	}
	if len(f.Forms) == 0 {
		return r.says(text, strings.TrimPrefix(f.Text, quote(text)+" "))
	}
	p := r.problem(fmt.Sprintf("column %q: %s", r.Name, f.Text))
	p.Hint = fmt.Sprintf("say how the %s are written, at %s:", f.Key, r.place)
	p.Cell = &problem.Cell{Column: r.Name, Value: text, What: f.What}
	for _, form := range f.Forms {
		p.Cell.Ways = append(p.Cell.Ways, r.declared(form))
	}
	return &p
}

// declared returns the line of the job file that declares the column with a form.
func (r *rule) declared(form string) string {
	value := "true"
	if r.Range != (jobfile.Range{}) {
		value = r.between()
	}
	if r.Kind == jobfile.DateColumn && value == "true" {
		return fmt.Sprintf("`%s: {date: %s}`", r.Name, form)
	}
	return fmt.Sprintf("`%s: {%s: %s, form: %q}`", r.Name, r.Kind, value, form)
}
