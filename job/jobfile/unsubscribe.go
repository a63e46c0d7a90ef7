package jobfile

import (
	"strings"

	"mailshot/job/header"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// unsubscribe decodes how to get off the list. It comes after dkim, which one_click needs.
func (d *decoder) unsubscribe(f fields.Field, u *Unsubscribe) {
	s := f.Section()
	s.Truth("one_click", &u.OneClick)
	checkedIn(s, "url", &u.URL, func(v string) error { return header.CheckURL(v, u.OneClick) })
	if u.OneClick && notHTTPS(u.URL.Value) {
		s.Fields["url"].Refuse("has to begin with https://")
	}
	checkedIn(s, "mailto", &u.Mailto, func(v string) error {
		_, err := header.Mailto(v)
		return err
	})
	if !s.Counted() && !s.Broken && !s.Strange {
		f.Refuse("needs `url` or `mailto`")
	}
	if !u.OneClick {
		return
	}
	one, _ := s.Find("one_click", keys.Bool)
	if _, given := s.Fields["url"]; !given && !s.Excused["url"] {
		one.Refuse("needs an https `url`, which mail programs post to")
	}
	if d.Lines["message.dkim"] == 0 {
		one.RefuseHint("add a `dkim` section, or leave `one_click` out",
			"needs a DKIM signature over the fields, without which nobody heeds it")
	}
}

// notHTTPS reports whether a template begins with a text that no https URL begins with.
func notHTTPS(url string) bool {
	const scheme = "https://"
	prefix, _, found := strings.Cut(strings.ToLower(url), "{{")
	return found && !strings.HasPrefix(scheme, prefix) && !strings.HasPrefix(prefix, scheme)
}
