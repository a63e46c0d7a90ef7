package jobfile

import (
	"mailshot/job/jobfile/keys"
	"mailshot/template/cell"
)

func checkNumbers(form string) error { _, err := cell.ParseNumberForm(form); return err }
func checkDates(form string) error   { _, err := cell.ParseDateForm(form); return err }

// form reads how numbers or dates are written.
func (s section) form(key string, dst *Text, check func(string) error) {
	f, ok := s.get(key, keys.Text)
	if !ok {
		return
	}
	if v, ok := f.plain(); ok {
		*dst = Text{Value: v, Line: f.line}
		f.refuseForm(check(v))
	}
}

func (f field) refuseForm(err error) {
	if err != nil {
		f.refuse("can't be used: %v", err)
	}
}

// checkForm refuses the form of a column, which f gives, if it is none of the column's kind.
func (c *Column) checkForm(f field) {
	if c.Kind == NumberColumn {
		f.refuseForm(checkNumbers(c.Form.Value))
		return
	}
	f.refuseForm(checkDates(c.Form.Value))
}
