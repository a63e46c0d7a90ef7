package jobfile

import (
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// suppressListIn decodes the path of a list of those who get nothing, or a group of keys with the path
// and the column.
func suppressListIn(f fields.Field) (l SuppressList) {
	if f.Node.Kind != yaml.MappingNode || fields.IsUnquotedTemplate(f.Node) {
		l.take(f)
		return l
	}
	s := f.Section()
	if file, ok := s.Get("file", keys.Path); ok {
		l.take(file)
	}
	s.Plain("email", &l.Email)
	return l
}

// take takes the path.
func (l *SuppressList) take(f fields.Field) {
	path, ok := f.FixedPath()
	switch {
	case !ok:
	case path == "-":
		f.Refuse("must be the path of a file, not %s", fields.Show(path))
	default:
		l.Text = Text{Value: path, Line: f.Line}
	}
}
