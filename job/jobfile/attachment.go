package jobfile

import (
	"mime"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// attachments decodes the files that go with the message, and the directory that those of a row may
// lie in.
func (d *decoder) attachments(s section, m *Message) {
	perRow := slices.ContainsFunc(m.Inline, func(f InlineFile) bool { return f.PerRow })
	if f, ok := s.get("attachments", keys.Group); ok {
		for _, item := range f.items() {
			a := d.attachment(item)
			m.Attachments = append(m.Attachments, a)
			perRow = perRow || a.PerRow
		}
	}
	if f, ok := s.get("attachments_from", keys.Path); ok {
		m.AttachmentsFrom, ok = f.fixedPath()
		if ok && !perRow {
			f.refuseHint("paths are relative to the job file, whatever stands here",
				"is for files whose path is a template, and there are none")
		}
	}
}

// attachment decodes the path of a file, or a group of keys with the path and more.
func (d *decoder) attachment(f field) Attachment {
	a := Attachment{Line: f.line}
	s := d.absent(f.decl)
	if f.node.Kind != yaml.MappingNode || isUnquotedTemplate(f.node) {
		a.setFile(f)
	} else {
		s = f.section()
	}
	file, single := s.get("file", keys.Template)
	if single {
		a.setFile(file)
	}
	if f, ok := s.get("files", keys.Template); ok {
		a.setFiles(f)
		if single {
			f.refuse("and `file` are two ways to say one thing; write one of them")
		}
	}
	if !single && !a.Several && a.File == (Text{}) && !s.excused["file"] {
		s.need("file")
	}
	s.template("name", &a.Name)
	if f, ok := s.fields["name"]; ok && a.Several {
		f.refuse("is for one file, and `files` may be several, which have names of their own")
	}
	if f, ok := s.truth("optional", &a.Optional); ok {
		a.ofRows(f, a.Optional)
	}
	if f, ok := s.get("type", keys.Text); ok {
		a.Type, a.TypeParams = f.mediaType()
	}
	if f, ok := s.get("unique", keys.Bool); ok {
		f.unique(&a)
		a.ofRows(f, a.Unique)
	}
	if f, ok := s.get("must_contain", keys.Template); ok {
		a.MustContain = f.filled()
		a.ofRows(f, true)
	}
	if f, ok := s.word("on_missing", &a.OnMissing); ok {
		a.ofRows(f, a.OnMissing != "error")
	}
	s.duration("max_age", &a.MaxAge)
	return a
}

// setFile takes the path, and what follows from it.
func (a *Attachment) setFile(f field) {
	path := f.filled()
	if strings.Contains(path.Value, "\n") {
		f.refuse("must be the path of a file, in one line")
	}
	a.File, a.PerRow = path, strings.Contains(path.Value, "{{")
	a.Unique = a.PerRow
}

// setFiles takes a template of several paths.
func (a *Attachment) setFiles(f field) {
	a.File, a.PerRow, a.Several, a.Unique = f.filled(), true, true, true
	if !strings.Contains(a.File.Value, "{{") {
		f.refuseHint("files that go to all are a list: attachments: [terms.pdf, map.pdf]",
			"is a template of the files of each row, and has no action")
	}
}

// unique decodes whether two rows may have one file, or files that are equal.
func (f field) unique(a *Attachment) {
	if f.node.Kind == yaml.ScalarNode && f.node.Value == "content" {
		a.Unique, a.UniqueContent = true, true
		return
	}
	if f.node.ShortTag() != "!!bool" {
		f.refuse("must be true, false or content, not %s", showNode(f.node))
		return
	}
	f.truth(&a.Unique)
}

// ofRows refuses what only a file of each row can have.
func (a *Attachment) ofRows(f field, asked bool) {
	if asked && a.File.Value != "" && !a.PerRow {
		f.refuseHint("a path such as invoices/{{.member_id}}.pdf names a file for each row",
			"is for a file of each row, and %s is one for all", show(a.File.Value))
	}
}

// mediaType returns a type that an attachment can have, and its parameters: one of its own, and not one
// that mailshot makes.
func (f field) mediaType() (kind string, params map[string]string) {
	s, ok := f.plain()
	if !ok {
		return "", nil
	}
	var err error
	kind, params, err = mime.ParseMediaType(s)
	main, sub, found := strings.Cut(kind, "/")
	switch {
	case strings.Contains(s, "{{"):
		f.refuseHint("files of different types are several attachments, each with optional: true and a path that is blank for the other rows", "can't be a template")
	case err != nil || !found || main == "" || sub == "":
		f.refuse("must be a media type such as application/pdf, not %s", show(s))
	case params["name"] != "" || params["boundary"] != "":
		f.refuseHint("the name that the reader sees is `name`, beside `type`", "can't have the parameters name and boundary")
	case main == "multipart":
		f.refuse("must be the type of a file, not %s", show(s))
	}
	if len(params) == 0 {
		return kind, nil
	}
	return kind, params
}
