package template

import (
	"strings"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// foreignWords are words of other template languages, with what stands in their place here.
var foreignWords = map[string]string{
	"elif": elseIf, "elseif": elseIf, "elsif": elseIf,
	"endif": ends, "endwith": ends, "endfor": ends, "endforeach": ends, "endunless": ends, "fi": ends,
	"for": ranges, "foreach": ranges, "each": ranges,
	"unless": "the word is if not: {{if not .column}} … {{end}}",
}

const (
	elseIf = "the words are else if: {{if .column}} … {{else if .other}} … {{end}}"
	ends   = "the word is end: every {{if}}, {{with}} and {{range}} ends with {{end}}"
	ranges = `the word is range: {{range split "," .column}} {{.}} {{end}}`
)

// operators are the characters with which other languages compare and combine, with the functions
// that do so here.
var operators = map[string]string{
	"=": `eq compares: {{if eq .column "text"}}; so do ne, gt, ge, lt and le`,
	"!": `ne says that two differ, not turns a condition round: {{if ne .column "text"}}, {{if not .column}}`,
	"<": `lt and le compare: {{if lt .column 5}}`,
	">": `gt and ge compare: {{if gt .column 5}}`,
	"&": "and combines conditions: {{if and .column .other}}",
	"|": "or combines conditions: {{if or .column .other}}; one | alone hands a value on to a function",
}

var threeBraces = lazyregexp.New(`\{\{\{\s*\.?([^{}]*?)\s*\}\}\}`)

// isRTF reports whether a text is one of a word processor.
func isRTF(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), `{\rtf`) }

// foreignSyntax says which other language a line that can't be read is written in, or returns nil.
func foreignSyntax(p *part, line int, c words.Columns) *words.Failure {
	if isRTF(p.src.Text) {
		return words.Failf("this is RTF, the format of a word processor, and no text").
			WithHint("save it as plain text; or as HTML, and name it as the message's html")
	}
	lines := strings.Split(p.src.Text, "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	m := threeBraces().FindStringSubmatch(lines[line-1])
	if m == nil {
		return nil
	}
	name := m[1]
	if near, ok := words.Nearest(name, c); ok {
		name = near
	}
	return words.Failf("%s has three braces", words.Quote(m[0])).WithHint("a column has two, and a dot: %s", words.Action(name))
}
