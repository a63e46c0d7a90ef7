package jobfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"mailshot/job/problem"
)

// searched is the number of lines up to which the line of a syntax error is looked for, rather than
// taken from the parser, which is often beside it.
const searched = 1000

const innerQuoteHint = "a quote inside the text is written \\\" between double quotes, '' between single ones"

// tree parses data into the root of its one document, or returns nil. Values that only lack quotes
// around {{ are put aside, so that what else is wrong comes to light too.
func (d *decoder) tree(data []byte) *yaml.Node {
	if !utf8.Valid(data) {
		d.add(1+bytes.Count(data[:invalidAt(data)], []byte("\n")),
			"this is not UTF-8 text", "save the file with the encoding UTF-8")
		return nil
	}
	lines := strings.SplitAfter(string(data), "\n")
	for {
		docs, err := documents(lines)
		if err == nil {
			return d.only(docs)
		}
		at := faulty(lines, err)
		text, mended := mend(lines[at-1])
		if text == "" || d.mended[at] || len(d.mended) == problem.Listed {
			text, hint := d.explain(err, lines[at-1])
			d.add(at, text, hint)
			return nil
		}
		d.add(at, text, quoteHint)
		d.setMended(at)
		lines[at-1] = mended
	}
}

// only returns the root of the one document that there is to be.
func (d *decoder) only(docs []*yaml.Node) *yaml.Node {
	const hint = "the README has a job to start from"
	if len(docs) > 1 {
		d.add(docs[1].Line, "a second document begins here; a job file has only one", "")
		return nil
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 || isNull(docs[0].Content[0]) {
		d.add(0, "the job file is empty", hint)
		return nil
	}
	return docs[0].Content[0]
}

// documents returns the roots of all documents of a file.
func documents(lines []string) ([]*yaml.Node, error) {
	var docs []*yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(strings.Join(lines, "")))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, &doc)
	}
}

// faulty returns the number of the line that breaks the file: the first from which on no beginning
// of the file is right any more. A quote that is never closed is found where it opens.
func faulty(lines []string, err error) int {
	if len(lines) > searched {
		at := 1
		// The parser says "yaml: line 7: …", or leaves out a first line.
		if _, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &at); scanErr != nil {
			return 1
		}
		return min(max(at, 1), len(lines))
	}
	at := len(lines)
	for at > 1 {
		if _, err := documents(lines[:at-1]); err == nil {
			break
		}
		at--
	}
	return at
}

// anchored matches a value that begins with an anchor or an alias.
var anchored = regexp.MustCompile(`[:,\[{-]\s+[&*]`)

// keyed matches the indentation and the key of a line.
var keyed = regexp.MustCompile(`^(\s*(?:- +)?)([\w.-]+)\s*:(?:\s|$)`)

// mend returns what is wrong with a line that is broken for lack of quotes around {{, and the line
// without its value. text is "" if the line is not.
func mend(line string) (text, mended string) {
	rest, _ := unquoted(line)
	m := keyed.FindStringSubmatch(line)
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
	m := keyed.FindStringSubmatch(line)
	return m != nil && m[2] == "password"
}

// quotedMark stands for a quoted part in what unquoted returns.
const quotedMark = 0

// behindQuote matches text that follows a quoted part.
var behindQuote = regexp.MustCompile(`\x00[ \t]*[^\s,:\]}]`)

// unquoted returns a line with its quoted parts replaced by a mark each and without its comment,
// and whether a quote is still open at its end.
func unquoted(line string) (rest string, open bool) {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == '"' && c == '\\',
			quote == '\'' && strings.HasPrefix(line[i:], "''"):
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && opens(b.String()):
			quote = c
			b.WriteByte(quotedMark)
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return b.String(), false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), quote != 0
}

// opens reports whether a quote behind s begins a quoted text, rather than being part of a plain
// one.
func opens(s string) bool {
	s = strings.TrimRight(s, " \t")
	return s == "" || strings.ContainsRune(":-,[{", rune(s[len(s)-1]))
}

// explain puts a syntax error of the parser into words. It repeats nothing of the line, which may
// hold a password.
func (d *decoder) explain(err error, line string) (text, hint string) {
	said := func(s string) bool { return strings.Contains(err.Error(), s) }
	rest, open := unquoted(line)
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
	case said("unknown anchor"), anchored.MatchString(rest):
		return anchorText, anchorHint
	case strings.Contains(rest, "{{"):
		return "a value with `{{` in it needs quotes", quoteHint
	case behindQuote.MatchString(rest):
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

// invalidAt returns the offset of the first octet of data that is not UTF-8.
func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}
