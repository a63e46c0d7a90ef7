package jobfile

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// inlineFiles decodes the files that the HTML shows, by the names that it has for them.
func (d *decoder) inlineFiles(f field) []InlineFile {
	if f.node.Kind != yaml.MappingNode {
		f.refuseHint("write {logo: logo.png}, and <img src=\"cid:logo\"> in the HTML",
			"must be a group of names and paths, not %s", kindOf(f.node))
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
		if !inlineName(sub.key) {
			d.add(sub.line, show(sub.key)+" can't name an inline file",
				"a name has letters, digits, `-` and `_`, as in cid:logo; dots only between them")
			continue
		}
		if path, ok := sub.plain(); ok {
			d.lines[sub.path] = sub.line
			perRow := strings.Contains(path, "{{")
			files = append(files, InlineFile{ID: sub.key, File: Text{Value: path, Line: sub.line}, PerRow: perRow})
		}
	}
	return files
}

// inlineName reports whether an inline file can be named s.
func inlineName(s string) bool {
	dots := strings.Trim(s, ".") != s || strings.Contains(s, "..")
	return only(s, "._-") && len(s) <= maxName && !dots
}
