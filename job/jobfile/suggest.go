package jobfile

import (
	"slices"
	"strings"
)

// closest is the word that key was likely meant to be, or "".
func closest(key string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		// A short word needs to be closer: most of it must be right.
		if d := distance(strings.ToLower(key), w); d < least && 2*d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// distance is the number of letters that must be changed, added, left out or
// swapped with their neighbour to make b of a.
func distance(a, b string) int {
	if len(a) > 2*len(b)+2 {
		return len(a)
	}
	var before, last []int // the two rows above
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// homeOf is the section that a key belongs in, or "" if there is none or more
// than one.
func homeOf(key string) string {
	home := ""
	for path, k := range sections {
		if path == "" || path == passwordPath || !slices.Contains(k.known, key) {
			continue
		}
		if home != "" {
			return ""
		}
		home = path
	}
	return home
}
