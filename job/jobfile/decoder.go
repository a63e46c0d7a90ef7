package jobfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"mailshot/job/problem"
)

// A decoder walks the tree of a job file and collects what is wrong with it.
type decoder struct {
	file     string
	problems []problem.Problem
	lines    map[string]int
	mended   map[int]bool // lines whose value was put aside: their problem is told
}

const (
	anchorText = "anchors and aliases (`&…`, `*…`) are not supported"
	anchorHint = "a value that begins with & or * needs quotes"
)

// add notes a problem. Nothing more is said about a mended line.
func (d *decoder) add(line int, text, hint string) {
	if !d.mended[line] {
		d.problems = append(d.problems, problem.Problem{File: d.file, Line: line, Text: text, Hint: hint})
	}
}

func (d *decoder) setMended(line int) {
	if d.mended == nil {
		d.mended = map[int]bool{}
	}
	d.mended[line] = true
}

// missing notes that a key is not given, unless a line was mended and the key
// may have stood there.
func (d *decoder) missing(line int, key, hint string) {
	if len(d.mended) == 0 {
		d.add(line, fmt.Sprintf("`%s` is missing", key), hint)
	}
}

// A field is a key of the job file and its value.
type field struct {
	d    *decoder
	key  string
	path string // the key with those above it, as "server.tls"
	line int
	node *yaml.Node
}

// refuse notes that the value is wrong.
func (f field) refuse(format string, args ...any) {
	f.d.add(f.line, fmt.Sprintf("`%s` ", f.key)+fmt.Sprintf(format, args...), "")
}

func (f field) refuseHint(hint, format string, args ...any) {
	f.d.add(f.line, fmt.Sprintf("`%s` ", f.key)+fmt.Sprintf(format, args...), hint)
}

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

// text is a value of one line, as written.
func (f field) text() (string, bool) {
	s, ok := f.freeText()
	if !ok {
		return "", false
	}
	// A block scalar ends with a line end that nobody means.
	if f.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		s = strings.TrimRight(s, "\n")
	}
	return s, true
}

// plain is a value of one line that is used as it is, without control
// characters.
func (f field) plain() (string, bool) {
	s, ok := f.text()
	switch {
	case !ok:
		return "", false
	case s == "":
		f.refuse("is empty")
		return "", false
	case strings.ContainsFunc(s, unicode.IsControl):
		f.refuse("has a line end or another control character in it")
		return "", false
	}
	return s, true
}

// freeText is a value of any number of lines.
func (f field) freeText() (string, bool) {
	if !f.usable() {
		return "", false
	}
	if f.node.Kind != yaml.ScalarNode {
		f.refuse("must be text, not %s", kindOf(f.node))
		return "", false
	}
	if cutByComment(f.node) {
		f.refuseHint("put the value in quotes, or write a space after the #", "ends before the ` #`, which begins a comment")
		return "", false
	}
	return f.node.Value, true
}

// template is the value with its line.
func (f field) template() (Text, bool) {
	s, ok := f.text()
	if !ok {
		return Text{}, false
	}
	return Text{Value: s, Line: f.textLine()}, true
}

// textLine is the line where the text of the value begins: that of a block
// scalar is below its indicator.
func (f field) textLine() int {
	if f.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return f.node.Line + 1
	}
	return f.node.Line
}

// number is a whole number from least to most.
func (f field) number(dst *int, least, most int) {
	if !f.usable() {
		return
	}
	n, err := parseDecimal(f.node.Value)
	switch {
	case f.node.Kind != yaml.ScalarNode:
		f.refuse("must be a whole number, not %s", kindOf(f.node))
	case f.node.ShortTag() == "!!str" && err == nil:
		f.refuse("must be a number without quotes")
	case err != nil || n < least || n > most:
		f.refuse("must be a whole number from %d to %d, not %s", least, most, show(f.node.Value))
	default:
		*dst = n
	}
}

// truth is true or false.
func (f field) truth(dst *bool) {
	if !f.usable() {
		return
	}
	if f.node.Kind != yaml.ScalarNode || f.node.ShortTag() != "!!bool" {
		f.refuse("must be true or false, not %s", showNode(f.node))
		return
	}
	*dst = strings.EqualFold(f.node.Value, "true")
}

// duration is a time of at least least.
func (f field) duration(dst *time.Duration, least time.Duration) {
	if !f.usable() {
		return
	}
	v, err := time.ParseDuration(f.node.Value)
	switch {
	case f.node.Kind != yaml.ScalarNode || err != nil:
		f.refuse("must be a time such as 30s, 5m or 1h30m, not %s", showNode(f.node))
	case v < least:
		f.refuse("must be at least %s, not %s", least, show(f.node.Value))
	default:
		*dst = v
	}
}

// oneOf is one of words.
func (f field) oneOf(dst *string, words ...string) {
	if !f.usable() {
		return
	}
	for _, w := range words {
		if f.node.Kind == yaml.ScalarNode && f.node.Value == w {
			*dst = w
			return
		}
	}
	f.refuse("must be %s, not %s", alternatives(words), showNode(f.node))
}

// alternatives lists words for a message, those that are no words in quotes.
func alternatives(words []string) string {
	words = slices.Clone(words)
	for i, w := range words {
		if !only(w, "-_") {
			words[i] = strconv.Quote(w)
		}
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// kindOf says in the user's words what a value is.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a group of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	default:
		return "text"
	}
}

func showNode(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return show(n.Value)
	}
	return kindOf(n)
}

// show quotes a value for a message: short, and without control characters.
func show(s string) string {
	const most = 40
	if s == "" {
		return "empty"
	}
	clean := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s))
	if len(clean) > most {
		clean = append(clean[:most], '…')
	}
	return "`" + string(clean) + "`"
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// isUnquotedTemplate reports whether n is what YAML makes of {{.name}}: a flow
// map whose key is a flow map.
func isUnquotedTemplate(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle == 0 || len(n.Content) == 0 {
		return false
	}
	inner := n.Content[0]
	return inner.Kind == yaml.MappingNode && inner.Style&yaml.FlowStyle != 0 &&
		inner.Line == n.Line && inner.Column == n.Column+1
}

// cutByComment reports whether a plain text seems to have lost its end to a
// comment: "Renewal #2026".
func cutByComment(n *yaml.Node) bool {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	c := n.LineComment
	return n.Style&quoted == 0 && c != "" && (c == "#" || !strings.ContainsRune(" \t#", rune(c[1])))
}
