package jobfile

import (
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
	"mailshot/job/secret"
)

// secret decodes where a secret is; it may be asked for if that is declared. No message repeats any
// of it: what stands here may be the secret itself.
func (f field) secret() secret.Source {
	src := secret.Source{Line: f.line}
	ask, hint := f.decl.Short != nil, f.decl.Hint
	n := f.node
	odd := n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "ask" && !odd:
		if src.Ask = ask; !ask {
			f.refuseHint(hint, "is never asked for")
		}
		return src
	case odd, n.Kind == yaml.ScalarNode && !isNull(n), isUnquotedTemplate(n):
		f.refuseHint(hint, "must not be written in the job file")
		return src
	case n.Kind != yaml.MappingNode && ask:
		f.refuseHint(hint, "must be `ask` or say where the password is")
		return src
	case n.Kind != yaml.MappingNode:
		f.refuseHint(hint, "must say where the key is")
		return src
	}
	s := f.section()
	if !s.counted() {
		if !s.strange {
			f.refuseHint(hint, "must have one of `env`, `file` and `command`")
		}
		return src
	}
	if f, ok := s.get("env", keys.Text); ok {
		src.Env = f.variable()
	}
	s.file("file", &src.File)
	if f, ok := s.get("command", keys.Text); ok {
		src.Command = f.command()
	}
	return src
}

// variable returns the name of an environment variable.
func (f field) variable() string {
	s, ok := f.plain()
	if ok && (!only(s, "_") || only(s[:1], "") && '0' <= s[0] && s[0] <= '9') {
		f.refuse("must be the name of an environment variable: letters, digits and `_`, without a `$`")
	}
	return s
}

// command returns a program with its arguments.
func (f field) command() []string {
	if f.node.Kind != yaml.SequenceNode {
		f.refuseHint(f.decl.Hint, "must be a list, not %s", kindOf(f.node))
		return nil
	}
	var argv []string
	for _, word := range f.items() {
		if !word.usable() {
			return nil
		}
		if word.node.Kind != yaml.ScalarNode || strings.ContainsRune(word.node.Value, 0) {
			word.refuse("must be a list of words")
			return nil
		}
		argv = append(argv, word.node.Value)
	}
	if len(argv) == 0 || argv[0] == "" {
		f.refuse("is empty")
		return nil
	}
	return argv
}
