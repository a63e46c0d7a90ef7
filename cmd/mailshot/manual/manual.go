// Package manual is mailshot's manual: topics in a small part of Markdown, which are shown on a
// terminal and written as man pages. The help of commands is shown in the same width.
//
// The part of Markdown is: headings, paragraphs, lists of one level whose items begin with "* ",
// "- " or a number, blocks of code between ```, tables, comments, and within a line `code`,
// **strong** and [links](…). A topic begins with the line "# NAME: what it is about".
package manual

import (
	"embed"
	"strings"
)

//go:embed *.md
var files embed.FS

// A Topic is one page of the manual.
type Topic struct {
	Name  string
	Title string // what it is about
	text  string
}

// order is how topics are listed, for somebody who reads them all.
const order = "job recipients columns letter templates attachments dkim server oauth presets settings limits runs fleet results replies " +
	"programs schedule recipes install commands keys exit"

// Topics returns the pages of the manual.
func Topics() []Topic {
	var all []Topic
	for _, name := range strings.Fields(order) {
		all = append(all, topic(name))
	}
	return all
}

func topic(name string) Topic {
	text, err := files.ReadFile(name + ".md")
	if err != nil {
		panic(err) // a name of order has a file
	}
	head, rest, _ := strings.Cut(string(text), "\n")
	return Topic{Name: name, Title: strings.TrimPrefix(head, "# "+name+": "), text: rest}
}

// ExitStatus returns the table of exit statuses as a section of a command's help.
func ExitStatus() string {
	var b strings.Builder
	b.WriteString("EXIT STATUS\n")
	for _, k := range blocks(topic("exit").text) {
		for _, row := range k.rows {
			b.WriteString(fill(row[1], "  "+pad(row[0], 3)+" ", "      ", helpWidth))
		}
	}
	return b.String()
}

// helpWidth is the width of texts that are not made for the terminal that shows them.
const helpWidth = 80
