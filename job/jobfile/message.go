package jobfile

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/address"
)

func (d *decoder) message(f field, m *Message) {
	s := f.section()
	if f, ok := s.get("from", true); ok {
		m.From, _ = f.mailbox()
		m.EnvelopeFrom.Address = m.From.Address
	}
	if f, ok := s.get("envelope_from", false); ok {
		if box, ok := f.mailbox(); ok {
			m.EnvelopeFrom = box
			if box.Name != "" {
				f.refuse("takes an address without a name")
			}
		}
	}
	if f, ok := s.get("subject", true); ok {
		m.Subject = f.filled()
	}
	d.texts(s, m)
	d.attachments(s, m)
	if f, ok := s.get("dkim", false); ok {
		d.dkim(f, m)
	}
	d.letterhead(s, m)
	if f, ok := s.get("headers", false); ok {
		m.Headers = d.headers(f)
		d.once(m)
	}
}

// texts decodes the letter itself: a text, HTML, or both.
func (d *decoder) texts(s section, m *Message) {
	html, hasHTML := s.get("html", false)
	if hasHTML {
		m.HTML = d.template(html)
	}
	_, given := s.fields["html"]
	if f, ok := s.get("text", !given && !s.excused["html"]); ok {
		m.Text = d.template(f)
	}
	if f, ok := s.get("include", false); ok {
		m.Include = f.fixedPaths()
	}
	if f, ok := s.get("inline", false); ok {
		m.Inline = d.inlineFiles(f)
		if !given && len(m.Inline) > 0 {
			f.refuse("is for the HTML, and there is no `html`")
		}
	}
}

// filled is a template that is not empty.
func (f field) filled() Text {
	t, ok := f.template()
	if ok && strings.TrimSpace(t.Value) == "" {
		f.refuse("is empty")
	}
	return t
}

func (f field) mailbox() (address.Mailbox, bool) {
	s, ok := f.plain()
	if !ok {
		return address.Mailbox{}, false
	}
	if strings.Contains(s, "{{") {
		f.d.add(f.line, fmt.Sprintf("a template in `%s` is not supported yet", f.key), "")
		return address.Mailbox{}, false
	}
	box, err := address.ParseMailbox(s)
	if err != nil {
		f.d.add(f.line, fmt.Sprintf("`%s`: %v", f.key, err), "")
		return address.Mailbox{}, false
	}
	return box, true
}

// template is the path of a template file, or a group with the template itself.
func (d *decoder) template(f field) Template {
	if f.node.Kind == yaml.MappingNode {
		if f, ok := f.section().get("inline", true); ok {
			s, ok := f.freeText()
			if ok && strings.TrimSpace(s) == "" {
				f.refuse("is empty")
			}
			if ok {
				return Template{Inline: Text{Value: s, Line: f.textLine()}}
			}
		}
		return Template{}
	}
	path, ok := f.template()
	switch {
	case !ok:
	case strings.TrimSpace(path.Value) == "":
		f.refuse("is empty")
	case strings.Contains(path.Value, "\n"):
		f.refuseHint(fmt.Sprintf("write the text itself as `inline` below `%s`", f.key), "must be the path of a template file, not the text itself")
	}
	return Template{File: path}
}

// headers are free in their names, but for those that mailshot makes itself.
func (d *decoder) headers(f field) []Header {
	if f.node.Kind != yaml.MappingNode {
		f.refuse("must be a group of keys, not %s", kindOf(f.node))
		return nil
	}
	var headers []Header
	lines := map[string]int{}
	for sub := range f.pairs() {
		lower := strings.ToLower(sub.key)
		if first, ok := lines[lower]; ok {
			sub.refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[lower] = sub.line
		if !headerName(sub.key) {
			d.add(sub.line, fmt.Sprintf("%s is no header name", show(leadingWord(sub.key))), "a name has ASCII characters but no space and no colon")
			continue
		}
		if text, hint := reserved(lower); text != "" {
			sub.refuseHint(hint, "%s", text)
			continue
		}
		if v, ok := sub.template(); ok {
			d.lines[sub.path] = sub.line
			headers = append(headers, Header{Name: sub.key, Value: v})
		}
	}
	return headers
}

// once refuses a header that another key makes too.
func (d *decoder) once(m *Message) {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, "References") && m.InReplyTo.Value != "" {
			d.add(h.Value.Line, fmt.Sprintf("`%s` is made from `in_reply_to`, and may be there only once", h.Name), "leave one of them out")
		}
	}
}

// headerName reports whether s can name a header field: RFC 5322, section 3.6.8.
func headerName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < 33 || r > 126 || r == ':' })
}

// reserved tells why a header, given in lower case, cannot be set, or "".
func reserved(lower string) (text, hint string) {
	switch lower {
	case "to":
		return "is made from the recipients file", "see `recipients.email` and `recipients.name`"
	case "from", "subject", "reply-to", "cc", "bcc", "sender", "list-id", "auto-submitted", "in-reply-to":
		return fmt.Sprintf("has a key of its own: `message.%s`", strings.ReplaceAll(lower, "-", "_")), ""
	case "list-unsubscribe", "list-unsubscribe-post":
		return "has a key of its own: `message.unsubscribe`", ""
	case "date", "message-id", "mime-version", "return-path", "received", "dkim-signature":
		return "cannot be set; mailshot or a server makes it", ""
	}
	if strings.HasPrefix(lower, "content-") || strings.HasPrefix(lower, "resent-") {
		return "cannot be set; mailshot or a server makes it", ""
	}
	return "", ""
}
