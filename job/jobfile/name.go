package jobfile

import (
	"fmt"
	"path/filepath"
	"strings"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

const maxName = 100

// nameRule is what validName asks for, in words.
const nameRule = "at most %d letters, digits, `.`, `-` and `_`, the first no `.` or `-`"

// name decodes what the job is called.
func (d *decoder) name(s fields.Section, j *Job) {
	rule := fmt.Sprintf(nameRule, maxName)
	if f, ok := s.Get("name", keys.Text); ok {
		if name, ok := f.Plain(); ok {
			if !validName(name) {
				f.Refuse("must be %s; not %s", rule, fields.Show(name))
			}
			j.Name = name
		}
		return
	}
	j.Name = defaultName(j.Path)
	if _, given := s.Fields["name"]; !given && !validName(j.Name) {
		d.Add(0, fmt.Sprintf("the job cannot be named %s after its file: a name is %s", fields.Show(j.Name), rule),
			"set `name` in the job file")
	}
}

// defaultName returns the name of a job whose file does not give one.
func defaultName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// validName reports whether a job may be named s: its run ids and the names of its files begin with
// s.
func validName(s string) bool {
	return s != "" && len(s) <= maxName && fields.Only(s, ".-_") && s[0] != '.' && s[0] != '-'
}
