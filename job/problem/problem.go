// Package problem says what is wrong with what the user gave: the file, the
// line, the row, the matter and the next step. Checks collect problems in a
// List, so that all of them are told together.
package problem

import (
	"fmt"
	"strings"
)

// A Problem is one thing that is wrong with the user's input.
type Problem struct {
	File string // as the user would name it; "" if the matter has no file
	Line int    // counted from 1; 0 if the matter has no line
	Row  int    // data record of the recipients file, from 1; 0 if none
	Kind string // problems of one Kind are listed together and counted; "" is a kind of its own
	Text string // what is wrong, lower case, no full stop
	Hint string // what to do about it; optional
	Cell *Cell  // that is wrong, if others of its column may be wrong alike; nil if there is none
}

// String returns the problem in one line without its hint:
// "members.csv:318: row 317: no column \"frist_name\"".
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	} else if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Row > 0 {
		fmt.Fprintf(&b, "row %d: ", p.Row)
	}
	b.WriteString(p.Text)
	return b.String()
}
