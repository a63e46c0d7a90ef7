package jobfile

import (
	"slices"
	"strings"

	"mailshot/job/problem"
)

// closest is the word that key was likely meant to be, or "".
func closest(key string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		// A short word needs to be closer: most of it must be right.
		if d := problem.Distance(strings.ToLower(key), w); d < least && 2*d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// homeOf is the section that a key belongs in, or "" if there is none or more
// than one.
func homeOf(key string) string {
	home := ""
	for path, k := range sections {
		if path == "" || secretPath(path) || !slices.Contains(k.known, key) {
			continue
		}
		if home != "" {
			return ""
		}
		home = path
	}
	return home
}
