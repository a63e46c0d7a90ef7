// Package yamltext looks at YAML as text, where the parser does not say enough of what is wrong.
package yamltext

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"mailshot/template/lazyregexp"

	"gopkg.in/yaml.v3"
)

// Searched is the number of lines up to which the line of a syntax error is looked for, rather than
// taken from the parser, which is often beside it.
const Searched = 1000

// Documents returns the roots of all documents of a file.
func Documents(lines []string) ([]*yaml.Node, error) {
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

// Faulty returns the number of the line that breaks the file: the first from which on no beginning
// of the file is right any more. A quote that is never closed is found where it opens.
func Faulty(lines []string, err error) int {
	if len(lines) > Searched {
		at := 1
		// The parser says "yaml: line 7: …", or leaves out a first line.
		if _, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &at); scanErr != nil {
			return 1
		}
		return min(max(at, 1), len(lines))
	}
	at := len(lines)
	for at > 1 {
		if _, err := Documents(lines[:at-1]); err == nil {
			break
		}
		at--
	}
	return at
}

// quotedMark stands for a quoted part in what Unquoted returns.
const quotedMark = 0

// HasTextBehindQuote reports whether text follows a quoted part in what Unquoted returned.
func HasTextBehindQuote(rest string) bool { return behindQuote().MatchString(rest) }

var behindQuote = lazyregexp.New(`\x00[ \t]*[^\s,:\]}]`)

// Unquoted returns a line with its quoted parts replaced by a mark each and without its comment,
// and whether a quote is still open at its end.
func Unquoted(line string) (rest string, open bool) {
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

// InvalidAt returns the offset of the first octet of data that is not UTF-8.
func InvalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}
