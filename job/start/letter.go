package start

import (
	"html"
	"slices"
	"strings"

	"mailshot/job/address"
	"mailshot/template"
)

// greets returns the first words of the letter.
func (d *Draft) greets() string {
	switch name := d.roles.greeting(); {
	case d.sheet == nil:
		return "Dear {{.first_name}} {{.last_name}},"
	case name != "":
		return "Dear " + name + ","
	}
	return "Hello,"
}

// signature returns who signs the letter.
func (d *Draft) signature() string {
	box, err := address.ParseMailbox(d.opts.From)
	if err != nil || box.Name == "" {
		return d.sender
	}
	return box.Name
}

// letterText returns the letter, with the fields that it may have in a comment that nobody gets.
func (d *Draft) letterText(recipients string) string {
	var b strings.Builder
	b.WriteString(d.greets() + "\n\nhere goes your letter.\n\nBest wishes\n" + literal(d.signature()) + "\n")
	b.WriteString("{{- /*\nThis part is a comment: it is in no letter. Write the letter above, in the place of these lines.\n")
	b.WriteString("Each of the following shows a cell of " + recipients + ":\n\n")
	columns := []string{"number", "email", "first_name", "last_name"}
	if d.sheet != nil {
		columns = nil
		for _, c := range d.sheet.columns {
			columns = append(columns, c.name)
		}
	}
	for _, c := range columns {
		if !strings.Contains(c, "*/") {
			b.WriteString("  " + d.field(c) + "\n")
		}
	}
	b.WriteString("\nmailshot help templates tells what else can be written, such as {{if …}}.\n*/}}\n")
	return b.String()
}

// field returns the action by which a letter shows a column.
func (d *Draft) field(column string) string {
	switch operand := template.Operand(column); {
	case slices.Contains(d.forms.date, column):
		return `{{date "2 January 2006" ` + operand + "}}"
	case slices.Contains(d.forms.number, column):
		return `{{money "1,234.50" ` + operand + "}}"
	}
	return action(column)
}

// literal returns a text that a template shows as it is.
func literal(s string) string { return strings.ReplaceAll(s, "{{", "{ {") }

// htmlText returns the letter as HTML.
func (d *Draft) htmlText() string {
	return `<!DOCTYPE html>
<html>
<body>
<p>` + d.greets() + `</p>
<p>here goes your letter.</p>
<p>Best wishes<br>
` + html.EscapeString(literal(d.signature())) + `</p>
</body>
</html>
`
}
