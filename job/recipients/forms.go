package recipients

import (
	"mailshot/job/jobfile"
	"mailshot/template/cell"
)

// Forms returns how the cells of a job's recipients file are read.
func Forms(j *jobfile.Job) cell.Forms {
	r := &j.Recipients
	f := cell.Forms{Numbers: numberForm(r.Numbers), Dates: dateForm(r.Dates)}
	for i := range r.Columns {
		f.Columns = append(f.Columns, column(&r.Columns[i], f))
	}
	return f
}

// column returns how the cells of a column are read; file says it where the column does not.
func column(c *jobfile.Column, file cell.Forms) cell.Column {
	is := cell.Column{Name: c.Name, Numbers: file.Numbers, Dates: file.Dates}
	switch {
	case c.Kind == jobfile.NumberColumn:
		is.Kind = cell.Number
		if c.Form.Value != "" {
			is.Numbers = numberForm(c.Form)
		}
	case c.Kind == jobfile.DateColumn:
		is.Kind = cell.Date
		if c.Form.Value != "" {
			is.Dates = dateForm(c.Form)
		}
	case c.Kind == jobfile.YesNoColumn:
		is.Kind = cell.YesNo
	case c.Kind == jobfile.TextColumn, c.OneOf != nil:
		is.Kind = cell.Text
	}
	return is
}

// numberForm returns a form that the job file was checked to have; the zero form for none.
func numberForm(t jobfile.Text) cell.NumberForm {
	f, _ := cell.ParseNumberForm(t.Value) // "" gives the zero form and an error
	return f
}

func dateForm(t jobfile.Text) cell.DateForm {
	f, _ := cell.ParseDateForm(t.Value) // likewise
	return f
}
