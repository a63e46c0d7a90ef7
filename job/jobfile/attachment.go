package jobfile

import (
	"mime"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// attachments decodes the files that go with the message, and the directory that those of a row may
// lie in.
func (d *decoder) attachments(s fields.Section, m *Message) {
	perRow := slices.ContainsFunc(m.Inline, func(f InlineFile) bool { return f.PerRow })
	if f, ok := s.Get("attachments", keys.Group); ok {
		for _, item := range f.Items() {
			a := d.attachment(item)
			m.Attachments = append(m.Attachments, a)
			perRow = perRow || a.PerRow
		}
	}
	if f, ok := s.Get("attachments_from", keys.Path); ok {
		m.AttachmentsFrom, ok = f.FixedPath()
		if ok && !perRow {
			f.RefuseHint("paths are relative to the job file, whatever stands here",
				"is for files whose path is a template, and there are none")
		}
	}
}

// attachment decodes the path of a file, or a group of keys with the path and more.
func (d *decoder) attachment(f fields.Field) Attachment {
	a := Attachment{Line: f.Line}
	s := d.Absent(f.Decl)
	if f.Node.Kind != yaml.MappingNode || fields.IsUnquotedTemplate(f.Node) {
		a.setFile(f)
	} else {
		s = f.Section()
	}
	file, single := s.Get("file", keys.Template)
	if single {
		a.setFile(file)
	}
	if f, ok := s.Get("files", keys.Template); ok {
		a.setFiles(f)
		if single {
			f.Refuse("and `file` are two ways to say one thing; write one of them")
		}
	}
	if !single && !a.Several && a.File == (Text{}) && !s.Excused["file"] {
		s.Need("file")
	}
	s.Template("name", &a.Name)
	if f, ok := s.Fields["name"]; ok && a.Several {
		f.Refuse("is for one file, and `files` may be several, which have names of their own")
	}
	if f, ok := s.Truth("optional", &a.Optional); ok {
		a.ofRows(f, a.Optional)
	}
	if f, ok := s.Get("type", keys.Text); ok {
		a.Type, a.TypeParams = mediaTypeIn(f)
	}
	if f, ok := s.Get("unique", keys.Bool); ok {
		uniqueIn(f, &a)
		a.ofRows(f, a.Unique)
	}
	if f, ok := s.Get("must_contain", keys.Template); ok {
		a.MustContain = f.Filled()
		a.ofRows(f, true)
	}
	if f, ok := s.Word("on_missing", &a.OnMissing); ok {
		a.ofRows(f, a.OnMissing != "error")
	}
	s.Duration("max_age", &a.MaxAge)
	return a
}

// setFile takes the path, and what follows from it.
func (a *Attachment) setFile(f fields.Field) {
	path := f.Filled()
	if strings.Contains(path.Value, "\n") {
		f.Refuse("must be the path of a file, in one line")
	}
	a.File, a.PerRow = path, strings.Contains(path.Value, "{{")
	a.Unique = a.PerRow
}

// setFiles takes a template of several paths.
func (a *Attachment) setFiles(f fields.Field) {
	a.File, a.PerRow, a.Several, a.Unique = f.Filled(), true, true, true
	if !strings.Contains(a.File.Value, "{{") {
		f.RefuseHint("files that go to all are a list: attachments: [terms.pdf, map.pdf]",
			"is a template of the files of each row, and has no action")
	}
}

// uniqueIn decodes whether two rows may have one file, or files that are equal.
func uniqueIn(f fields.Field, a *Attachment) {
	if f.Node.Kind == yaml.ScalarNode && f.Node.Value == "content" {
		a.Unique, a.UniqueContent = true, true
		return
	}
	if f.Node.ShortTag() != "!!bool" {
		f.Refuse("must be true, false or content, not %s", fields.ShowNode(f.Node))
		return
	}
	f.Truth(&a.Unique)
}

// ofRows refuses what only a file of each row can have.
func (a *Attachment) ofRows(f fields.Field, asked bool) {
	if asked && a.File.Value != "" && !a.PerRow {
		f.RefuseHint("a path such as invoices/{{.member_id}}.pdf names a file for each row",
			"is for a file of each row, and %s is one for all", fields.Show(a.File.Value))
	}
}

// mediaTypeIn returns a type that an attachment can have, and its parameters: one of its own, and not one
// that mailshot makes.
func mediaTypeIn(f fields.Field) (kind string, params map[string]string) {
	s, ok := f.Plain()
	if !ok {
		return "", nil
	}
	var err error
	kind, params, err = mime.ParseMediaType(s)
	main, sub, found := strings.Cut(kind, "/")
	switch {
	case strings.Contains(s, "{{"):
		f.RefuseHint("files of different types are several attachments, each with optional: true and a path that is blank for the other rows", "can't be a template")
	case err != nil || !found || main == "" || sub == "":
		f.Refuse("must be a media type such as application/pdf, not %s", fields.Show(s))
	case params["name"] != "" || params["boundary"] != "":
		f.RefuseHint("the name that the reader sees is `name`, beside `type`", "can't have the parameters name and boundary")
	case main == "multipart":
		f.Refuse("must be the type of a file, not %s", fields.Show(s))
	}
	if len(params) == 0 {
		return kind, nil
	}
	return kind, params
}
