package fields

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"mailshot/job/address"
	"mailshot/job/jobfile/when"
)

// FreeText returns a value of any number of lines.
func (f Field) FreeText() (string, bool) {
	if !f.Usable() {
		return "", false
	}
	if f.Node.Kind != yaml.ScalarNode {
		f.Refuse("must be text, not %s", KindOf(f.Node))
		return "", false
	}
	if cutByComment(f.Node) {
		f.RefuseHint("put the value in quotes, or write a space after the #",
			"ends before the ` #`, which begins a comment")
		return "", false
	}
	return f.Node.Value, true
}

// cutByComment reports whether a plain text seems to have lost its end to a comment: "Renewal
// #2026".
func cutByComment(n *yaml.Node) bool {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	c := n.LineComment
	return n.Style&quoted == 0 && c != "" && (c == "#" || !strings.ContainsRune(" \t#", rune(c[1])))
}

// Text returns a value of one line, as written.
func (f Field) Text() (string, bool) {
	s, ok := f.FreeText()
	if !ok {
		return "", false
	}
	// A block scalar ends with a line end that nobody means.
	if f.InBlock() {
		s = strings.TrimRight(s, "\n")
	}
	return s, true
}

// InBlock reports whether the value is written below an indicator, | or >.
func (f Field) InBlock() bool { return f.Node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 }

// Plain returns a value of one line that is used as it is, without control characters.
func (f Field) Plain() (string, bool) {
	s, ok := f.Text()
	switch {
	case !ok:
		return "", false
	case s == "":
		f.Refuse("is empty")
		return "", false
	case strings.ContainsFunc(s, unicode.IsControl):
		f.Refuse("has a line end or another control character in it")
		return "", false
	}
	return s, true
}

// FixedPath returns a path that is no template.
func (f Field) FixedPath() (string, bool) {
	s, ok := f.Plain()
	if ok && strings.Contains(s, "{{") {
		f.Refuse("is a path and cannot be a template")
		return "", false
	}
	return s, ok
}

// FixedPaths returns one path or a list of them, with their lines.
func (f Field) FixedPaths() []Text {
	var paths []Text
	for _, item := range f.Items() {
		path, ok := item.FixedPath()
		switch {
		case !ok:
		case path == "-":
			item.Refuse("must be the path of a file, not %s", Show(path))
		default:
			paths = append(paths, Text{Value: path, Line: item.Line})
		}
	}
	return paths
}

// Template returns the value with its line.
func (f Field) Template() (Text, bool) {
	s, ok := f.Text()
	if !ok {
		return Text{}, false
	}
	return Text{Value: s, Line: f.TextLine()}, true
}

// TextLine returns the line where the text of the value begins: that of a block scalar is below its
// indicator.
func (f Field) TextLine() int {
	if f.InBlock() {
		return f.Node.Line + 1
	}
	return f.Node.Line
}

// Filled returns a template that is not empty.
func (f Field) Filled() Text {
	t, ok := f.Template()
	if ok && strings.TrimSpace(t.Value) == "" {
		f.Refuse("is empty")
	}
	return t
}

// Mailbox returns an address, with or without a name.
func (f Field) Mailbox() (address.Mailbox, bool) {
	s, ok := f.Plain()
	if !ok {
		return address.Mailbox{}, false
	}
	if strings.Contains(s, "{{") {
		f.Refuse("is the same for all rows and cannot be a template")
		return address.Mailbox{}, false
	}
	box, err := address.ParseMailbox(s)
	if err != nil {
		f.Wrong(err)
		return address.Mailbox{}, false
	}
	return box, true
}

// Number reads a whole number within the declared bounds. What is wrong leaves dst alone, as in the
// methods below.
func (f Field) Number(dst *int) {
	n, err := parseDecimal(f.Node.Value)
	switch {
	case f.Node.Kind != yaml.ScalarNode:
		f.Refuse("must be a whole number, not %s", KindOf(f.Node))
	case f.Node.ShortTag() == "!!str" && err == nil:
		f.Refuse("must be a number without quotes")
	case err != nil || n < f.Decl.Min || n > f.Decl.Max:
		f.Refuse("must be a whole number from %d to %d, not %s", f.Decl.Min, f.Decl.Max, Show(f.Node.Value))
	default:
		*dst = n
	}
}

// Truth reads true or false.
func (f Field) Truth(dst *bool) {
	if f.Node.Kind != yaml.ScalarNode || f.Node.ShortTag() != "!!bool" {
		f.Refuse("must be true or false, not %s", ShowNode(f.Node))
		return
	}
	*dst = strings.EqualFold(f.Node.Value, "true")
}

// Duration reads a time that is not shorter than the declared one.
func (f Field) Duration(dst *time.Duration) {
	v, err := time.ParseDuration(f.Node.Value)
	switch {
	case f.Node.Kind != yaml.ScalarNode || err != nil:
		f.Refuse("must be a time such as 30s, 5m or 1h30m, not %s", ShowNode(f.Node))
	case v < f.Decl.Shortest:
		f.Refuse("must be at least %s, not %s", f.Decl.Shortest, Show(f.Node.Value))
	default:
		*dst = v
	}
}

// Count reads how many there must be.
func (f Field) Count(dst *CountRange) {
	text, ok := f.Plain()
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
		f.Refuse("must be a number or a range such as 1200..1300, 1200.. or ..1300, not %s", Show(text))
	case r.Most > 0 && r.Most < r.Least:
		f.Refuse("ends before it begins: %s", Show(text))
	default:
		*dst = r
	}
}

// Rate reads a count and a time, or the word none.
func (f Field) Rate(dst *when.Rate) {
	if f.Node.Value != "none" {
		Parsed(f, when.ParseRate, dst)
	}
}

// Quotas reads one count and time or a list of them, or the word none.
func (f Field) Quotas(dst *[]when.Rate) {
	for _, item := range f.Items() {
		var q when.Rate
		if item.Node.Value == "none" && item.Node == f.Node {
			return
		}
		if Parsed(item, when.ParseQuota, &q); q.Count > 0 {
			*dst = append(*dst, q)
		}
	}
}

// Windows reads one window or a list of them.
func (f Field) Windows(dst *when.Windows) {
	for _, item := range f.Items() {
		var w when.Window
		item.Window(&w)
		*dst = append(*dst, w)
	}
}

func (f Field) Window(dst *when.Window) {
	Parsed(f, func(s string) (when.Window, error) { return when.ParseWindow(s, time.Local) }, dst)
}

// Parsed reads a text of one line that parse understands.
func Parsed[T any](f Field, parse func(string) (T, error), dst *T) {
	text, ok := f.Plain()
	if !ok {
		return
	}
	v, err := parse(text)
	if err != nil {
		f.Refuse("%v, not %s", err, Show(text))
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

// Word reads one of the declared words.
func (f Field) Word(dst *string) {
	if f.Node.Kind == yaml.ScalarNode {
		word := f.Node.Value
		if w, ok := f.Decl.Aliases[word]; ok {
			word = w
		}
		for _, w := range f.Decl.Words {
			if word == w {
				*dst = w
				return
			}
		}
	}
	f.Refuse("must be %s, not %s", alternatives(f.Decl.Words), ShowNode(f.Node))
}
