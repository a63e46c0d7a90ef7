package fields

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// A Section is a group of keys.
type Section struct {
	d      *Reader
	Decl   *keys.Key
	Path   string
	Line   int
	Fields map[string]Field // those that are declared
	Broken bool             // it is none: not given, or the problem is told

	Strange bool            // it has an unknown key
	Excused map[string]bool // keys that are not missing: something else was written for them
}

// Section reads the keys of f, which is to be a group of those that are declared for it.
func (f Field) Section() Section {
	s := Section{d: f.d, Decl: f.Decl, Path: f.Path, Line: f.Line}
	s.Fields, s.Excused = map[string]Field{}, map[string]bool{}
	if f.Node.Kind != yaml.MappingNode && f.Usable() {
		what := fmt.Sprintf("`%s` must be", f.Key)
		if f.Path == "" {
			what = "a job file is"
		}
		f.d.Add(f.Line, fmt.Sprintf("%s a group of keys, not %s", what, KindOf(f.Node)), f.Decl.Hint)
	}
	if f.Node.Kind != yaml.MappingNode || !f.Usable() {
		s.Broken = true
		return s
	}
	for sub := range f.Pairs() {
		switch {
		case sub.Decl == nil:
			s.unknown(sub)
		case sub.Decl.Later:
			f.d.Add(sub.Line, fmt.Sprintf("`%s` is not supported yet", sub.Key), "")
		default:
			if first, ok := s.Fields[sub.Key]; ok {
				sub.Refuse("is given twice; the first is in line %d", first.Line)
				continue
			}
			s.Fields[sub.Key] = sub
			f.d.Lines[sub.Path] = sub.Line
		}
	}
	return s
}

// unknown notes that there is no such key, and which was meant.
func (s *Section) unknown(sub Field) {
	s.Strange = true
	known := s.Decl.Known()
	meant := Closest(sub.Key, slices.Concat(known, s.Decl.Planned()))
	// The key may be the secret itself.
	text, hint := fmt.Sprintf("unknown key in `%s`", s.key()), ""
	if !s.Decl.Secret {
		word := LeadingWord(sub.Key)
		text = fmt.Sprintf("unknown key `%s`", word)
		if word != sub.Key {
			hint = "write `key: value`, with a space after the colon"
			s.Excused[strings.TrimSuffix(word, "…")] = true
		}
	}
	home := homeOf(s.d.keys, sub.Key)
	switch {
	case s.Path == "message.text" || s.Path == "message.html":
		hint = fmt.Sprintf("write the path as `%[1]s: letter.%[2]s`, or the text itself as `%[1]s: {inline: …}`",
			s.key(), strings.Replace(s.key(), "text", "txt", 1))
		s.Excused["inline"] = true
	case meant != "":
		text += fmt.Sprintf("; did you mean `%s`?", meant)
		s.Excused[meant] = true
	case home != "" && !s.Decl.Secret:
		text += fmt.Sprintf("; it belongs in `%s`", home)
	default:
		hint = cmp.Or(hint, "the keys here are "+strings.Join(known, ", "))
	}
	s.d.Add(sub.Line, text, hint)
}

// key returns the key of the section itself.
func (s *Section) key() string { return s.Path[strings.LastIndexByte(s.Path, '.')+1:] }

// LeadingWord returns what of a key can be told: where the space after the colon is lacking, the
// value is part of the key and may be a password.
func LeadingWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !Only(string(r), "_-.") })
	if end < 0 {
		return s
	}
	return s[:end] + "…"
}

// Counted reports whether the section has as many keys as are declared for it.
func (s Section) Counted() bool {
	n := len(s.Fields)
	return n >= s.Decl.Min && (s.Decl.Max == 0 || n <= s.Decl.Max)
}
