package jobfile

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/address"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// message decodes what is sent.
func (d *decoder) message(s fields.Section, m *Message) {
	from, _ := s.Get("from", keys.Mailbox)
	fromIn(from, m)
	m.EnvelopeFrom.Address = m.From.Address
	if f, ok := s.Get("envelope_from", keys.Address); ok {
		if box, ok := f.Mailbox(); ok {
			m.EnvelopeFrom = box
			if box.Name != "" {
				f.Refuse("takes an address without a name")
			}
		}
	}
	if _, given := s.Fields["envelope_from"]; !given || m.EnvelopeFrom != (address.Mailbox{}) {
		envelopeIn(from, m)
	}
	s.Template("subject", &m.Subject)
	s.Template("language", &m.Language)
	d.texts(s, m)
	d.attachments(s, m)
	d.dkim(s.Group("dkim"), m)
	d.headerFields(s, m)
	if f, ok := s.Get("headers", keys.Names); ok {
		m.Headers = d.headers(f)
		d.once(m)
	}
}

// texts decodes the letter itself: a text, HTML, or both.
func (d *decoder) texts(s fields.Section, m *Message) {
	html, ok := s.Get("html", keys.Group)
	if ok {
		m.HTML = d.template(html)
	}
	text, ok := s.Get("text", keys.Group)
	if ok {
		m.Text = d.template(text)
	}
	_, hasText := s.Fields["text"]
	_, hasHTML := s.Fields["html"]
	if !hasText && !hasHTML && !s.Excused["html"] {
		s.Need("text")
	}
	if f, ok := s.Get("calendar", keys.Group); ok {
		m.Calendar = calendarIn(f)
	}
	s.Files("include", &m.Include)
	if f, ok := s.Get("inline", keys.Names); ok {
		m.Inline = d.inlineFiles(f)
		if !hasHTML && len(m.Inline) > 0 {
			f.Refuse("is for the HTML, and there is no `html`")
		}
	}
}

// template returns the path of a template file, or the template itself from a group of keys.
func (d *decoder) template(f fields.Field) Template {
	if f.Node.Kind == yaml.MappingNode {
		return inlineIn(f.Section())
	}
	path, ok := f.Template()
	switch {
	case !ok:
	case strings.TrimSpace(path.Value) == "":
		f.Refuse("is empty")
	case strings.Contains(path.Value, "\n"):
		f.RefuseHint(fmt.Sprintf("write the text itself as `inline` below `%s`", f.Key),
			"must be the path of a template file, not the text itself")
	}
	return Template{File: path}
}

// calendarIn returns the template of the calendar, whose path is none.
func calendarIn(f fields.Field) Template {
	if f.Node.Kind == yaml.MappingNode {
		return inlineIn(f.Section())
	}
	path, ok := f.FixedPath()
	if !ok {
		return Template{}
	}
	return Template{File: Text{Value: path, Line: f.Line}}
}

// inlineIn returns the template that is written in the job file.
func inlineIn(s fields.Section) Template {
	f, ok := s.Get("inline", keys.Template)
	if !ok {
		return Template{}
	}
	text, ok := f.FreeText()
	if !ok {
		return Template{}
	}
	if strings.TrimSpace(text) == "" {
		f.Refuse("is empty")
	}
	return Template{Inline: Text{Value: text, Line: f.TextLine()}}
}
