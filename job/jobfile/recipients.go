package jobfile

import (
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// recipients decodes where the rows are: the path of their file, or a group of keys.
func (d *decoder) recipients(f field, r *Recipients) {
	s := d.absent(f.decl)
	if f.node.Kind != yaml.ScalarNode {
		s = f.section()
	} else if v, ok := f.fixedPath(); ok {
		r.File = v
		d.lines["recipients.file"] = f.line
	}
	s.file("file", &r.File)
	s.plain("email", &r.Email)
	s.plain("name", &r.Name)
	s.plain("key", &r.Key)
	s.plain("encoding", &r.Encoding)
	s.word("delimiter", &r.Delimiter)
	s.template("where", &r.Where)
	if f, ok := s.get("suppress", keys.Group); ok {
		for _, item := range f.items() {
			r.Suppress = append(r.Suppress, item.suppressList())
		}
	}
	s.form("numbers", &r.Numbers, checkNumbers)
	s.form("dates", &r.Dates, checkDates)
	s.count("expect", &r.Expect)
	if f, ok := s.duration("max_age", &r.MaxAge); ok && r.File == "-" {
		f.refuse("is for a file, and standard input has no age")
	}
	if f, ok := s.get("columns", keys.Names); ok {
		r.Columns = d.columns(f)
	}
	f, given := s.word("duplicates", &r.Duplicates)
	switch _, keyed := s.find("key", keys.Text); {
	case keyed && !given:
		r.Duplicates = "all"
	case r.Duplicates == "all" && !keyed:
		f.refuseHint("name a column that tells the rows apart: `key`", "can be `all` only with `key`")
	}
}
