package jobfile

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// A field is a key of the job file and its value.
type field struct {
	d    *decoder
	decl *keys.Key // nil where there is no such key
	key  string
	path string // the key with those above it, as "server.tls"
	line int
	node *yaml.Node
}

const (
	anchorText = "anchors and aliases (`&…`, `*…`) are not supported"
	anchorHint = "a value that begins with & or * needs quotes"
	quoteHint  = `put the whole value in quotes, such as "{{.first_name}}"`
)

// refuse notes that the value is wrong.
func (f field) refuse(format string, args ...any) { f.refuseHint("", format, args...) }

func (f field) refuseHint(hint, format string, args ...any) {
	f.d.add(f.line, fmt.Sprintf("`%s` ", f.key)+fmt.Sprintf(format, args...), hint)
}

// wrong notes what is wrong with the value.
func (f field) wrong(err error) { f.d.add(f.line, fmt.Sprintf("`%s`: %v", f.key, err), "") }

// usable reports whether the value is one at all, and notes it if not.
func (f field) usable() bool {
	n := f.node
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		f.d.add(f.line, anchorText, anchorHint)
	case n.Style&yaml.TaggedStyle != 0:
		f.d.add(f.line, "tags (`!…`) are not supported", "a value that begins with ! needs quotes")
	case isNull(n):
		f.refuseHint("give it one, or leave the key out", "has no value")
	case isUnquotedTemplate(n):
		hint := quoteHint
		if f.key == "where" { // it most often has double quotes in it
			hint = `put the whole value in single quotes, such as '{{eq .status "active"}}'`
		}
		f.d.add(f.line, unquotedTemplate(f.key), hint)
	default:
		return true
	}
	return false
}

// items returns the elements of a list, or the value itself where it is no list.
func (f field) items() []field {
	nodes := []*yaml.Node{f.node}
	if f.node.Kind == yaml.SequenceNode {
		nodes = f.node.Content
	}
	items := make([]field, len(nodes))
	for i, n := range nodes {
		items[i] = f
		items[i].line, items[i].node = n.Line, n
	}
	return items
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
				if sub.decl = f.decl.Each; sub.decl == nil {
					sub.decl = f.decl.Key(sub.key)
				}
				if !yield(sub) {
					return
				}
			}
		}
	}
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// isUnquotedTemplate reports whether n is what YAML makes of {{.name}}: a flow map whose key is a
// flow map.
func isUnquotedTemplate(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle == 0 || len(n.Content) == 0 {
		return false
	}
	inner := n.Content[0]
	return inner.Kind == yaml.MappingNode && inner.Style&yaml.FlowStyle != 0 &&
		inner.Line == n.Line && inner.Column == n.Column+1
}

func unquotedTemplate(key string) string {
	return fmt.Sprintf("`%s` begins with `{{` and needs quotes", key)
}
