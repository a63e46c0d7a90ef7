// Package remark finds in the text of a letter what its author may have forgotten: placeholders of
// other programs, and a format that is not the one that it is sent as. It is about the text of a
// template outside its actions, and knows nothing of files and lines.
package remark

import (
	"fmt"
	"strings"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A Remark is what may be wrong at a place, and is no reason not to send.
type Remark struct {
	At   int // octets before it
	Text string
}

// Of returns the remarks about a text, or about HTML if isHTML is true. Each placeholder is told once.
func Of(template string, isHTML bool, c words.Columns) []Remark {
	text := withoutActions(template)
	var all []Remark
	if isHTML {
		all = append(all, srcdoc(template)...)
		text = hidden().ReplaceAllStringFunc(text, blank)
	} else if at, what := otherFormat(text); what != "" {
		return []Remark{{at, what}}
	}
	return append(all, placeholders(text, isHTML, c)...)
}

// actions matches what is no text of a template.
var actions = lazyregexp.New(`(?s)\{\{.*?\}\}`)

// hidden matches what of HTML does not show. What is for some mail programs only does.
var hidden = lazyregexp.New(`(?is)<style\b.*?</style\s*>|<script\b.*?</script\s*>|<!--(?:-|[^\[-]|-[^>]).*?-->`)

// withoutActions returns a template with spaces in the place of its actions, of the same length.
func withoutActions(template string) string { return actions().ReplaceAllStringFunc(template, blank) }

// blank returns a text with a space for each of its octets, but for line ends.
func blank(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

// letter is a class of letters, digits and _. It has all that is not ASCII but « and »: the classes of
// Unicode take half a megabyte in these expressions, and what is found must be a column anyway. word has
// no bound for the same reason. Before it may be the point of a column.
const (
	letter = `0-9A-Z_a-z\x{80}-\x{aa}\x{ac}-\x{ba}\x{bc}-\x{10ffff}`
	word   = `\s*\.?([` + letter + `][` + letter + ` .\-]*?)\s*`
	solid  = `([` + letter + `]+)`
)

// htmlForms are the placeholders of other programs in HTML, longer ones before those that are a part of
// them. The first group that matches is the name.
var htmlForms = lazyregexp.New(inAll)

// textForms are those in other texts. In HTML <name> is a tag.
var textForms = lazyregexp.New(inAll + `|<` + word + `>`)

var inAll = strings.Join([]string{
	`\*\|` + word + `\|\*`,
	`\$\{` + word + `\}`, `\{\$` + word + `\}`, `\{` + word + `\}`,
	`«` + word + `»`, `&laquo;` + word + `&raquo;`, `<<` + word + `>>`, `&lt;&lt;` + word + `&gt;&gt;`,
	`&lt;` + word + `&gt;`,
	`<%=` + word + `%>`, `\[%` + word + `%\]`,
	`\[\[` + word + `\]\]`, `\[` + word + `\]`,
	`%%` + solid + `%%`, `%\(` + solid + `\)s`, `%([` + letter + `](?:[` + letter + ` .\-]*?[` + letter + `])?)%`,
	`##` + solid + `##`, `#` + solid + `#`, `\$` + solid + `\$`, `@@` + solid + `@@`,
}, "|")

// openers are the characters with which placeholders begin.
const openers = "*${«&<[%#@"

// statement matches a condition or a loop of other programs.
var statement = lazyregexp.New(`\{%-?\s*(?:if|elif|else|endif|for|endfor|unless|endunless|set|case)\b[^}\n]*\}`)

// placeholders finds those whose name is that of a column, and statements.
func placeholders(text string, isHTML bool, c words.Columns) (all []Remark) {
	told := map[string]bool{}
	add := func(at int, found, format string, args ...any) {
		if !told[found] {
			told[found] = true
			all = append(all, Remark{at, fmt.Sprintf(format, args...)})
		}
	}
	forms := textForms
	if isHTML {
		forms = htmlForms
	}
	named := map[string]string{}
	for _, name := range c {
		named[plain(name)] = name
	}
	for rest := 0; rest < len(text); {
		next := strings.IndexAny(text[rest:], openers) // most texts have none
		if next < 0 {
			break
		}
		rest += next
		m := forms().FindStringSubmatchIndex(text[rest:])
		if m == nil {
			break
		}
		found, name := text[rest+m[0]:rest+m[1]], groupOf(text[rest:], m)
		column, ok := named[plain(name)]
		if !ok {
			rest += m[0] + 1 // [x {name}] has one within
			continue
		}
		add(rest+m[0], found, "%s is text here, and %s is a column; is %s meant?", found, words.Quote(column), words.Action(column))
		rest += m[1]
	}
	for _, m := range statement().FindAllStringIndex(text, -1) {
		add(m[0], text[m[0]:m[1]], "%s is text here; the forms are {{if .column}} … {{else}} … {{end}}", text[m[0]:m[1]])
	}
	return all
}

// groupOf returns the only group that has matched.
func groupOf(text string, m []int) string {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return text[m[i]:m[i+1]]
		}
	}
	return ""
}

// plain returns a name without what differs from program to program: First name is FIRST_NAME.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(name))
}

// shape matches what texts do not have, and HTML has.
var shape = lazyregexp.New(`(?i)<!doctype html|<html[\s>]|<body[\s>]|<br\s*/?>|</(?:p|b|i|a|u|div|td|tr|table|span|strong|em|h[1-6]|ul|li|font|center)\s*>`)

// otherFormat says what a text is that is no plain text, and where that shows.
func otherFormat(text string) (at int, what string) {
	if strings.HasPrefix(strings.TrimSpace(text), `{\rtf`) {
		return 0, "this is RTF, the format of a word processor, and is sent as plain text; save it as plain text"
	}
	if m := shape().FindStringIndex(text); m != nil {
		return m[0], "this is HTML, and is sent as plain text; is it meant for `html:`?"
	}
	return 0, ""
}

// inSrcdoc matches an attribute srcdoc with an action in its value.
var inSrcdoc = lazyregexp.New(`(?is)\ssrcdoc\s*=\s*(?:"[^"{]*\{\{|'[^'{]*\{\{|[^\s"'>{]*\{\{)`)

func srcdoc(template string) (all []Remark) {
	for _, m := range inSrcdoc().FindAllStringIndex(template, 1) {
		all = append(all, Remark{m[0], "a cell stands in srcdoc, which is HTML within the HTML: tags in the cell take effect there, and most mail programs show nothing of it"})
	}
	return all
}
