package fields

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// A Field is a key of the file and its value. Its methods note what is wrong with the value.
type Field struct {
	d    *Reader
	Decl *keys.Key // nil where there is no such key
	Key  string
	Path string // the key with those above it, as "server.tls"
	Line int
	Node *yaml.Node
}

const (
	anchorText = "anchors and aliases (`&…`, `*…`) are not supported"
	anchorHint = "a value that begins with & or * needs quotes"
	quoteHint  = `put the whole value in quotes, such as "{{.first_name}}"`
)

// Refuse notes that the value is wrong.
func (f Field) Refuse(format string, args ...any) { f.RefuseHint("", format, args...) }

func (f Field) RefuseHint(hint, format string, args ...any) {
	f.d.Add(f.Line, fmt.Sprintf("`%s` ", f.Key)+fmt.Sprintf(format, args...), hint)
}

// Wrong notes what is wrong with the value.
func (f Field) Wrong(err error) { f.WrongHint("", err) }

// WrongHint notes what is wrong with the value, and the way out.
func (f Field) WrongHint(hint string, err error) {
	f.d.Add(f.Line, fmt.Sprintf("`%s`: %v", f.Key, err), hint)
}

// Usable reports whether the value is one at all, and notes it if not.
func (f Field) Usable() bool {
	n := f.Node
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		f.d.Add(f.Line, anchorText, anchorHint)
	case n.Style&yaml.TaggedStyle != 0:
		f.d.Add(f.Line, "tags (`!…`) are not supported", "a value that begins with ! needs quotes")
	case IsNull(n):
		f.RefuseHint("give it one, or leave the key out", "has no value")
	case IsUnquotedTemplate(n):
		hint := quoteHint
		if f.Key == "where" { // it most often has double quotes in it
			hint = `put the whole value in single quotes, such as '{{eq .status "active"}}'`
		}
		f.d.Add(f.Line, unquotedTemplate(f.Key), hint)
	default:
		return true
	}
	return false
}

// Items returns the elements of a list, or the value itself where it is no list.
func (f Field) Items() []Field {
	nodes := []*yaml.Node{f.Node}
	if f.Node.Kind == yaml.SequenceNode {
		nodes = f.Node.Content
	}
	items := make([]Field, len(nodes))
	for i, n := range nodes {
		items[i] = f
		items[i].Line, items[i].Node = n.Line, n
	}
	return items
}

// Pairs yields the keys of a mapping that are words, in the order of the file.
func (f Field) Pairs() func(yield func(Field) bool) {
	return func(yield func(Field) bool) {
		c := f.Node.Content
		for i := 0; i+1 < len(c); i += 2 {
			sub := Field{d: f.d, Key: c[i].Value, Line: c[i].Line, Node: c[i+1]}
			switch {
			case c[i].Kind == yaml.AliasNode || c[i].Anchor != "":
				f.d.Add(sub.Line, anchorText, anchorHint)
			case c[i].ShortTag() == "!!merge":
				f.d.Add(sub.Line, "merge keys (`<<`) are not supported", "")
			case c[i].Kind != yaml.ScalarNode || c[i].Style&yaml.TaggedStyle != 0:
				f.d.Add(sub.Line, "a key must be a word", "a value that begins with { or [ needs quotes")
			default:
				sub.Path = strings.TrimPrefix(f.Path+"."+sub.Key, ".")
				if sub.Decl = f.Decl.Each; sub.Decl == nil {
					sub.Decl = f.Decl.Key(sub.Key)
				}
				if !yield(sub) {
					return
				}
			}
		}
	}
}

func IsNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// IsUnquotedTemplate reports whether n is what YAML makes of {{.name}}: a flow map whose key is a
// flow map.
func IsUnquotedTemplate(n *yaml.Node) bool {
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
