package template

import (
	"time"

	"mailshot/template/branches"
	"mailshot/template/cell"
)

// A Source is the text of one template.
type Source struct {
	Name string // how errors name it: "letter.txt", "renewal.yaml:14 (subject)"
	Text string
	// Line is added to the template's line numbers, for a text that is a part of the file Name and
	// begins below its line Line. Zero means that the text stands for itself, and its line numbers
	// are its own. If then Name ends in ")", as in "renewal.yaml:14 (subject)", it says the place:
	// a text of one line gets no line number, a longer one gets it in words.
	Line int
}

// A Header is a header field of the letter. Its name is fixed, its value a template.
type Header struct {
	Name  string
	Value Source
}

// A Config is what the user wrote, and what templates may know beside the row.
type Config struct {
	Subject Source
	Headers []Header

	// The letter is a text, HTML, or both. Each has a Text in one of its two Sources at most: Text
	// and HTML are the body itself; TextFile and HTMLFile are the path of a file that holds it, and
	// are templates too.
	Text     Source
	TextFile Source
	HTML     Source
	HTMLFile Source

	// Include are further template files, for the text and for the HTML. What they define can be
	// called by name, and so can a file that has text of its own: by its name without directories.
	// A {{define}} of the letter takes the place of a {{block}} in them.
	Include []Source

	// Columns are the columns there are, in the order of the file.
	Columns []string

	// Forms say how the cells are read. The zero Forms read what can be read in one way.
	Forms cell.Forms

	// Used is told the name of each column that a template asks for, as often as it does, even where
	// it does so for some rows only. It is called by several goroutines at once; nil: nobody listens.
	Used func(column string)

	// Branches gets the branches of the letter's templates, and rows tell which of them they take; nil:
	// nobody asks.
	Branches *branches.Set

	// ReadFile reads a template file. With fromRow the path was made by a template, so from a row's
	// cells, and it is ReadFile that confines it. A file that was read and parsed without error is
	// kept, and never read again. ReadFile is called by several goroutines at once, but by one for
	// each path and kind of body.
	ReadFile func(path string, fromRow bool) ([]byte, error)

	Now     time.Time // what the function now gives: the start of the run
	Mailing string    // what the function mailing gives
}
