package jobfile

import (
	"strings"

	"mailshot/job/address"
	"mailshot/job/jobfile/keys"
)

// dkim decodes who signs. Key and domain are held against each other and against From by those who
// read the key.
func (d *decoder) dkim(s section, m *Message) {
	if f, ok := s.get("domain", keys.Text); ok {
		m.DKIM.Domain = f.domain()
	}
	if m.DKIM.Domain == "" && m.FromVaries && !s.broken {
		d.add(s.line, "`dkim` needs a `domain`, as `from` is a template", "name the domain that signs, which is that of every From, or one above it")
	}
	if f, ok := s.get("selector", keys.Text); ok {
		m.DKIM.Selector = f.selector()
	}
	if f, ok := s.get("key", keys.Group); ok {
		m.DKIM.Key = f.secret()
	}
}

// domain returns a domain name as ASCII.
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

// selector returns one or more labels of a domain name (RFC 6376, section 3.1).
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
