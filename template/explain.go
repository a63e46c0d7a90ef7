package template

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// What text/template says is true, but it is said to a programmer. Here it is
// told in the words of the letter. A message that is not known, from a later
// text/template, is left out in favour of the place.

// A saying is a message of text/template, and how the user is told.
type saying struct {
	message *regexp.Regexp
	say     func(m []string) *failure
}

// explain gives the first saying that fits.
func explain(sayings []saying, message string) (*failure, bool) {
	for _, s := range sayings {
		if m := s.message.FindStringSubmatch(message); m != nil {
			return s.say(m), true
		}
	}
	return nil, false
}

func on(message string, say func(m []string) *failure) saying {
	return saying{regexp.MustCompile(`(?s)^` + message + `$`), say}
}

// say is a saying that needs nothing of the message.
func say(message, text, hint string) saying {
	return on(message, func([]string) *failure { return &failure{text, hint} })
}

const noEnd = "an {{if}}, {{with}}, {{range}}, {{define}} or {{block}} has no {{end}}"

var notAList = &failure{"range needs a list", `a cell is text; {{range split "," .column}} makes a list of it`}

func partOfCell(name string) *failure {
	return failf(".%s: the dot is not the row here", name).
		withHint("inside {{with}} and {{range}} the dot is the value itself; the column is {{$.%s}}", name)
}

func noDot(name string) *failure {
	return failf(".%s: this template was given no row", name).
		withHint(`give it one, with a dot after its name: {{template "name" .}}`)
}

var parseSayings = []saying{
	say(`unclosed action.*`, "{{ is not closed by }}", ""),
	say(`unexpected EOF`, noEnd, ""),
	on(`unexpected (\{\{end\}\}|\{\{else\}\})`, func(m []string) *failure {
		return failf("%s without an {{if}}, {{with}} or {{range}}", m[1])
	}),
	say(`expected end; found \{\{else\}\}`, "a second {{else}}", ""),
	on(`(?:bad character|unrecognized character in action:) \S+ '(.+?)'.*`, badCharacter),
	say(`malformed character constant: .*`, "a text in single quotes", "a text stands in double quotes, or in backquotes"),
	say(`unterminated character constant.*`, "a single quote", "a text stands in double quotes, or in backquotes"),
	say(`unterminated (?:raw )?quoted string.*`, "a quotation mark is not closed", ""),
	say(`(?:unclosed comment|comment ends before closing delimiter).*`, "a comment is not closed by */}}", ""),
	say(`unclosed left paren.*`, "a ( has no )", ""),
	say(`unexpected right paren.*`, "a ) has no (", ""),
	say(`missing value for command`, "{{ }} is empty", ""),
	on(`missing value for (if|with|range|else if|else with)`, func(m []string) *failure {
		return failf("{{%s}} needs a value", m[1])
	}),
	on(`undefined variable "(.*)"`, func(m []string) *failure { return failf("no variable %s", quote(m[1])) }),
	on(`template: multiple definition of template (".*")`, func(m []string) *failure {
		return failf("template %s is defined twice", m[1])
	}),
	on(`bad number syntax: (".*")`, func(m []string) *failure {
		return failf("%s is no number, and no name", m[1]).withHint(`a column whose name begins with a digit is {{field "1st"}}`)
	}),
	say(`non executable command in pipeline stage \d+`, "only a function can stand after |", ""),
	on(`unexpected "(.)" in .*`, func(m []string) *failure { return unexpected(m[1]) }),
	on(`unexpected (<.*>|".*"|\{\{.*\}\}) in .*`, func(m []string) *failure {
		return failf("unexpected %q", strings.Trim(m[1], `<>"`))
	}),
}

func badCharacter(m []string) *failure { return unexpected(m[1]) }

// unexpected is a character that can't stand where it does.
func unexpected(char string) *failure {
	f := failf("unexpected %s", strconv.Quote(char))
	switch char {
	case "}":
		return f.withHint("an action ends in two braces, }}")
	case "-":
		return f.withHint(`a column whose name has a hyphen is {{field "first-name"}}`)
	case "“", "”", "„", "‘", "’", "«", "»":
		return f.withHint(`text stands in straight quotation marks, "`)
	case "#", "/", "^", "%", "*":
		return f.withHint("the forms are {{.column}}, {{if .column}} … {{else}} … {{end}}")
	}
	return f
}

// begun is the message about an action that does not end: where it begins is
// the place to look at.
var begun = regexp.MustCompile(`^unclosed action started at ` + regexp.QuoteMeta(root) + `:(\d+)$`)

var undefinedFunction = regexp.MustCompile(`^function "(.*)" not defined$`)

// explainParse tells of a syntax error.
func (p *part) explainParse(err error, c columns) *Error {
	line, _, _, message, ok := placed(err.Error())
	if !ok {
		return p.error(failf("the template can't be read: %s", oneLine(err.Error())))
	}
	if m := begun.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	if m := undefinedFunction.FindStringSubmatch(message); m != nil {
		return p.errorIn(line, 0, c.noFunction(m[1]))
	}
	f, ok := explain(parseSayings, message)
	if !ok {
		f = failf("%s", strings.ReplaceAll(oneLine(message), root, "line"))
	}
	return p.errorIn(line, 0, f)
}

// noFunction tells of a word that is no function, which most often is a column
// without its dot, or the second word of one.
func (c columns) noFunction(word string) *failure {
	f := failf("no function %s", quote(word))
	for _, name := range c {
		if name == word {
			return f.withHint("a column begins with a dot: %s", action(name))
		}
	}
	for _, name := range c {
		if !isIdentifier(name) && slices.Contains(strings.Fields(name), word) {
			return f.withHint("the column is %s", action(name))
		}
	}
	if near, ok := nearest(word, slices.Concat(functionNames(), c)); ok {
		if slices.Contains(c, near) {
			return f.withHint("did you mean %s?", action(near))
		}
		return f.withHint("did you mean %s?", near)
	}
	return f.withHint("a column begins with a dot: {{.%s}}; %s", word, c.list())
}

var place = regexp.MustCompile(`(?s)^template: ` + regexp.QuoteMeta(root) + `(?: (\d+))?:(\d+)(?::(\d+))?: (.*)$`)

// placed takes a message apart. Line and column are counted from 1; source is
// 0 or the number of an included file.
func placed(message string) (line, column, source int, rest string, ok bool) {
	m := place.FindStringSubmatch(message)
	if m == nil {
		return 0, 0, 0, "", false
	}
	source, _ = strconv.Atoi(m[1])
	line, _ = strconv.Atoi(m[2])
	column, _ = strconv.Atoi(m[3])
	return line, column + 1, source, m[4], true
}

var execSayings = []saying{
	on(`nil data; no entry for key "(.*)"`, func(m []string) *failure { return noDot(m[1]) }),
	on(`can't evaluate field (\S+) in type string`, func(m []string) *failure { return partOfCell(m[1]) }),
	on(`can't evaluate field (\S+) in type .*`, func(m []string) *failure { return failf("there is no .%s here", m[1]) }),
	on(`wrong number of args for (\S+): want at least (\d+) got (\d+)`, func(m []string) *failure {
		return failf("%s takes at least %s, and was given %s", m[1], counted(m[2]), m[3])
	}),
	on(`wrong number of args for (\S+): want (\d+) got (\d+)`, func(m []string) *failure {
		return failf("%s takes %s, and was given %s", m[1], counted(m[2]), m[3])
	}),
	on(`(\S+) (?:is not a method but has arguments|has arguments but cannot be invoked as function)`, func(m []string) *failure {
		return notAFunction("." + m[1])
	}),
	on(`can't give argument to non-function (.*)`, func(m []string) *failure { return notAFunction(m[1]) }),
	{notAListMessage, func([]string) *failure { return notAList }},
	say(`error calling slice: index out of range: .*`, "slice goes beyond the end of the value", `{{printf "%.5s" .column}} takes at most 5 letters of what there is`),
	say(`error calling slice: invalid slice index: .*`, "slice begins behind its end", ""),
	on(`error calling (len|slice): .*`, func(m []string) *failure {
		return failf("%s can't be used like this", m[1]).withHint("%s is for a text or a list", m[1])
	}),
	say(`error calling call: .*`, "call needs a function, and a cell is none", ""),
	on(`error calling (\S+): .*`, func(m []string) *failure { return failf("%s can't be used like this", m[1]) }),
}

var notAListMessage = regexp.MustCompile(`(?s)^(?:range can't iterate over .*|can't use .* iterate over .*)$`)

func notAFunction(what string) *failure {
	return failf("%s is no function, nothing can follow it", what).
		withHint(`a column whose name has a space is {{field "First name"}}`)
}

func counted(n string) string {
	if n == "1" {
		return "1 value"
	}
	return n + " values"
}

var (
	missingKey = regexp.MustCompile(`(?s)^map has no entry for key (".*")$`)
	executing  = regexp.MustCompile(`(?s)^executing "(?:[^"\\]|\\.)*" at <(.*?)>: (.*)$`)
)

// explainExec tells of a template that could not be carried out.
func (p *part) explainExec(err error, c columns) *Error {
	line, column, source, message, ok := placed(err.Error())
	if !ok {
		return p.error(failf("%s can't be made from this row", p.field))
	}
	p = p.of(source)
	m := executing.FindStringSubmatch(message)
	if m == nil {
		return p.errorIn(line, column, failf("%s can't be made from this row", p.field))
	}
	return p.errorIn(line, column, c.explainAction(ours.ReplaceAllString(m[1], ""), m[2], err))
}

// ours is what html/template adds to an action.
var ours = regexp.MustCompile(` ?\| ?_html_template_\w+`)

// explainAction tells what an action did.
func (c columns) explainAction(action, message string, err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	if m := missingKey.FindStringSubmatch(message); m != nil {
		name, err := strconv.Unquote(m[1])
		if err != nil {
			name = m[1]
		}
		return c.missing(name)
	}
	if f, ok := explain(execSayings, message); ok {
		return f
	}
	return failf("%s does not work here", oneLine(action))
}

// oneLine is a text without line breaks and other characters that don't show.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
