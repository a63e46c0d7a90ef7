package jobfile

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/address"
	"mailshot/job/jobfile/keys"
)

// message decodes what is sent.
func (d *decoder) message(s section, m *Message) {
	from, _ := s.get("from", keys.Mailbox)
	from.from(m)
	m.EnvelopeFrom.Address = m.From.Address
	if f, ok := s.get("envelope_from", keys.Address); ok {
		if box, ok := f.mailbox(); ok {
			m.EnvelopeFrom = box
			if box.Name != "" {
				f.refuse("takes an address without a name")
			}
		}
	}
	if _, given := s.fields["envelope_from"]; !given || m.EnvelopeFrom != (address.Mailbox{}) {
		from.envelope(m)
	}
	s.template("subject", &m.Subject)
	s.template("language", &m.Language)
	d.texts(s, m)
	d.attachments(s, m)
	d.dkim(s.group("dkim"), m)
	d.headerFields(s, m)
	if f, ok := s.get("headers", keys.Names); ok {
		m.Headers = d.headers(f)
		d.once(m)
	}
}

// texts decodes the letter itself: a text, HTML, or both.
func (d *decoder) texts(s section, m *Message) {
	html, ok := s.get("html", keys.Group)
	if ok {
		m.HTML = d.template(html)
	}
	text, ok := s.get("text", keys.Group)
	if ok {
		m.Text = d.template(text)
	}
	_, hasText := s.fields["text"]
	_, hasHTML := s.fields["html"]
	if !hasText && !hasHTML && !s.excused["html"] {
		s.need("text")
	}
	if f, ok := s.get("calendar", keys.Group); ok {
		m.Calendar = f.calendar()
	}
	s.files("include", &m.Include)
	if f, ok := s.get("inline", keys.Names); ok {
		m.Inline = d.inlineFiles(f)
		if !hasHTML && len(m.Inline) > 0 {
			f.refuse("is for the HTML, and there is no `html`")
		}
	}
}

// template returns the path of a template file, or the template itself from a group of keys.
func (d *decoder) template(f field) Template {
	if f.node.Kind == yaml.MappingNode {
		return f.section().inline()
	}
	path, ok := f.template()
	switch {
	case !ok:
	case strings.TrimSpace(path.Value) == "":
		f.refuse("is empty")
	case strings.Contains(path.Value, "\n"):
		f.refuseHint(fmt.Sprintf("write the text itself as `inline` below `%s`", f.key),
			"must be the path of a template file, not the text itself")
	}
	return Template{File: path}
}

// calendar returns the template of the calendar, whose path is none.
func (f field) calendar() Template {
	if f.node.Kind == yaml.MappingNode {
		return f.section().inline()
	}
	path, ok := f.fixedPath()
	if !ok {
		return Template{}
	}
	return Template{File: Text{Value: path, Line: f.line}}
}

// inline returns the template that is written in the job file.
func (s section) inline() Template {
	f, ok := s.get("inline", keys.Template)
	if !ok {
		return Template{}
	}
	text, ok := f.freeText()
	if !ok {
		return Template{}
	}
	if strings.TrimSpace(text) == "" {
		f.refuse("is empty")
	}
	return Template{Inline: Text{Value: text, Line: f.textLine()}}
}
