package start

import (
	"fmt"
	"strings"

	"mailshot/job/problem"
	"mailshot/template/lazyregexp"
)

// compose makes the text of all files. sheet is the path of the spreadsheet; "" makes an example.
func (d *Draft) compose(sheet string) {
	stem := strings.TrimSuffix(d.Job, ".yaml")
	recipients := "recipients.csv"
	if sheet != "" {
		recipients = d.sheet.input.name
	}
	d.files = append(d.files, file{d.Job, d.jobText(stem, recipients)}, file{stem + ".txt", d.letterText(recipients)})
	if d.opts.HTML {
		d.files = append(d.files, file{stem + ".html", d.htmlText()})
	}
	if sheet == "" {
		d.files = append(d.files, file{recipients, exampleSheet(d.sender)})
	}
	d.files = append(d.files, file{ignoreFile, ignoreText})
}

// exampleSheet is the recipients file of somebody who has none yet.
func exampleSheet(sender string) string {
	return "number,email,first_name,last_name\n0001," + sender + ",Ada,Example\n"
}

// jobText returns the job file.
func (d *Draft) jobText(stem, recipients string) string {
	var b strings.Builder
	line := func(text, comment string, args ...any) {
		text = fmt.Sprintf(text, args...)
		if comment != "" {
			text = fmt.Sprintf("%-42s # %s", text, comment)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line("# Who gets which letter, and through which server. mailshot help job tells of all keys.", "")
	line("version: 1", "")
	line("", "")
	line("recipients:", "")
	line("  file: %s", "", yamlText(recipients))
	d.columnsText(line)
	line("", "")
	line("message:", "")
	line("  from: %s", "", yamlText(d.opts.From))
	line("  subject: %s", "a template, as the letter is", yamlText(d.opts.Subject))
	line("  text: %s", "the letter: write it there", yamlText(stem+".txt"))
	if d.opts.HTML {
		line("  html: %s", "the same as HTML", yamlText(stem+".html"))
	} else {
		line("  # html: %s", "the same as HTML; mailshot help letter", stem+".html")
	}
	line("  # attachments: [terms.pdf]", "mailshot help attachments")
	line("", "")
	d.serverText(line)
	line("", "")
	line("# delivery: {rate: 50/5m}", "for a server that takes so many at most; mailshot help limits")
	return b.String()
}

// A liner writes a line with its comment.
type liner func(text, comment string, args ...any)

// columnsText writes what the job file says of the recipients beside their file.
func (d *Draft) columnsText(line liner) {
	if d.sheet == nil {
		line("  key: number", "each row is known by it: it never changes")
		return
	}
	o := d.sheet.input.options
	if o.Sheet != "" {
		line("  sheet: %s", "", yamlText(o.Sheet))
	}
	if o.Header > 0 {
		line("  header: %d", "the line with the names of the columns", o.Header)
	}
	if o.Encoding != "" {
		line("  encoding: %s", "", yamlText(o.Encoding))
	}
	if o.Delimiter != "" {
		line("  delimiter: %s", "", yamlText(o.Delimiter))
	}
	r := &d.roles
	line("  email: %s", "the column with the address", yamlText(r.email.name))
	if r.name != nil {
		line("  name: %s", "the name beside the address in To", yamlText(r.name.name))
	}
	if r.key != nil {
		line("  key: %s", "each row is known by it: it never changes", yamlText(r.key.name))
	}
	if r.duplicates != "" {
		line("  duplicates: %s", "rows with one address", r.duplicates)
	}
	if d.forms.numbers != "" {
		line("  numbers: %s", d.forms.numbersBy, yamlText(d.forms.numbers))
	}
	if d.forms.dates != "" {
		line("  dates: %s", d.forms.datesBy, yamlText(d.forms.dates))
	}
	if len(d.forms.own) > 0 {
		line("  columns:", "")
		for _, own := range d.forms.own {
			line("    %s: {%s: true, form: %s}", "", yamlText(own.column), own.kind, yamlText(own.form))
		}
	}
}

// serverText writes the section of the server.
func (d *Draft) serverText(line liner) {
	v := &d.server
	line("server:", "")
	if v.preset != nil {
		line("  preset: %s", v.preset.Title, yamlText(v.preset.Name))
	}
	if v.host != "" {
		line("  host: %s", "port 587 and STARTTLS, unless port and tls say else", yamlText(v.host))
	}
	if v.username == "" {
		return
	}
	line("  username: %s", "", yamlText(v.username))
	if v.oauth() {
		line("  oauth: {provider: %s, client_id: CLIENT-ID}", "", v.preset.OAuth)
		line("  # Put in the id of your app: mailshot help oauth tells how to get one. Then: mailshot login %s", "", d.Job)
		return
	}
	line("  password: ask", "at each run; for others: {env: SMTP_PASSWORD}, {file: …}")
	if v.preset != nil && v.preset.Note != "" {
		line("  # %s", "", v.preset.Note)
	}
}

var plainYAML = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*$`)

// yamlText returns a text as a value or a key of the job file.
func yamlText(s string) string {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return "'" + s + "'"
	}
	if plainYAML().MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// seeFile notes what was seen of the file as a whole.
func (d *Draft) seeFile(in *input) {
	words := fmt.Sprintf("%d rows", d.sheet.rows)
	if d.sheet.rows == 1 {
		words = "1 row"
	}
	if d.sheet.header > 1 {
		words += fmt.Sprintf(", below the names of the columns in line %d", d.sheet.header)
	}
	if in.options.Sheet != "" {
		words += fmt.Sprintf("; sheet %q", in.options.Sheet)
	}
	if !isBook(in.path) {
		if in.encoded == "" {
			in.encoded = in.options.Encoding
		}
		words += fmt.Sprintf("; %s, %s between the cells", in.encoded, delimiterWords(d.sheet.delim))
	}
	d.see("sheet", in.name+": "+words)
}

func delimiterWords(delimiter string) string {
	switch delimiter {
	case ",":
		return "commas"
	case ";":
		return "semicolons"
	case "tab":
		return "tabs"
	}
	return "vertical bars"
}

func (d *Draft) see(what, words string) { d.Saw = append(d.Saw, Seen{what, words}) }

// seeRest notes what was found.
func (d *Draft) seeRest() {
	if d.sheet != nil {
		d.seeRoles()
	}
	d.see("from", d.opts.From)
	d.see("server", d.server.words())
	if d.server.oauth() {
		d.Notes = append(d.Notes, fmt.Sprintf("%s takes no password: mailshot help oauth tells what to put into %s, then: mailshot login %s", d.server.preset.Title, d.Job, d.Job))
	}
}

func (d *Draft) seeRoles() {
	r, s := &d.roles, d.sheet
	if r.email == nil {
		return
	}
	words := r.email.name
	if r.email.addresses < s.rows {
		words += fmt.Sprintf("; %d of %d rows have an address there", r.email.addresses, s.rows)
	}
	d.see("address", words)
	switch {
	case r.name != nil:
		d.see("name", r.name.name)
	case r.first != nil && r.last != nil:
		d.see("name", r.first.name+" and "+r.last.name)
	case r.first != nil:
		d.see("name", r.first.name)
	default:
		d.see("name", "none")
	}
	if r.key != nil {
		d.see("key", fmt.Sprintf("%s, in which all rows differ, such as %s", r.key.name, problem.ShortQuote(r.key.sample)))
	} else {
		d.see("key", "the address")
		for _, c := range s.columns {
			if c.running && isKeyName(c.name) && d.opts.Key == "" {
				d.Notes = append(d.Notes, fmt.Sprintf("column %q counts the rows, and the next export may count anew: so rows are known by their address; if the numbers stay, begin with --key %s", c.name, shellWord(c.name)))
			}
		}
	}
	f := &d.forms
	if f.numbers != "" {
		d.see("numbers", strings.TrimSuffix(f.numbers+", "+f.numbersBy, ", "))
	}
	if f.dates != "" {
		d.see("dates", strings.TrimSuffix(f.dates+", "+f.datesBy, ", "))
	}
	for _, own := range f.own {
		d.see(own.kind+"s", fmt.Sprintf("%s in column %q", own.form, own.column))
	}
}
