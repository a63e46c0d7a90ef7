package fields

import (
	"slices"
	"strings"

	"mailshot/job/jobfile/keys"
	"mailshot/job/problem"
)

// Closest returns the word that key was likely meant to be, or "".
func Closest(key string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		// A short word needs to be closer: most of it must be right.
		if d := problem.Distance(strings.ToLower(key), w); d < least && 2*d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// homeOf returns the section below root that a key belongs in, or "" if there is none or more than
// one.
func homeOf(root *keys.Key, key string) string {
	home := ""
	for path, k := range root.All() {
		if k.Secret || !slices.Contains(k.Known(), key) {
			continue
		}
		if home != "" {
			return ""
		}
		home = path
	}
	return home
}
