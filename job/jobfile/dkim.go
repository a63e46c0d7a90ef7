package jobfile

import (
	"strings"

	"mailshot/job/address"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// dkim decodes who signs. Key and domain are held against each other and against From by those who
// read the key.
func (d *decoder) dkim(s fields.Section, m *Message) {
	if f, ok := s.Get("domain", keys.Text); ok {
		m.DKIM.Domain = domainIn(f)
	}
	if m.DKIM.Domain == "" && m.FromVaries && !s.Broken {
		d.Add(s.Line, "`dkim` needs a `domain`, as `from` is a template", "name the domain that signs, which is that of every From, or one above it")
	}
	if f, ok := s.Get("selector", keys.Text); ok {
		m.DKIM.Selector = selectorIn(f)
	}
	if f, ok := s.Get("key", keys.Group); ok {
		m.DKIM.Key = secretIn(f)
	}
}

// domainIn returns a domain name as ASCII.
func domainIn(f fields.Field) string {
	s, ok := f.Plain()
	if !ok {
		return ""
	}
	domain, err := address.Domain(s)
	if err != nil {
		f.Wrong(err)
	}
	return domain
}

// selectorIn returns one or more labels of a domain name (RFC 6376, section 3.1).
func selectorIn(f fields.Field) string {
	s, ok := f.Plain()
	if !ok {
		return ""
	}
	for label := range strings.SplitSeq(s, ".") {
		if !fields.Only(label, "-_") || label == "" || len(label) > 63 || strings.Trim(label, "-") != label {
			f.Refuse("must be letters, digits and `-`, as in s2026, not %s", fields.Show(s))
			break
		}
	}
	return s
}
