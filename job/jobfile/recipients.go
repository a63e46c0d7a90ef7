package jobfile

import (
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// recipients decodes where the rows are: the path of their file, or a group of keys.
func (d *decoder) recipients(f fields.Field, r *Recipients) {
	s := d.Absent(f.Decl)
	if f.Node.Kind != yaml.ScalarNode {
		s = f.Section()
	} else if v, ok := f.FixedPath(); ok {
		r.File = v
		d.Lines["recipients.file"] = f.Line
	}
	s.File("file", &r.File)
	s.Plain("email", &r.Email)
	s.Plain("name", &r.Name)
	s.Plain("key", &r.Key)
	s.Plain("sheet", &r.Sheet)
	s.Plain("encoding", &r.Encoding)
	s.Word("delimiter", &r.Delimiter)
	s.Number("header", &r.Header)
	s.Template("where", &r.Where)
	if f, ok := s.Get("suppress", keys.Group); ok {
		for _, item := range f.Items() {
			r.Suppress = append(r.Suppress, suppressListIn(item))
		}
	}
	formIn(s, "numbers", &r.Numbers, checkNumbers)
	formIn(s, "dates", &r.Dates, checkDates)
	s.Count("expect", &r.Expect)
	if f, ok := s.Duration("max_age", &r.MaxAge); ok && r.File == "-" {
		f.Refuse("is for a file, and standard input has no age")
	}
	if f, ok := s.Get("columns", keys.Names); ok {
		r.Columns = d.columns(f)
	}
	f, given := s.Word("duplicates", &r.Duplicates)
	switch _, keyed := s.Find("key", keys.Text); {
	case keyed && !given:
		r.Duplicates = "all"
	case r.Duplicates == "all" && !keyed:
		f.RefuseHint("name a column that tells the rows apart: `key`", "can be `all` only with `key`")
	}
}
