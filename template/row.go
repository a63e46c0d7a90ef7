package template

import (
	"strings"

	"mailshot/template/cell"
	"mailshot/template/locale"
	"mailshot/template/words"
)

// A Row is one row of the recipients.
type Row struct {
	Number   int                    // data record, from 1; the function row gives it
	Line     int                    // line in the recipients file, from 1
	Key      string                 // the function key gives it
	Fields   map[string]string      // cell by column
	Stored   map[string]cell.Stored // what a spreadsheet keeps behind some of the cells, by column; nil if nothing
	Language *Language              // in which dates are written; nil is English
}

// A Language has the names of months and weekdays. It is safe for concurrent use.
type Language = locale.Names

// LanguageOf returns the language with a tag such as de or pt-BR. The error has a hint for the user.
func LanguageOf(tag string) (*Language, error) {
	if strings.TrimSpace(tag) == "" {
		return nil, &Error{Field: "language", Text: "language is empty", Hint: `where a cell may be blank, {{default "en" .lang}} says what then`}
	}
	l, err := locale.Of(tag)
	if err != nil {
		return nil, &Error{Field: "language", Text: words.OneLine(err.Error()), Hint: "the languages are " + strings.Join(locale.Languages(), ", ")}
	}
	return l, nil
}

// A Field is a rendered header field.
type Field struct{ Name, Value string }

// A Letter is a rendered row. Subject and the values of Headers are valid UTF-8 without control
// characters or line breaks, and without white space around them, and are not empty, for a header
// whose value comes out empty is left out.
type Letter struct {
	Subject  string
	Headers  []Field
	Text     string // valid UTF-8; lines end as they do in the templates and the cells; "" if there is only HTML
	Path     string // of the file that the text is from, as the job names it; "" if it is inline
	HTML     string // as Text; "" if there is only text
	HTMLPath string
}
