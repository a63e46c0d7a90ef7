package htmltext

import (
	"strings"
	"sync"

	"mailshot/template/words"
)

const closeHint = `look for a quotation mark, a > or a tag such as </script> or </style> that is missing`

// waysDiffer says that the ways through an action end in different places.
func waysDiffer(action string) *words.Failure {
	return words.Failf("the ways through {{%s}} end in different places of the HTML, as one inside a tag and one outside", action).
		WithHint("put whole tags, or whole values of attributes, into each")
}

func loopDiffers() *words.Failure {
	return words.Failf("{{range}} begins and ends in different places of the HTML").
		WithHint("put whole tags, or whole values of attributes, into it")
}

// rules returns how messages of html/template are told.
var rules = sync.OnceValue(func() []words.Rule {
	return []words.Rule{
		words.On(`ends in a non-text context: .*`, func([]string) *words.Failure {
			return words.Failf("the HTML ends inside a tag, an attribute, a style or a script").WithHint(closeHint)
		}),
		words.On(`\{\{(if|with|range|else)\}\} branches end in different contexts: .*`, func(m []string) *words.Failure {
			return waysDiffer(m[1])
		}),
		words.On(`on range loop re-entry: .*`, func([]string) *words.Failure {
			return loopDiffers()
		}),
		words.On(`(.*) in (?:unquoted attr|attribute name): .*`, func(m []string) *words.Failure {
			return words.Failf("%s in a tag", m[1]).WithHint(closeHint)
		}),
		words.On(`.* appears (?:inside|in) an? .*`, func([]string) *words.Failure {
			return words.Failf("an action where the meaning of the HTML depends on it").WithHint("write quotation marks around the values of attributes")
		}),
		words.On(`predefined escaper (".*") disallowed in template`, func(m []string) *words.Failure {
			return words.Failf("%s can't be used here", strings.Trim(m[1], `"`)).WithHint("values are escaped by themselves")
		}),
		words.On(`expected space, attr name, or end of tag, but got (.*)`, func(m []string) *words.Failure {
			return words.Failf("a tag goes on with %s", words.OneLine(m[1])).WithHint(closeHint)
		}),
	}
})
