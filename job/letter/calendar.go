package letter

import (
	"fmt"

	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/template"
	"mailshot/transport/message"
)

// newCalendar parses the calendar of a job; nil is none.
func newCalendar(j *jobfile.Job, f *attachment.Files, c template.Config) (*template.Calendar, error) {
	t := j.Message.Calendar
	if t.IsZero() {
		return nil, nil
	}
	src, path := bodySources(j, "calendar", t)
	if path.Text != "" {
		data, err := f.Shared(j.Resolve(path.Text))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", j.Path, t.File.Line, err)
		}
		src = template.Source{Name: path.Text, Text: string(data)}
	}
	return template.ParseCalendar(src, c)
}

// calendarPart returns the calendar of a row: its method is that of its type, and mail programs
// offer to answer it only where it is no attachment (RFC 6047, section 2.4).
func calendarPart(r *template.CalendarRenderer, row template.Row) (message.Part, error) {
	o, err := r.Render(row)
	if err != nil {
		return message.Part{}, err
	}
	return message.Part{Type: "text/calendar", Params: map[string]string{"method": o.Method}, Text: o.Text}, nil
}
