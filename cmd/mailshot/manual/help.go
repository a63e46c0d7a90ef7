package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// addHelp has root and the commands below it tell of themselves in lines that out has room for.
func addHelp(root *cobra.Command, out io.Writer, lookup func(string) (string, bool)) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		fmt.Fprint(c.OutOrStdout(), refill(helpOf(c), screenOf(out, lookup).width))
	})
}

// helpOf returns what a command's help tells. It begins with what can be typed as it stands.
func helpOf(c *cobra.Command) string {
	text := c.Long
	if text == "" {
		text = c.Short
	}
	var b strings.Builder
	for _, part := range []string{c.Example, strings.TrimSpace(text)} {
		if part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	if c.Runnable() || c.HasSubCommands() {
		b.WriteString(c.UsageString())
	}
	return b.String()
}

// An entry is an indented line of a plain text: a word or a command, and what it is.
type entry struct {
	indent int
	term   string
	text   string // what stands apart from the term, further lines included; "" if nothing does
	column int    // of text
}

// entryOf takes an indented line apart.
func entryOf(line string) entry {
	rest := strings.TrimLeft(line, " ")
	e := entry{indent: len(line) - len(rest), term: rest}
	if term, text, found := strings.Cut(rest, "  "); found && strings.TrimSpace(text) != "" {
		e.term, e.text = term, strings.TrimLeft(text, " ")
		e.column = length(strings.TrimSuffix(line, e.text))
	}
	return e
}

// lastText is the least width of the text of an entry; with less it stands below the term.
const lastText = 20

// lines returns the entry in lines of at most width characters, but for its term and longer words.
func (e entry) lines(width int) string {
	first := strings.Repeat(" ", e.indent) + e.term
	switch {
	case e.text == "":
		return first + "\n"
	case width-e.column >= lastText:
		return fill(e.text, pad(first, e.column), strings.Repeat(" ", e.column), width)
	}
	below := strings.Repeat(" ", e.indent+4)
	if strings.HasPrefix(e.term, "-") {
		below = strings.Repeat(" ", 10) // as with options that have no letter before them
	}
	return first + "\n" + fill(e.text, below, below, width)
}

// refill breaks the paragraphs and entries of a plain text anew into lines of at most width
// characters. Lines that begin with a tab stay as they are.
func refill(text string, width int) string {
	var b, paragraph strings.Builder
	var open *entry
	flush := func() {
		b.WriteString(fill(paragraph.String(), "", "", width))
		paragraph.Reset()
		if open != nil {
			b.WriteString(open.lines(width))
			open = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		indent := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case line == "" || line[0] == '\t':
			flush()
			b.WriteString(line + "\n")
		case indent == 0:
			if open != nil {
				flush()
			}
			paragraph.WriteString(line + " ")
		case open != nil && open.text != "" && indent == open.column:
			open.text += " " + line[indent:]
		default:
			flush()
			e := entryOf(line)
			open = &e
		}
	}
	flush()
	return b.String()
}
