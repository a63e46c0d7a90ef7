package template

// A Row is one row of the recipients.
type Row struct {
	Number int               // data record, from 1; the function row gives it
	Line   int               // line in the recipients file, from 1
	Key    string            // the function key gives it
	Fields map[string]string // cell by column
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
