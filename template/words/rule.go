package words

import (
	"regexp"

	"mailshot/template/lazyregexp"
)

// A Rule tells one message of text/template or of html/template in other words.
type Rule struct {
	message func() *regexp.Regexp
	say     func(m []string) *Failure
}

// On returns the rule for the messages that a regular expression matches as a whole. say is given
// the message and what the expression's groups match, as [regexp.Regexp.FindStringSubmatch] does.
func On(message string, say func(m []string) *Failure) Rule {
	return Rule{lazyregexp.New(`(?s)^(?:` + message + `)$`), say}
}

// Say returns the rule for messages of which nothing is needed.
func Say(message, text, hint string) Rule {
	return On(message, func([]string) *Failure { return &Failure{Text: text, Hint: hint} })
}

// Explain returns what the first rule that matches a message makes of it. It reports false where
// none does, as with a message of a later text/template.
func Explain(rules []Rule, message string) (*Failure, bool) {
	for _, r := range rules {
		if m := r.message().FindStringSubmatch(message); m != nil {
			return r.say(m), true
		}
	}
	return nil, false
}
