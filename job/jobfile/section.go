package jobfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// keys are the keys of a section.
type keys struct {
	known []string
	later []string // of the design, but not built yet
	shape string   // how the group is written, told to who wrote something else; "" where it is plain
}

// sections has the keys of every section, by its path; "" is the whole file.
// Those of message.headers are free.
var sections = map[string]keys{
	"": {
		known: []string{"version", "name", "recipients", "message", "server", "delivery", "results"},
		later: []string{"include"},
	},
	"recipients": {
		known: []string{"file", "email", "name", "key", "delimiter", "encoding", "where", "suppress", "duplicates"},
	},
	"message": {
		known: []string{
			"from", "envelope_from", "sender", "reply_to", "cc", "bcc", "subject", "text", "html", "include", "inline", "attachments",
			"attachments_from", "headers", "unsubscribe", "list_id", "auto_submitted", "in_reply_to", "dkim",
		},
	},
	"message.text":        {known: []string{"inline"}},
	"message.html":        {known: []string{"inline"}},
	"message.attachments": {known: []string{"file", "name", "type", "unique", "must_contain", "on_missing"}},
	"message.unsubscribe": {
		known: []string{"url", "mailto", "one_click"},
		shape: `write {url: "https://…"}, {mailto: …}, or both`,
	},
	"message.dkim": {known: []string{"domain", "selector", "key"}},
	dkimKeyPath:    {known: []string{"env", "file", "command"}},
	"server": {
		known: []string{"host", "port", "tls", "username", "password", "auth", "hello", "ca", "client_certificate", "allow_plaintext_auth", "timeouts", "pipelining"},
	},
	passwordPath:                {known: []string{"env", "file", "command"}},
	"server.client_certificate": {known: []string{"cert", "key"}},
	"server.timeouts":           {known: []string{"connect", "reply", "final"}},
	"delivery": {
		known: []string{"workers", "rate", "retry", "give_up_after", "keep_transcripts"},
		later: []string{"per_session"},
	},
	"delivery.retry": {known: []string{"attempts", "wait", "max_wait"}},
}

// The places of secrets. What stands below them may be the secret itself.
const (
	passwordPath = "server.password"
	dkimKeyPath  = "message.dkim.key"
)

func secretPath(path string) bool { return path == passwordPath || path == dkimKeyPath }

// A section is a group of keys.
type section struct {
	d      *decoder
	path   string
	line   int
	fields map[string]field
	broken bool // it is none, and the problem is told

	strange bool            // it has an unknown key
	excused map[string]bool // keys that are not missing: something else was written for them
}

// section reads the keys of f, which is to be a group of those in sections.
func (f field) section() section {
	s := section{d: f.d, path: f.path, line: f.line, fields: map[string]field{}, excused: map[string]bool{}}
	if f.node.Kind != yaml.MappingNode && f.usable() {
		what := fmt.Sprintf("`%s` must be", f.key)
		if f.path == "" {
			what = "a job file is"
		}
		f.d.add(f.line, fmt.Sprintf("%s a group of keys, not %s", what, kindOf(f.node)), sections[f.path].shape)
	}
	if f.node.Kind != yaml.MappingNode || !f.usable() {
		s.broken = true
		return s
	}
	all := sections[f.path]
	for sub := range f.pairs() {
		switch {
		case slices.Contains(all.later, sub.key):
			f.d.add(sub.line, fmt.Sprintf("`%s` is not supported yet", sub.key), "")
		case !slices.Contains(all.known, sub.key):
			s.unknown(sub)
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

// pairs yields the keys of a mapping that are words, in the order of the file.
func (f field) pairs() func(yield func(field) bool) {
	return func(yield func(field) bool) {
		c := f.node.Content
		for i := 0; i+1 < len(c); i += 2 {
			sub := field{d: f.d, key: c[i].Value, line: c[i].Line, node: c[i+1]}
			switch {
			case c[i].Kind == yaml.AliasNode || c[i].Anchor != "":
				f.d.add(sub.line, anchorText, anchorHint)
			case c[i].ShortTag() == "!!merge":
				f.d.add(sub.line, "merge keys (`<<`) are not supported", "")
			case c[i].Kind != yaml.ScalarNode || c[i].Style&yaml.TaggedStyle != 0:
				f.d.add(sub.line, "a key must be a word", "a value that begins with { or [ needs quotes")
			default:
				sub.path = strings.TrimPrefix(f.path+"."+sub.key, ".")
				if !yield(sub) {
					return
				}
			}
		}
	}
}

// unknown notes that there is no such key, and which was meant.
func (s *section) unknown(sub field) {
	s.strange = true
	all := sections[s.path]
	meant := closest(sub.key, slices.Concat(all.known, all.later))
	text, hint := fmt.Sprintf("unknown key in `%s`", s.key()), "" // the key may be the secret itself
	if !secretPath(s.path) {
		word := leadingWord(sub.key)
		text = fmt.Sprintf("unknown key `%s`", word)
		if word != sub.key {
			hint = "write `key: value`, with a space after the colon"
			s.excused[strings.TrimSuffix(word, "…")] = true
		}
	}
	home := homeOf(sub.key)
	switch {
	case s.path == "message.text" || s.path == "message.html":
		hint = fmt.Sprintf("write the path as `%[1]s: letter.%[2]s`, or the text itself as `%[1]s: {inline: …}`", s.key(), strings.Replace(s.key(), "text", "txt", 1))
		s.excused["inline"] = true
	case meant != "":
		text += fmt.Sprintf("; did you mean `%s`?", meant)
		s.excused[meant] = true
	case home != "" && !secretPath(s.path):
		text += fmt.Sprintf("; it belongs in `%s`", home)
	default:
		hint = cmp.Or(hint, "the keys here are "+strings.Join(all.known, ", "))
	}
	s.d.add(sub.line, text, hint)
}

// key is the key of the section itself.
func (s *section) key() string { return s.path[strings.LastIndexByte(s.path, '.')+1:] }

// leadingWord is what of a key can be told: where the space after the colon
// is lacking, the value is part of the key and may be a password.
func leadingWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !only(string(r), "_-.") })
	if end < 0 {
		return s
	}
	return s[:end] + "…"
}

// get gives the usable field of a key. A key that is not given is a problem if
// it is needed.
func (s section) get(key string, needed bool) (field, bool) {
	f, ok := s.fields[key]
	if ok {
		return f, f.usable()
	}
	if needed && !s.broken && !s.excused[key] {
		s.d.missing(s.line, strings.TrimPrefix(s.path+"."+key, "."), "")
	}
	return field{}, false
}

// plain reads the optional text of a key.
func (s section) plain(key string, dst *string) {
	if f, ok := s.get(key, false); ok {
		if v, ok := f.plain(); ok {
			*dst = v
		}
	}
}

// duration reads the optional time of a key.
func (s section) duration(key string, dst *time.Duration, least time.Duration) {
	if f, ok := s.get(key, false); ok {
		f.duration(dst, least)
	}
}
