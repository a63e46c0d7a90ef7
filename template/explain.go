package template

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mailshot/template/function"
	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// What text/template says is true, but it is said to a programmer. Here it is told in the words of
// the letter. A message that is not known, from a later text/template, is left out in favour of the
// place.

const noEnd = "an {{if}}, {{with}}, {{range}}, {{define}} or {{block}} has no {{end}}"

func notAList() *words.Failure {
	return words.Failf("range needs a list").WithHint(`a cell is text; {{range split "," .column}} makes a list of it`)
}

func partOfCell(name string) *words.Failure {
	return words.Failf(".%s: the dot is not the row here", name).
		WithHint("inside {{with}} and {{range}} the dot is the value itself; the column is {{$.%s}}", name)
}

func noDot(name string) *words.Failure {
	return words.Failf(".%s: this template was given no row", name).
		WithHint(`give it one, with a dot after its name: {{template "name" .}}`)
}

// parseRules returns how messages about the syntax are told.
var parseRules = sync.OnceValue(func() []words.Rule {
	return []words.Rule{
		words.Say(`unclosed action.*`, "{{ is not closed by }}", ""),
		words.Say(`unexpected EOF`, noEnd, ""),
		words.On(`unexpected (\{\{end\}\}|\{\{else\}\})`, func(m []string) *words.Failure {
			return words.Failf("%s without an {{if}}, {{with}} or {{range}}", m[1])
		}),
		words.Say(`expected end; found \{\{else\}\}`, "a second {{else}}", ""),
		words.On(`(?:bad character|unrecognized character in action:) \S+ '(.+?)'.*`, badCharacter),
		words.Say(`malformed character constant: .*`, "a text in single quotes", "a text stands in double quotes, or in backquotes"),
		words.Say(`unterminated character constant.*`, "a single quote", "a text stands in double quotes, or in backquotes"),
		words.Say(`unterminated (?:raw )?quoted string.*`, "a quotation mark is not closed", ""),
		words.Say(`(?:unclosed comment|comment ends before closing delimiter).*`, "a comment is not closed by */}}", ""),
		words.Say(`unclosed left paren.*`, "a ( has no )", ""),
		words.Say(`unexpected right paren.*`, "a ) has no (", ""),
		words.Say(`missing value for command`, "{{ }} is empty", ""),
		words.On(`missing value for (if|with|range|else if|else with)`, func(m []string) *words.Failure {
			return words.Failf("{{%s}} needs a value", m[1])
		}),
		words.On(`undefined variable "(.*)"`, func(m []string) *words.Failure { return words.Failf("no variable %s", words.Quote(m[1])) }),
		words.On(`template: multiple definition of template (".*")`, func(m []string) *words.Failure {
			return words.Failf("template %s is defined twice", m[1])
		}),
		words.On(`bad number syntax: (".*")`, func(m []string) *words.Failure {
			return words.Failf("%s is no number, and no name", m[1]).WithHint(`a column whose name begins with a digit is {{field "1st"}}`)
		}),
		words.Say(`non executable command in pipeline stage \d+`, "only a function can stand after |", ""),
		words.On(`bad character U\+([0-9A-F]+)`, func(m []string) *words.Failure {
			return words.Failf("a character that can't be seen, U+%s", m[1]).WithHint("between the braces stand plain spaces: write the action anew by hand")
		}),
		words.Say(`unexpected <.*> in end`, "a word behind end", ends),
		words.On(`unexpected "(.)" in .*`, func(m []string) *words.Failure { return unexpected(m[1]) }),
		words.On(`unexpected (<.*>|".*"|\{\{.*\}\}) in .*`, func(m []string) *words.Failure {
			return words.Failf("unexpected %q", strings.Trim(m[1], `<>"`))
		}),
	}
})

func badCharacter(m []string) *words.Failure { return unexpected(m[1]) }

// unexpected says that a character can't stand where it does.
func unexpected(char string) *words.Failure {
	f := words.Failf("unexpected %s", strconv.Quote(char))
	if hint := operators[char]; hint != "" {
		return f.WithHint("%s", hint)
	}
	switch char {
	case "}":
		return f.WithHint("an action ends in two braces, }}")
	case "-":
		return f.WithHint(`a column whose name has a hyphen is {{field "first-name"}}`)
	case "“", "”", "„", "‘", "’", "«", "»":
		return f.WithHint(`text stands in straight quotation marks, "`)
	case "#", "/", "^", "%", "*":
		return f.WithHint("the forms are {{.column}}, {{if .column}} … {{else}} … {{end}}")
	}
	return f
}

// noFunction says that a word is no function. Most often it is a column without its dot, or the
// second word of one.
func noFunction(c words.Columns, word string) *words.Failure {
	f := words.Failf("no function %s", words.Quote(word))
	for _, name := range c {
		if name == word {
			return f.WithHint("a column begins with a dot: %s", words.Action(name))
		}
	}
	if hint := foreignWords[strings.ToLower(word)]; hint != "" {
		return f.WithHint("%s", hint)
	}
	for _, name := range c {
		if !words.IsIdentifier(name) && slices.Contains(strings.Fields(name), word) {
			return f.WithHint("the column is %s", words.Action(name))
		}
	}
	if near, ok := words.Nearest(word, slices.Concat(function.Names(), c)); ok {
		if slices.Contains(c, near) {
			return f.WithHint("did you mean %s?", words.Action(near))
		}
		return f.WithHint("did you mean %s?", near)
	}
	return f.WithHint("a column begins with a dot: {{.%s}}; %s", word, c.List())
}

var place = lazyregexp.New(`(?s)^template: ` + regexp.QuoteMeta(root) + `(?: (\d+))?:(\d+)(?::(\d+))?: (.*)$`)

// A location is where text/template saw something.
type location struct {
	source       int // 0 is the template itself, else the number of an included file
	line, column int // from 1
	message      string
}

// placed takes a message of text/template apart.
func placed(message string) (location, bool) {
	m := place().FindStringSubmatch(message)
	if m == nil {
		return location{}, false
	}
	at := location{message: m[4]}
	at.source, _ = strconv.Atoi(m[1])
	at.line, _ = strconv.Atoi(m[2])
	at.column, _ = strconv.Atoi(m[3])
	at.column++
	return at, true
}

// execRules returns how messages about an execution are told.
var execRules = sync.OnceValue(func() []words.Rule {
	return []words.Rule{
		words.On(`nil data; no entry for key "(.*)"`, func(m []string) *words.Failure { return noDot(m[1]) }),
		words.On(`can't evaluate field (\S+) in type (?:string|\*function\.Cell)`, func(m []string) *words.Failure { return partOfCell(m[1]) }),
		words.On(`can't evaluate field (\S+) in type .*`, func(m []string) *words.Failure { return words.Failf("there is no .%s here", m[1]) }),
		words.On(`wrong number of args for (\S+): want at least (\d+) got (\d+)`, func(m []string) *words.Failure {
			return words.Failf("%s takes at least %s, and was given %s", m[1], words.Counted(m[2]), m[3])
		}),
		words.On(`wrong number of args for (\S+): want (\d+) got (\d+)`, func(m []string) *words.Failure {
			return words.Failf("%s takes %s, and was given %s", m[1], words.Counted(m[2]), m[3])
		}),
		words.On(`(\S+) (?:is not a method but has arguments|has arguments but cannot be invoked as function)`, func(m []string) *words.Failure {
			return notAFunction("." + m[1])
		}),
		words.On(`can't give argument to non-function (.*)`, func(m []string) *words.Failure { return notAFunction(m[1]) }),
		words.On(`range can't iterate over .*|can't use .* iterate over .*`, func([]string) *words.Failure { return notAList() }),
		words.Say(`error calling slice: index out of range: .*`, "slice goes beyond the end of the value", `{{printf "%.5s" .column}} takes at most 5 letters of what there is`),
		words.Say(`error calling slice: invalid slice index: .*`, "slice begins behind its end", ""),
		words.On(`error calling (len|slice): .*`, func(m []string) *words.Failure {
			return words.Failf("%s can't be used like this", m[1]).WithHint("%s is for a text or a list", m[1])
		}),
		words.Say(`error calling call: .*`, "call needs a function, and a cell is none", ""),
		words.On(`error calling (\S+): .*`, func(m []string) *words.Failure { return words.Failf("%s can't be used like this", m[1]) }),
	}
})

func notAFunction(what string) *words.Failure {
	return words.Failf("%s is no function, nothing can follow it", what).
		WithHint(`a column whose name has a space is {{field "First name"}}`)
}

var (
	missingKey = lazyregexp.New(`(?s)^map has no entry for key (".*")$`)
	executing  = lazyregexp.New(`(?s)^executing "(?:[^"\\]|\\.)*" at <(.*?)>: (.*)$`)
)

// explainAction says why an action could not be executed.
func explainAction(c words.Columns, action, message string, err error) *words.Failure {
	var f *words.Failure
	if errors.As(err, &f) {
		return f
	}
	if m := missingKey().FindStringSubmatch(message); m != nil {
		name, err := strconv.Unquote(m[1])
		if err != nil {
			name = m[1]
		}
		return c.Missing(name)
	}
	if f, ok := words.Explain(execRules(), message); ok {
		return f
	}
	return words.Failf("%s does not work here", words.OneLine(action))
}
