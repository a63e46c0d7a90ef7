package jobfile

import (
	"strings"

	"mailshot/job/header"
	"mailshot/job/jobfile/keys"
)

// unsubscribe decodes how to get off the list. It comes after dkim, which one_click needs.
func (d *decoder) unsubscribe(f field, u *Unsubscribe) {
	s := f.section()
	s.truth("one_click", &u.OneClick)
	s.checked("url", &u.URL, func(v string) error { return header.CheckURL(v, u.OneClick) })
	if u.OneClick && notHTTPS(u.URL.Value) {
		s.fields["url"].refuse("has to begin with https://")
	}
	s.checked("mailto", &u.Mailto, func(v string) error {
		_, err := header.Mailto(v)
		return err
	})
	if !s.counted() && !s.broken && !s.strange {
		f.refuse("needs `url` or `mailto`")
	}
	if !u.OneClick {
		return
	}
	one, _ := s.find("one_click", keys.Bool)
	if _, given := s.fields["url"]; !given && !s.excused["url"] {
		one.refuse("needs an https `url`, which mail programs post to")
	}
	if d.lines["message.dkim"] == 0 {
		one.refuseHint("add a `dkim` section, or leave `one_click` out",
			"needs a DKIM signature over the fields, without which nobody heeds it")
	}
}

// notHTTPS reports whether a template begins with a text that no https URL begins with.
func notHTTPS(url string) bool {
	const scheme = "https://"
	prefix, _, found := strings.Cut(strings.ToLower(url), "{{")
	return found && !strings.HasPrefix(scheme, prefix) && !strings.HasPrefix(prefix, scheme)
}
