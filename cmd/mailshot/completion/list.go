package completion

import (
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// most is how many values are told.
const most = 300

// A finder finds values that begin with what is typed, so many at most. Behind a tab each may have
// what it is.
type finder func(j *job, typed string, most int) []string

// fixed finds some of these words.
func fixed(words []string) finder {
	return func(_ *job, typed string, most int) []string {
		return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, typed) })
	}
}

// one completes an option that takes one value.
func one(find finder) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		values := slices.DeleteFunc(find(jobOf(c, args), typed, most), unshown)
		return values, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// list completes an option that takes values with commas between: the last of them, with the others
// before it. Behind a comma nothing says what a value is: bash would not find it then.
func list(find finder) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		at := strings.LastIndexByte(typed, ',') + 1
		before, last := typed[:at], typed[at:]
		given := strings.Split(before, ",")
		var values []string
		for _, v := range without(find(jobOf(c, args), last, most+len(given)), given) {
			word, _, _ := strings.Cut(v, "\t")
			switch {
			case unshown(v) || strings.ContainsAny(word, `,"`):
			case at > 0:
				values = append(values, before+word)
			default:
				values = append(values, v)
			}
		}
		return values[:min(len(values), most)], cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// unshown reports whether a value can't be told to a shell, which has lines.
func unshown(value string) bool {
	word, _, _ := strings.Cut(value, "\t")
	return word == "" || strings.ContainsFunc(strings.Replace(value, "\t", "", 1), unicode.IsControl)
}

// without takes the words out that are given, also among others with commas between.
func without(values, given []string) []string {
	given = strings.Split(strings.Join(given, ","), ",")
	return slices.DeleteFunc(values, func(v string) bool {
		word, _, _ := strings.Cut(v, "\t")
		return slices.Contains(given, word)
	})
}
