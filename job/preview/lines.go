package preview

import "strings"

// A Line is a line of a text that is not in the other: one of the earlier letter, or one of the new.
type Line struct {
	Earlier bool
	Text    string
}

// maxCompared is how many pairs of lines are compared. Where there are more, all lines differ.
const maxCompared = 4 << 20

// compare returns the lines that two texts do not have in common, in order.
func compare(earlier, now string) []Line {
	a, b := splitLines(earlier), splitLines(now)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	common := longest(a, b)
	var all []Line
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case common != nil && i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common == nil || common[i+1][j] >= common[i][j+1]):
			all = append(all, Line{true, a[i]})
			i++
		default:
			all = append(all, Line{false, b[j]})
			j++
		}
	}
	return all
}

// longest returns how many lines a from i on and b from j on have in common at most, by i and j; nil
// where they are too many.
func longest(a, b []string) [][]int {
	if (len(a)+1)*(len(b)+1) > maxCompared {
		return nil
	}
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if n[i][j] = max(n[i+1][j], n[i][j+1]); a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			}
		}
	}
	return n
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
