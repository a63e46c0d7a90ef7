package template

import (
	"fmt"

	"mailshot/template/words"
)

// An Error is one thing that is wrong with a template, or with a row that a template was given. It
// speaks of templates and columns only: the caller, who knows the row, adds its number.
type Error struct {
	Name   string // the Source's name, which may say the place by itself
	Line   int    // line, from 1; 0 if Name says it or there is none
	Column int    // octet in the template's line, from 1; 0 if not known
	Field  string // the part of the letter: "subject", "reply_to", "text" or a header's name
	Text   string // what is wrong, lower case, no full stop, one line
	Hint   string // what to do about it; optional
	Cell   *Cell  // that is wrong, if others of its column may be wrong alike; nil if there is none

	cause error // of a file that can't be read
}

// Error returns the problem in one line without its hint: `letter.txt:3: no column "frist_name"`.
func (e *Error) Error() string {
	if e.Name == "" {
		return e.Text
	}
	return e.Place() + ": " + e.Text
}

// Place returns where the problem is: letter.txt:3. It is "" if that is not known.
func (e *Error) Place() string {
	if e.Name != "" && e.Line > 0 {
		return fmt.Sprintf("%s:%d", e.Name, e.Line)
	}
	return e.Name
}

// Unwrap returns the error of [Config.ReadFile] where that is the cause, else nil.
func (e *Error) Unwrap() error { return e.cause }

// A Cell is a cell that is wrong as others of its column may be, so that they can be told together.
type Cell = words.Cell
