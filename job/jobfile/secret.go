package jobfile

import (
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/secret"
)

const passwordHint = "name where it is: {env: SMTP_PASSWORD}, {file: …}, {command: [pass, show, smtp]} or ask"

// secret decodes where a secret is; with ask it may be asked for. No message
// repeats any of it: what stands here may be the secret itself.
func (f field) secret(hint string, ask bool) secret.Source {
	src := secret.Source{Line: f.line}
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
	if len(s.fields) != 1 {
		if !s.strange {
			f.refuseHint(hint, "must have one of `env`, `file` and `command`")
		}
		return src
	}
	if f, ok := s.get("env", false); ok {
		src.Env = f.variable()
	}
	if f, ok := s.get("file", false); ok {
		src.File, _ = f.fixedPath()
	}
	if f, ok := s.get("command", false); ok {
		src.Command = f.command()
	}
	return src
}

// variable is the name of an environment variable.
func (f field) variable() string {
	s, ok := f.plain()
	if ok && (!only(s, "_") || only(s[:1], "") && '0' <= s[0] && s[0] <= '9') {
		f.refuse("must be the name of an environment variable: letters, digits and `_`, without a `$`")
	}
	return s
}

// command is a program with its arguments.
func (f field) command() []string {
	if f.node.Kind != yaml.SequenceNode {
		f.refuseHint("write each word on its own: [pass, show, smtp]", "must be a list, not %s", kindOf(f.node))
		return nil
	}
	var argv []string
	for _, n := range f.node.Content {
		word := field{d: f.d, key: f.key, path: f.path, line: n.Line, node: n}
		if !word.usable() {
			return nil
		}
		if n.Kind != yaml.ScalarNode || strings.ContainsRune(n.Value, 0) {
			word.refuse("must be a list of words")
			return nil
		}
		argv = append(argv, n.Value)
	}
	if len(argv) == 0 || argv[0] == "" {
		f.refuse("is empty")
		return nil
	}
	return argv
}
