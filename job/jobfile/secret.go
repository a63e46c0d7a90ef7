package jobfile

import (
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
	"mailshot/job/secret"
)

// secretIn decodes where a secret is; it may be asked for if that is declared. No message repeats any
// of it: what stands here may be the secret itself.
func secretIn(f fields.Field) secret.Source {
	src := secret.Source{Line: f.Line}
	ask, hint := f.Decl.Short != nil, f.Decl.Hint
	n := f.Node
	odd := n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "ask" && !odd:
		if src.Ask = ask; !ask {
			f.RefuseHint(hint, "is never asked for")
		}
		return src
	case odd, n.Kind == yaml.ScalarNode && !fields.IsNull(n), fields.IsUnquotedTemplate(n):
		f.RefuseHint(hint, "must not be written in the job file")
		return src
	case n.Kind != yaml.MappingNode && ask:
		f.RefuseHint(hint, "must be `ask` or say where the password is")
		return src
	case n.Kind != yaml.MappingNode:
		f.RefuseHint(hint, "must say where the key is")
		return src
	}
	s := f.Section()
	if !s.Counted() {
		if !s.Strange {
			f.RefuseHint(hint, "must have one of `env`, `file` and `command`")
		}
		return src
	}
	if f, ok := s.Get("env", keys.Text); ok {
		src.Env = variableIn(f)
	}
	s.File("file", &src.File)
	if f, ok := s.Get("command", keys.Text); ok {
		src.Command = commandIn(f)
	}
	return src
}

// variableIn returns the name of an environment variable.
func variableIn(f fields.Field) string {
	s, ok := f.Plain()
	if ok && (!fields.Only(s, "_") || fields.Only(s[:1], "") && '0' <= s[0] && s[0] <= '9') {
		f.Refuse("must be the name of an environment variable: letters, digits and `_`, without a `$`")
	}
	return s
}

// commandIn returns a program with its arguments.
func commandIn(f fields.Field) []string {
	if f.Node.Kind != yaml.SequenceNode {
		f.RefuseHint(f.Decl.Hint, "must be a list, not %s", fields.KindOf(f.Node))
		return nil
	}
	var argv []string
	for _, word := range f.Items() {
		if !word.Usable() {
			return nil
		}
		if word.Node.Kind != yaml.ScalarNode || strings.ContainsRune(word.Node.Value, 0) {
			word.Refuse("must be a list of words")
			return nil
		}
		argv = append(argv, word.Node.Value)
	}
	if len(argv) == 0 || argv[0] == "" {
		f.Refuse("is empty")
		return nil
	}
	return argv
}
