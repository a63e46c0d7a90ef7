package jobfile

import (
	"strings"

	"mailshot/job/jobfile/fields"

	"gopkg.in/yaml.v3"
)

// inlineFiles decodes the files that the HTML shows, by the names that it has for them.
func (d *decoder) inlineFiles(f fields.Field) []InlineFile {
	if f.Node.Kind != yaml.MappingNode {
		f.RefuseHint("write {logo: logo.png}, and <img src=\"cid:logo\"> in the HTML",
			"must be a group of names and paths, not %s", fields.KindOf(f.Node))
		return nil
	}
	var files []InlineFile
	lines := map[string]int{}
	for sub := range f.Pairs() {
		if first, ok := lines[sub.Key]; ok {
			sub.Refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[sub.Key] = sub.Line
		if !inlineName(sub.Key) {
			d.Add(sub.Line, fields.Show(sub.Key)+" can't name an inline file",
				"a name has letters, digits, `-` and `_`, as in cid:logo; dots only between them")
			continue
		}
		if path, ok := sub.Plain(); ok {
			d.Lines[sub.Path] = sub.Line
			perRow := strings.Contains(path, "{{")
			files = append(files, InlineFile{ID: sub.Key, File: Text{Value: path, Line: sub.Line}, PerRow: perRow})
		}
	}
	return files
}

// inlineName reports whether an inline file can be named s.
func inlineName(s string) bool {
	dots := strings.Trim(s, ".") != s || strings.Contains(s, "..")
	return fields.Only(s, "._-") && len(s) <= maxName && !dots
}
