// Package lazyregexp compiles the regular expressions of a package's variables when they are first
// needed. A command that needs none of them, as the completion of a word, is not kept waiting:
// all of them took longer to compile than the rest of a start.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that compiles a regular expression at its first call, and returns it. The
// function panics if the expression can't be parsed. It may be called from several goroutines.
func New(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
