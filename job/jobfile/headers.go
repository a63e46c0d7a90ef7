package jobfile

import (
	"fmt"
	"strings"

	"mailshot/job/jobfile/fields"

	"gopkg.in/yaml.v3"
)

// headers decodes further header fields, whose names are free but for those that mailshot makes.
func (d *decoder) headers(f fields.Field) []Header {
	if f.Node.Kind != yaml.MappingNode {
		f.Refuse("must be a group of keys, not %s", fields.KindOf(f.Node))
		return nil
	}
	var headers []Header
	lines := map[string]int{}
	for sub := range f.Pairs() {
		lower := strings.ToLower(sub.Key)
		if first, ok := lines[lower]; ok {
			sub.Refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[lower] = sub.Line
		if !headerName(sub.Key) {
			d.Add(sub.Line, fmt.Sprintf("%s is no header name", fields.Show(fields.LeadingWord(sub.Key))),
				"a name has ASCII characters but no space and no colon")
			continue
		}
		if text, hint := reserved(lower); text != "" {
			sub.RefuseHint(hint, "%s", text)
			continue
		}
		if v, ok := sub.Template(); ok {
			d.Lines[sub.Path] = sub.Line
			headers = append(headers, Header{Name: sub.Key, Value: v})
		}
	}
	return headers
}

// once refuses a header that another key makes too.
func (d *decoder) once(m *Message) {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, "References") && m.InReplyTo.Value != "" {
			d.Add(h.Value.Line, fmt.Sprintf("`%s` is made from `in_reply_to`, and may be there only once", h.Name),
				"leave one of them out")
		}
	}
}

// headerName reports whether s can name a header field (RFC 5322, section 3.6.8).
func headerName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < 33 || r > 126 || r == ':' })
}

// reserved returns why a header, given in lower case, cannot be set, or "".
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
