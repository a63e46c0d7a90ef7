package jobfile

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"mailshot/job/address"
	"mailshot/job/jobfile/when"
)

// freeText returns a value of any number of lines.
func (f field) freeText() (string, bool) {
	if !f.usable() {
		return "", false
	}
	if f.node.Kind != yaml.ScalarNode {
		f.refuse("must be text, not %s", kindOf(f.node))
		return "", false
	}
	if cutByComment(f.node) {
		f.refuseHint("put the value in quotes, or write a space after the #",
			"ends before the ` #`, which begins a comment")
		return "", false
	}
	return f.node.Value, true
}

// cutByComment reports whether a plain text seems to have lost its end to a comment: "Renewal
// #2026".
func cutByComment(n *yaml.Node) bool {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	c := n.LineComment
	return n.Style&quoted == 0 && c != "" && (c == "#" || !strings.ContainsRune(" \t#", rune(c[1])))
}

// text returns a value of one line, as written.
func (f field) text() (string, bool) {
	s, ok := f.freeText()
	if !ok {
		return "", false
	}
	// A block scalar ends with a line end that nobody means.
	if f.inBlock() {
		s = strings.TrimRight(s, "\n")
	}
	return s, true
}

// inBlock reports whether the value is written below an indicator, | or >.
func (f field) inBlock() bool { return f.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 }

// plain returns a value of one line that is used as it is, without control characters.
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

// fixedPath returns a path that is no template.
func (f field) fixedPath() (string, bool) {
	s, ok := f.plain()
	if ok && strings.Contains(s, "{{") {
		f.refuse("is a path and cannot be a template")
		return "", false
	}
	return s, ok
}

// fixedPaths returns one path or a list of them, with their lines.
func (f field) fixedPaths() []Text {
	var paths []Text
	for _, item := range f.items() {
		path, ok := item.fixedPath()
		switch {
		case !ok:
		case path == "-":
			item.refuse("must be the path of a file, not %s", show(path))
		default:
			paths = append(paths, Text{Value: path, Line: item.line})
		}
	}
	return paths
}

// template returns the value with its line.
func (f field) template() (Text, bool) {
	s, ok := f.text()
	if !ok {
		return Text{}, false
	}
	return Text{Value: s, Line: f.textLine()}, true
}

// textLine returns the line where the text of the value begins: that of a block scalar is below its
// indicator.
func (f field) textLine() int {
	if f.inBlock() {
		return f.node.Line + 1
	}
	return f.node.Line
}

// filled returns a template that is not empty.
func (f field) filled() Text {
	t, ok := f.template()
	if ok && strings.TrimSpace(t.Value) == "" {
		f.refuse("is empty")
	}
	return t
}

// mailbox returns an address, with or without a name.
func (f field) mailbox() (address.Mailbox, bool) {
	s, ok := f.plain()
	if !ok {
		return address.Mailbox{}, false
	}
	if strings.Contains(s, "{{") {
		f.refuse("is the same for all rows and cannot be a template")
		return address.Mailbox{}, false
	}
	box, err := address.ParseMailbox(s)
	if err != nil {
		f.wrong(err)
		return address.Mailbox{}, false
	}
	return box, true
}

// number reads a whole number within the declared bounds. What is wrong leaves dst alone, as in the
// methods below.
func (f field) number(dst *int) {
	n, err := parseDecimal(f.node.Value)
	switch {
	case f.node.Kind != yaml.ScalarNode:
		f.refuse("must be a whole number, not %s", kindOf(f.node))
	case f.node.ShortTag() == "!!str" && err == nil:
		f.refuse("must be a number without quotes")
	case err != nil || n < f.decl.Min || n > f.decl.Max:
		f.refuse("must be a whole number from %d to %d, not %s", f.decl.Min, f.decl.Max, show(f.node.Value))
	default:
		*dst = n
	}
}

// truth reads true or false.
func (f field) truth(dst *bool) {
	if f.node.Kind != yaml.ScalarNode || f.node.ShortTag() != "!!bool" {
		f.refuse("must be true or false, not %s", showNode(f.node))
		return
	}
	*dst = strings.EqualFold(f.node.Value, "true")
}

// duration reads a time that is not shorter than the declared one.
func (f field) duration(dst *time.Duration) {
	v, err := time.ParseDuration(f.node.Value)
	switch {
	case f.node.Kind != yaml.ScalarNode || err != nil:
		f.refuse("must be a time such as 30s, 5m or 1h30m, not %s", showNode(f.node))
	case v < f.decl.Shortest:
		f.refuse("must be at least %s, not %s", f.decl.Shortest, show(f.node.Value))
	default:
		*dst = v
	}
}

// count reads how many there must be.
func (f field) count(dst *CountRange) {
	text, ok := f.plain()
	if !ok {
		return
	}
	least, most, ranged := strings.Cut(text, "..")
	if !ranged {
		most = least
	}
	r, good := CountRange{}, least+most != ""
	for _, bound := range []struct {
		text string
		dst  *int
	}{{least, &r.Least}, {most, &r.Most}} {
		n, err := parseDecimal(bound.text)
		if good = good && (bound.text == "" || err == nil && n > 0); good {
			*bound.dst = n
		}
	}
	switch {
	case !good:
		f.refuse("must be a number or a range such as 1200..1300, 1200.. or ..1300, not %s", show(text))
	case r.Most > 0 && r.Most < r.Least:
		f.refuse("ends before it begins: %s", show(text))
	default:
		*dst = r
	}
}

// rate reads a count and a time.
func (f field) rate(dst *when.Rate) { parsed(f, when.ParseRate, dst) }

// quotas reads one count and time or a list of them, or the word none.
func (f field) quotas(dst *[]when.Rate) {
	for _, item := range f.items() {
		var q when.Rate
		if item.node.Value == "none" && item.node == f.node {
			return
		}
		if parsed(item, when.ParseQuota, &q); q.Count > 0 {
			*dst = append(*dst, q)
		}
	}
}

// windows reads one window or a list of them.
func (f field) windows(dst *when.Windows) {
	for _, item := range f.items() {
		var w when.Window
		item.window(&w)
		*dst = append(*dst, w)
	}
}

func (f field) window(dst *when.Window) {
	parsed(f, func(s string) (when.Window, error) { return when.ParseWindow(s, time.Local) }, dst)
}

// parsed reads a text of one line that parse understands.
func parsed[T any](f field, parse func(string) (T, error), dst *T) {
	text, ok := f.plain()
	if !ok {
		return
	}
	v, err := parse(text)
	if err != nil {
		f.refuse("%v, not %s", err, show(text))
		return
	}
	*dst = v
}

// parseDecimal returns a whole number as people write it: digits without a leading zero, at most
// with a minus.
func parseDecimal(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && strconv.Itoa(n) != s {
		err = strconv.ErrSyntax
	}
	return n, err
}

// word reads one of the declared words.
func (f field) word(dst *string) {
	if f.node.Kind == yaml.ScalarNode {
		word := f.node.Value
		if w, ok := f.decl.Aliases[word]; ok {
			word = w
		}
		for _, w := range f.decl.Words {
			if word == w {
				*dst = w
				return
			}
		}
	}
	f.refuse("must be %s, not %s", alternatives(f.decl.Words), showNode(f.node))
}
