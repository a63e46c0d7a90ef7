package jobfile

import (
	"mime"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// attachments decodes the files that go with the message, and the directory that those of a row may
// lie in.
func (d *decoder) attachments(s section, m *Message) {
	perRow := false
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
				"is for attachments whose path is a template, and there are none")
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
	if f, ok := s.get("file", keys.Template); ok {
		a.setFile(f)
	}
	s.template("name", &a.Name)
	if f, ok := s.get("type", keys.Text); ok {
		a.Type = f.mediaType()
	}
	if f, ok := s.truth("unique", &a.Unique); ok {
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

// ofRows refuses what only a file of each row can have.
func (a *Attachment) ofRows(f field, asked bool) {
	if asked && a.File.Value != "" && !a.PerRow {
		f.refuseHint("a path such as invoices/{{.member_id}}.pdf names a file for each row",
			"is for a file of each row, and %s is one for all", show(a.File.Value))
	}
}

// mediaType returns a type that an attachment can have: one of its own, and not one that mailshot
// makes.
func (f field) mediaType() string {
	s, ok := f.plain()
	if !ok {
		return ""
	}
	kind, params, err := mime.ParseMediaType(s)
	main, sub, found := strings.Cut(kind, "/")
	switch {
	case err != nil || !found || main == "" || sub == "":
		f.refuse("must be a media type such as application/pdf, not %s", show(s))
	case len(params) > 0:
		f.refuse("must be a media type without parameters, such as %s", kind)
	case main == "multipart":
		f.refuse("must be the type of a file, not %s", show(s))
	}
	return kind
}
