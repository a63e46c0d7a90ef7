package jobfile

import (
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/job/header"
	"mailshot/job/jobfile/keys"
)

// fixed reports whether a text is the same for every row, so that it can be checked at once.
func (t Text) fixed() bool {
	return strings.TrimSpace(t.Value) != "" && !strings.Contains(t.Value, "{{")
}

// mailboxes reads templates of lists of mailboxes: one text, or several.
func (s section) mailboxes(key string, dst *[]Text) {
	f, ok := s.get(key, keys.Template)
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

// checked reads a template whose text, where it is the same for every row, has to pass a check.
func (s section) checked(key string, dst *Text, check func(string) error) {
	f, ok := s.get(key, keys.Template)
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

// headerFields decodes the header fields that mailing lists and mail programs look at.
func (d *decoder) headerFields(s section, m *Message) {
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
	s.word("auto_submitted", &m.AutoSubmitted)
	if f, ok := s.get("unsubscribe", keys.Group); ok {
		d.unsubscribe(f, &m.Unsubscribe)
	}
}
