package fields

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
	"mailshot/job/jobfile/yamltext"
	"mailshot/job/problem"
	"mailshot/template/lazyregexp"
)

const innerQuoteHint = "a quote inside the text is written \\\" between double quotes, '' between single ones; a template takes `…` for \"…\", too"

// Root parses data into the keys of its one document. Values that only lack quotes around {{ are left
// out, so that what else is wrong comes to light too.
func (d *Reader) Root(data []byte) Section {
	root := d.Document(data)
	if root == nil {
		return d.Absent(d.keys)
	}
	return d.SectionOf(d.keys, root)
}

// SectionOf returns the keys of the root of a document, which are those of decl.
func (d *Reader) SectionOf(decl *keys.Key, root *yaml.Node) Section {
	return Field{d: d, Decl: decl, Path: decl.Name, Key: decl.Name, Node: root}.Section()
}

// Document parses data into the root of its one document, or returns nil.
func (d *Reader) Document(data []byte) *yaml.Node {
	if !utf8.Valid(data) {
		d.Add(1+bytes.Count(data[:yamltext.InvalidAt(data)], []byte("\n")),
			"this is not UTF-8 text", "save the file with the encoding UTF-8")
		return nil
	}
	lines := strings.SplitAfter(string(data), "\n")
	for {
		docs, err := yamltext.Documents(lines)
		if err == nil {
			return d.one(docs)
		}
		at := yamltext.Faulty(lines, err)
		text, mended := mend(lines[at-1])
		if text == "" || d.mended[at] || len(d.mended) == problem.Listed {
			text, hint := d.explain(err, lines[at-1])
			d.Add(at, text, hint)
			return nil
		}
		d.Add(at, text, quoteHint)
		d.setMended(at)
		lines[at-1] = mended
	}
}

// one returns the root of the one document that there is to be.
func (d *Reader) one(docs []*yaml.Node) *yaml.Node {
	what := "job file"
	if d.keys.Name != "" {
		what = "file"
	}
	if len(docs) > 1 {
		d.Add(docs[1].Line, fmt.Sprintf("a second document begins here; a %s has only one", what), "")
		return nil
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 || IsNull(docs[0].Content[0]) {
		d.Add(0, fmt.Sprintf("the %s is empty", what), d.keys.Hint)
		return nil
	}
	return docs[0].Content[0]
}

// anchored matches a value that begins with an anchor or an alias.
var anchored = lazyregexp.New(`[:,\[{-]\s+[&*]`)

// keyed matches the indentation and the key of a line.
var keyed = lazyregexp.New(`^(\s*(?:- +)?)([\w.-]+)\s*:(?:\s|$)`)

// mend returns what is wrong with a line that is broken for lack of quotes around {{, and the line
// without its value. text is "" if the line is not.
func mend(line string) (text, mended string) {
	rest, _ := yamltext.Unquoted(line)
	m := keyed().FindStringSubmatch(line)
	if m == nil || m[2] == "password" || !strings.Contains(rest, "{{") {
		return "", ""
	}
	text = "a value with `{{` in it needs quotes"
	if value := strings.TrimSpace(line[len(m[0]):]); strings.HasPrefix(value, "{{") {
		text = unquotedTemplate(m[2])
	}
	return text, m[1] + m[2] + ": ''\n"
}

// isPassword reports whether a line has the key password.
func isPassword(line string) bool {
	m := keyed().FindStringSubmatch(line)
	return m != nil && m[2] == "password"
}

// explain puts a syntax error of the parser into words. It repeats nothing of the line, which may
// hold a password.
func (d *Reader) explain(err error, line string) (text, hint string) {
	said := func(s string) bool { return strings.Contains(err.Error(), s) }
	rest, open := yamltext.Unquoted(line)
	indent := rest[:len(rest)-len(strings.TrimLeft(rest, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		return "a tab; YAML is indented with spaces", "replace the tabs in this and the other lines with spaces"
	case isPassword(line):
		return "the value of `password` cannot be read", d.keys.At("server.password").Hint
	case open:
		return "the quote that opens here is not closed", innerQuoteHint
	case said("unknown escape character"), said("expected hexdecimal number"), said("invalid Unicode character escape"):
		return "a backslash in double quotes that YAML does not know", "write \\\\ for a backslash, or use single quotes"
	case said("control characters are not allowed"):
		return "a control character", "remove it"
	case said("unknown anchor"), anchored().MatchString(rest):
		return anchorText, anchorHint
	case strings.Contains(rest, "{{"):
		return "a value with `{{` in it needs quotes", quoteHint
	case yamltext.HasTextBehindQuote(rest):
		return "text behind a closing quote", innerQuoteHint
	case said("mapping values are not allowed"):
		return "a `: ` where none can be", "a value with `: ` in it needs quotes; keys of one section begin in the same column"
	case said("could not find expected ':'"):
		return "no `: ` after the key", "write `key: value`, with a space after the colon"
	case said("cannot start any token"):
		return "a value that YAML cannot read", "a value that begins with @, ` or % needs quotes"
	case said("expected ',' or"):
		return "a `[` or `{` that is not closed", "close it, or put the value in quotes"
	case said("did not find expected"), said("block sequence entries are not allowed"), said("found unexpected"):
		return "a line that does not fit", "keys of one section begin in the same column, each with `: ` behind it"
	default:
		msg := strings.TrimPrefix(err.Error(), "yaml: ")
		if i := strings.Index(msg, ": "); i >= 0 && strings.HasPrefix(msg, "line ") {
			msg = msg[i+2:]
		}
		return "YAML that cannot be read: " + msg, ""
	}
}
