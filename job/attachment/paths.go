package attachment

import (
	"strings"

	"mailshot/job/jobfile"
	"mailshot/template"
)

// A pathRenderer renders the templates of a List, for one row at a time. It is not safe for
// concurrent use.
type pathRenderer struct {
	lines *template.LinesRenderer
	lists *template.ListsRenderer // nil: no entry has several files
}

// rowPaths are the lines and lists of one row. They are good until the next row.
type rowPaths struct {
	lines []string
	lists [][]string
}

func (r *pathRenderer) render(row template.Row) (p rowPaths, err error) {
	if p.lines, err = r.lines.Render(row); err != nil || r.lists == nil {
		return p, err
	}
	p.lists, err = r.lists.Render(row)
	return p, err
}

// of returns the paths that an entry has for the row; one that is "" is an error.
func (p rowPaths) of(at *entry) []string {
	paths := []string{""}
	switch {
	case at.shared != nil:
		paths[0] = at.File.Value
	case !at.Several && !(at.Optional && strings.HasSuffix(p.lines[at.path], "/")): // a folder is no name
		paths[0] = p.lines[at.path]
	case at.Several && len(p.lists[at.several]) > 0:
		return p.lists[at.several]
	}
	if paths[0] == "" && at.Optional {
		return nil
	}
	return paths
}

// findBoth finds the folders of several files, whose paths have nothing before their first action:
// the job's directory, and that of attachments_from.
func (at *entry) findBoth(j *jobfile.Job, dirs []rootDir, ids *identities) (err error) {
	if at.folder, err = newFolder(j, "", dirs, ids); err != nil {
		return err
	}
	if from := j.Message.AttachmentsFrom; from != "" {
		at.from, err = newFolder(j, strings.TrimSuffix(from, "/")+"/", dirs, ids)
	}
	return err
}

// folderOf returns the folder that a path is in, if it is in any.
func (at *entry) folderOf(shown string) *folder {
	if at.from.root != nil && strings.HasPrefix(shown, at.from.fixed) {
		return &at.from
	}
	return &at.folder
}
