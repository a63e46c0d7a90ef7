package screen

import (
	"strconv"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/recipients/columns"
)

// columnTable returns a line for each column that letters use, below a line of headings: how many
// cells are filled, how many of these are different, and the shortest and the longest of them.
func columnTable(all []columns.Column) string {
	if len(all) == 0 {
		return ""
	}
	lines := [][]string{{"column", "filled", "distinct", "shortest", "longest"}}
	for _, c := range all {
		lines = append(lines, columnLine(c))
	}
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			width[i] = max(width[i], wording.Width(cell))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		text := ""
		for i, cell := range line {
			pad := strings.Repeat(" ", width[i]-wording.Width(cell))
			if i == 1 || i == 2 { // numbers
				cell, pad = pad+cell, ""
			}
			text += "  " + cell + pad
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	return b.String()
}

func columnLine(c columns.Column) []string {
	line := []string{wording.Clean(c.Name), strconv.Itoa(c.Filled), strconv.Itoa(c.Distinct)}
	if c.Distinct > columns.MaxDistinct {
		line[2] = "over 1,000"
	}
	if c.Filled > 0 {
		line = append(line, strconv.Quote(c.Shortest), strconv.Quote(c.Longest))
	}
	return line
}
