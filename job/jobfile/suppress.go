package jobfile

import (
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// suppressList decodes the path of a list of those who get nothing, or a group of keys with the path
// and the column.
func (f field) suppressList() (l SuppressList) {
	if f.node.Kind != yaml.MappingNode || isUnquotedTemplate(f.node) {
		l.take(f)
		return l
	}
	s := f.section()
	if file, ok := s.get("file", keys.Path); ok {
		l.take(file)
	}
	s.plain("email", &l.Email)
	return l
}

// take takes the path.
func (l *SuppressList) take(f field) {
	path, ok := f.fixedPath()
	switch {
	case !ok:
	case path == "-":
		f.refuse("must be the path of a file, not %s", show(path))
	default:
		l.Text = Text{Value: path, Line: f.line}
	}
}
