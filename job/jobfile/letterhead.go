package jobfile

import (
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/job/header"
)

// fixed reports whether a text is the same for every row, so that it can be
// checked at once.
func (t Text) fixed() bool {
	return strings.TrimSpace(t.Value) != "" && !strings.Contains(t.Value, "{{")
}

// mailboxes are templates of lists of mailboxes: one text, or several.
func (s section) mailboxes(key string, dst *[]Text) {
	f, ok := s.get(key, false)
	if !ok {
		return
	}
	for _, item := range f.items() {
		t := item.filled()
		if t.fixed() {
			if _, err := address.ParseList(t.Value); err != nil {
				hint := ""
				if strings.Contains(t.Value, ";") {
					hint = "several addresses stand with commas between them"
				}
				item.d.add(item.line, fmt.Sprintf("`%s`: %v", item.key, err), hint)
			}
		}
		*dst = append(*dst, t)
	}
}

// checked is a template whose text, where it is the same for every row, has to
// pass a check.
func (s section) checked(key string, dst *Text, check func(string) error) {
	f, ok := s.get(key, false)
	if !ok {
		return
	}
	*dst = f.filled()
	if dst.fixed() {
		if err := check(dst.Value); err != nil {
			f.wrong(err)
		}
	}
}

// wrong notes what is wrong with the value.
func (f field) wrong(err error) { f.d.add(f.line, fmt.Sprintf("`%s`: %v", f.key, err), "") }

// letterhead decodes the header fields that mailing lists and mail programs
// look at.
func (d *decoder) letterhead(s section, m *Message) {
	s.checked("sender", &m.Sender, func(v string) error {
		_, err := address.ParseMailbox(v)
		return err
	})
	s.mailboxes("reply_to", &m.ReplyTo)
	s.mailboxes("cc", &m.Cc)
	s.mailboxes("bcc", &m.Bcc)
	s.checked("list_id", &m.ListID, func(v string) error {
		_, _, err := header.ListID(v)
		return err
	})
	s.checked("in_reply_to", &m.InReplyTo, func(v string) error {
		_, err := header.MessageID(v)
		return err
	})
	if f, ok := s.get("auto_submitted", false); ok {
		f.oneOf(&m.AutoSubmitted, "no", "auto-generated", "auto-replied")
	}
	if f, ok := s.get("unsubscribe", false); ok {
		d.unsubscribe(f, m)
	}
}

// unsubscribe comes after dkim, which one_click needs.
func (d *decoder) unsubscribe(f field, m *Message) {
	u := &m.Unsubscribe
	s := f.section()
	if f, ok := s.get("one_click", false); ok {
		f.truth(&u.OneClick)
	}
	s.checked("url", &u.URL, func(v string) error { return header.CheckURL(v, u.OneClick) })
	if prefix, _, found := strings.Cut(strings.ToLower(u.URL.Value), "{{"); found && u.OneClick && !strings.HasPrefix("https://", prefix) && !strings.HasPrefix(prefix, "https://") {
		s.fields["url"].refuse("has to begin with https://")
	}
	s.checked("mailto", &u.Mailto, func(v string) error {
		_, err := header.Mailto(v)
		return err
	})
	if len(s.fields) == 0 && !s.broken && !s.strange {
		f.refuse("needs `url` or `mailto`")
	}
	if one := s.fields["one_click"]; u.OneClick {
		if _, given := s.fields["url"]; !given && !s.excused["url"] {
			one.refuse("needs an https `url`, which mail programs post to")
		}
		if d.lines["message.dkim"] == 0 {
			one.refuseHint("add a `dkim` section, or leave `one_click` out", "needs a DKIM signature over the fields, without which nobody heeds it")
		}
	}
}

const dkimKeyHint = "name where it is: {file: dkim.pem}, {env: DKIM_KEY} or {command: [pass, show, dkim]}"

// dkim decodes who signs. Key and domain are held against each other and
// against From by those who read the key.
func (d *decoder) dkim(f field, m *Message) {
	s := f.section()
	if f, ok := s.get("domain", false); ok {
		m.DKIM.Domain = f.domain()
	}
	if f, ok := s.get("selector", true); ok {
		m.DKIM.Selector = f.selector()
	}
	if f, ok := s.get("key", true); ok {
		m.DKIM.Key = f.secret(dkimKeyHint, false)
	}
}

// domain is a domain name, given as ASCII.
func (f field) domain() string {
	s, ok := f.plain()
	if !ok {
		return ""
	}
	domain, err := address.Domain(s)
	if err != nil {
		f.wrong(err)
	}
	return domain
}

// selector is one or more labels of a domain name (RFC 6376, section 3.1).
func (f field) selector() string {
	s, ok := f.plain()
	if !ok {
		return ""
	}
	for label := range strings.SplitSeq(s, ".") {
		if !only(label, "-_") || label == "" || len(label) > 63 || strings.Trim(label, "-") != label {
			f.refuse("must be letters, digits and `-`, as in s2026, not %s", show(s))
			break
		}
	}
	return s
}
