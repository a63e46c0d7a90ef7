package jobfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// A section is a group of keys.
type section struct {
	d      *decoder
	decl   *keys.Key
	path   string
	line   int
	fields map[string]field // those that are declared
	broken bool             // it is none: not given, or the problem is told

	strange bool            // it has an unknown key
	excused map[string]bool // keys that are not missing: something else was written for them
}

// section reads the keys of f, which is to be a group of those that are declared for it.
func (f field) section() section {
	s := section{d: f.d, decl: f.decl, path: f.path, line: f.line}
	s.fields, s.excused = map[string]field{}, map[string]bool{}
	if f.node.Kind != yaml.MappingNode && f.usable() {
		what := fmt.Sprintf("`%s` must be", f.key)
		if f.path == "" {
			what = "a job file is"
		}
		f.d.add(f.line, fmt.Sprintf("%s a group of keys, not %s", what, kindOf(f.node)), f.decl.Hint)
	}
	if f.node.Kind != yaml.MappingNode || !f.usable() {
		s.broken = true
		return s
	}
	for sub := range f.pairs() {
		switch {
		case sub.decl == nil:
			s.unknown(sub)
		case sub.decl.Later:
			f.d.add(sub.line, fmt.Sprintf("`%s` is not supported yet", sub.key), "")
		default:
			if first, ok := s.fields[sub.key]; ok {
				sub.refuse("is given twice; the first is in line %d", first.line)
				continue
			}
			s.fields[sub.key] = sub
			f.d.lines[sub.path] = sub.line
		}
	}
	return s
}

// unknown notes that there is no such key, and which was meant.
func (s *section) unknown(sub field) {
	s.strange = true
	known := s.decl.Known()
	meant := closest(sub.key, slices.Concat(known, s.decl.Planned()))
	text, hint := fmt.Sprintf("unknown key in `%s`", s.key()), "" // the key may be the secret itself
	if !s.decl.Secret {
		word := leadingWord(sub.key)
		text = fmt.Sprintf("unknown key `%s`", word)
		if word != sub.key {
			hint = "write `key: value`, with a space after the colon"
			s.excused[strings.TrimSuffix(word, "…")] = true
		}
	}
	home := homeOf(s.d.keys, sub.key)
	switch {
	case s.path == "message.text" || s.path == "message.html":
		hint = fmt.Sprintf("write the path as `%[1]s: letter.%[2]s`, or the text itself as `%[1]s: {inline: …}`",
			s.key(), strings.Replace(s.key(), "text", "txt", 1))
		s.excused["inline"] = true
	case meant != "":
		text += fmt.Sprintf("; did you mean `%s`?", meant)
		s.excused[meant] = true
	case home != "" && !s.decl.Secret:
		text += fmt.Sprintf("; it belongs in `%s`", home)
	default:
		hint = cmp.Or(hint, "the keys here are "+strings.Join(known, ", "))
	}
	s.d.add(sub.line, text, hint)
}

// key returns the key of the section itself.
func (s *section) key() string { return s.path[strings.LastIndexByte(s.path, '.')+1:] }

// leadingWord returns what of a key can be told: where the space after the colon is lacking, the
// value is part of the key and may be a password.
func leadingWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !only(string(r), "_-.") })
	if end < 0 {
		return s
	}
	return s[:end] + "…"
}

// counted reports whether the section has as many keys as are declared for it.
func (s section) counted() bool {
	n := len(s.fields)
	return n >= s.decl.Min && (s.decl.Max == 0 || n <= s.decl.Max)
}
