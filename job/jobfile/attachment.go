package jobfile

import (
	"mime"
	"strings"

	"gopkg.in/yaml.v3"
)

// items are the elements of a list, or the value itself where it is no list.
func (f field) items() []field {
	nodes := []*yaml.Node{f.node}
	if f.node.Kind == yaml.SequenceNode {
		nodes = f.node.Content
	}
	items := make([]field, len(nodes))
	for i, n := range nodes {
		items[i] = field{d: f.d, key: f.key, path: f.path, line: n.Line, node: n}
	}
	return items
}

// attachments decodes the files that go with the message, and the directory
// that those of a row may lie in.
func (d *decoder) attachments(s section, m *Message) {
	perRow := false
	if f, ok := s.get("attachments", false); ok {
		for _, item := range f.items() {
			a := d.attachment(item)
			m.Attachments = append(m.Attachments, a)
			perRow = perRow || a.PerRow
		}
	}
	if f, ok := s.get("attachments_from", false); ok {
		m.AttachmentsFrom, ok = f.fixedPath()
		if ok && !perRow {
			f.refuseHint("paths are relative to the job file, whatever stands here", "is for attachments whose path is a template, and there are none")
		}
	}
}

// attachment is the path of a file, or a group of keys with the path and more.
func (d *decoder) attachment(f field) Attachment {
	a := Attachment{OnMissing: "error", Line: f.line}
	if f.node.Kind != yaml.MappingNode || isUnquotedTemplate(f.node) {
		a.setFile(f)
		return a
	}
	s := f.section()
	if f, ok := s.get("file", true); ok {
		a.setFile(f)
	}
	if f, ok := s.get("name", false); ok {
		a.Name = f.filled()
	}
	if f, ok := s.get("type", false); ok {
		a.Type = f.mediaType()
	}
	if f, ok := s.get("unique", false); ok {
		f.truth(&a.Unique)
		a.ofRows(f, a.Unique)
	}
	if f, ok := s.get("must_contain", false); ok {
		a.MustContain = f.filled()
		a.ofRows(f, true)
	}
	if f, ok := s.get("on_missing", false); ok {
		f.oneOf(&a.OnMissing, "error", "skip-row")
		a.ofRows(f, a.OnMissing != "error")
	}
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
		f.refuseHint("a path such as invoices/{{.member_id}}.pdf names a file for each row", "is for a file of each row, and %s is one for all", show(a.File.Value))
	}
}

// mediaType is a type that an attachment can have: one of its own, and not one
// that mailshot makes.
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

// inlineFiles are the files that the HTML shows, by the names that it has for
// them.
func (d *decoder) inlineFiles(f field) []InlineFile {
	if f.node.Kind != yaml.MappingNode {
		f.refuseHint("write {logo: logo.png}, and <img src=\"cid:logo\"> in the HTML", "must be a group of names and paths, not %s", kindOf(f.node))
		return nil
	}
	var files []InlineFile
	lines := map[string]int{}
	for sub := range f.pairs() {
		if first, ok := lines[sub.key]; ok {
			sub.refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[sub.key] = sub.line
		if !only(sub.key, "._-") || len(sub.key) > maxName || strings.Trim(sub.key, ".") != sub.key || strings.Contains(sub.key, "..") {
			sub.d.add(sub.line, show(sub.key)+" can't name an inline file", "a name has letters, digits, `-` and `_`, as in cid:logo; dots only between them")
			continue
		}
		if path, ok := sub.fixedPath(); ok {
			d.lines[sub.path] = sub.line
			files = append(files, InlineFile{ID: sub.key, File: Text{Value: path, Line: sub.line}})
		}
	}
	return files
}
