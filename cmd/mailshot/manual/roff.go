package manual

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// roff returns a page as the source of a man page (man(7)).
func roff(name, section, title, page string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH \"%s\" \"%s\" \"\" \"mailshot\" \"mailshot manual\"\n", escape(strings.ToUpper(name)), section)
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escape(name), line(title))
	begun := false // a section after NAME
	for _, k := range blocks(page) {
		if !begun && k.kind != heading {
			b.WriteString(".SH DESCRIPTION\n")
		}
		begun = true
		switch k.kind {
		case heading:
			macro := ".SH "
			if k.level > 2 {
				macro = ".SS "
			}
			b.WriteString(macro + strings.ReplaceAll(line(k.text), "\n", " ") + "\n")
		case paragraph:
			b.WriteString(".PP\n" + line(k.text) + "\n")
		case item:
			sign := strings.TrimSpace(k.mark)
			if sign == "*" || sign == "-" {
				sign = `\(bu`
			}
			fmt.Fprintf(&b, ".IP \"%s\" 4\n%s\n", sign, line(k.text))
		case code:
			b.WriteString(".PP\n.RS 4\n.nf\n")
			for l := range strings.Lines(k.text) {
				b.WriteString(guarded(escape(l)))
			}
			b.WriteString(".fi\n.RE\n")
		case table:
			for _, row := range k.rows {
				fmt.Fprintf(&b, ".TP\n%s\n", line(row[0]))
				for i, cell := range row[1:] {
					if i > 0 {
						b.WriteString(".br\n")
					}
					b.WriteString(line(cell) + "\n")
				}
			}
		}
	}
	return b.String()
}

// line returns a text with its styles, as one line of text.
func line(text string) string {
	var b strings.Builder
	for _, s := range spans(text) {
		switch {
		case s.text == "":
		case s.style == plain:
			b.WriteString(escape(s.text))
		default:
			b.WriteString(`\fB` + escape(s.text) + `\fR`)
		}
	}
	return guarded(b.String())
}

// guarded keeps a line from being taken for a request.
func guarded(text string) string {
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}

// escape writes by their names what roff would take for something else: its own character, those that
// it shows as typographic ones, which nobody could type, and what is not ASCII.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case strings.ContainsRune("'`^~\"", r) || r >= utf8.RuneSelf:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
