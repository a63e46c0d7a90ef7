package jobfile

import (
	"strings"

	"mailshot/job/address"
	"mailshot/job/header"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// isFixed reports whether a text is the same for every row, so that it can be checked at once.
func isFixed(t Text) bool {
	return strings.TrimSpace(t.Value) != "" && !strings.Contains(t.Value, "{{")
}

// mailboxesIn reads templates of lists of mailboxes: one text, or several.
func mailboxesIn(s fields.Section, key string, dst *[]Text) {
	f, ok := s.Get(key, keys.Template)
	if !ok {
		return
	}
	for _, item := range f.Items() {
		t := item.Filled()
		if isFixed(t) {
			if _, err := address.ParseList(t.Value); err != nil {
				hint := ""
				if strings.Contains(t.Value, ";") {
					hint = "several addresses stand with commas between them"
				}
				item.WrongHint(hint, err)
			}
		}
		*dst = append(*dst, t)
	}
}

// checkedIn reads a template whose text, where it is the same for every row, has to pass a check.
func checkedIn(s fields.Section, key string, dst *Text, check func(string) error) {
	f, ok := s.Get(key, keys.Template)
	if !ok {
		return
	}
	*dst = f.Filled()
	if isFixed(*dst) {
		if err := check(dst.Value); err != nil {
			f.Wrong(err)
		}
	}
}

// headerFields decodes the header fields that mailing lists and mail programs look at.
func (d *decoder) headerFields(s fields.Section, m *Message) {
	checkedIn(s, "sender", &m.Sender, func(v string) error {
		_, err := address.ParseMailbox(v)
		return err
	})
	mailboxesIn(s, "reply_to", &m.ReplyTo)
	mailboxesIn(s, "cc", &m.Cc)
	mailboxesIn(s, "bcc", &m.Bcc)
	checkedIn(s, "list_id", &m.ListID, func(v string) error {
		_, _, err := header.ListID(v)
		return err
	})
	checkedIn(s, "in_reply_to", &m.InReplyTo, func(v string) error {
		_, err := header.MessageID(v)
		return err
	})
	s.Word("auto_submitted", &m.AutoSubmitted)
	if f, ok := s.Get("unsubscribe", keys.Group); ok {
		d.unsubscribe(f, &m.Unsubscribe)
	}
}
