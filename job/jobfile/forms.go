package jobfile

import (
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
	"mailshot/template/cell"
)

func checkNumbers(form string) error { _, err := cell.ParseNumberForm(form); return err }
func checkDates(form string) error   { _, err := cell.ParseDateForm(form); return err }

// formIn reads how numbers or dates are written.
func formIn(s fields.Section, key string, dst *Text, check func(string) error) {
	f, ok := s.Get(key, keys.Text)
	if !ok {
		return
	}
	if v, ok := f.Plain(); ok {
		*dst = Text{Value: v, Line: f.Line}
		refuseForm(f, check(v))
	}
}

func refuseForm(f fields.Field, err error) {
	if err != nil {
		f.Refuse("can't be used: %v", err)
	}
}

// checkForm refuses the form of a column, which f gives, if it is none of the column's kind.
func (c *Column) checkForm(f fields.Field) {
	if c.Kind == NumberColumn {
		refuseForm(f, checkNumbers(c.Form.Value))
		return
	}
	refuseForm(f, checkDates(c.Form.Value))
}
