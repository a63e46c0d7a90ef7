package manual

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// A screen is where a page is shown.
type screen struct {
	width int
	drawn bool // it is a terminal that knows bold
}

// The widths of pages: that of what is no terminal, and the least and the most that are used of one.
const (
	noTerminal = 80
	narrowest  = 20
	widest     = 100
)

// screenOf returns what out is, whose width COLUMNS overrules. lookup looks up the environment.
func screenOf(out io.Writer, lookup func(string) (string, bool)) screen {
	s := screen{width: noTerminal}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			s.width = w
		}
		kind, _ := lookup("TERM")
		colourless, _ := lookup("NO_COLOR")
		s.drawn = kind != "dumb" && colourless == ""
	}
	columns, _ := lookup("COLUMNS")
	if w, err := strconv.Atoi(columns); err == nil && w > 0 {
		s.width = w
	}
	s.width = min(max(s.width, narrowest), widest)
	return s
}

// show returns a page as lines of at most the screen's width, but for code and words that are longer.
func (s screen) show(page string) string {
	var b strings.Builder
	previous := block{kind: -1}
	for _, k := range blocks(page) {
		if previous.kind >= 0 && !(k.kind == item && previous.kind == item) {
			b.WriteByte('\n')
		}
		previous = k
		switch k.kind {
		case heading:
			b.WriteString(s.heading(k))
		case paragraph:
			b.WriteString(s.fill(k.text, "", ""))
		case item:
			b.WriteString(s.fill(k.text, k.mark, strings.Repeat(" ", len(k.mark))))
		case code:
			b.WriteString(s.code(k.text))
		case table:
			b.WriteString(s.table(k))
		}
	}
	return b.String()
}

// heading makes a heading bold, or draws a line below it.
func (s screen) heading(k block) string {
	text := fill(bare(k.text), "", "", s.width)
	if s.drawn {
		return s.emphasis(strings.TrimSuffix(text, "\n")) + "\n"
	}
	sign, longest := "-", 0
	if k.level == 1 {
		sign = "="
	}
	for line := range strings.Lines(text) {
		longest = max(longest, length(line)-1)
	}
	return text + strings.Repeat(sign, longest) + "\n"
}

// code indents the lines where there is room for it.
func (s screen) code(text string) string {
	indent := "    "
	for line := range strings.Lines(text) {
		for utf8.RuneCountInString(line)-1+len(indent) > s.width && indent != "" {
			indent = indent[2:]
		}
	}
	return prefix(text, indent)
}

func prefix(text, indent string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(indent)
		}
		b.WriteString(line)
	}
	return b.String()
}

// lastColumn is the least width of a table's last column; with less its cells stand below each other.
const lastColumn = 30

// table aligns the columns, or if the screen is too narrow sets the further cells of a row below its first.
func (s screen) table(k block) string {
	rows := k.rows
	if strings.Join(k.head, "") != "" && k.head[len(k.head)-1] != "" {
		rows = append([][]string{k.head}, rows...)
	}
	left, widths := 0, make([]int, len(k.head)-1)
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], length(bare(row[i])))
		}
		left += widths[i] + 2
	}
	var b strings.Builder
	for _, row := range rows {
		if s.width-left < lastColumn {
			b.WriteString(fill(s.term(row[0]), "", "  ", s.width))
			for _, cell := range row[1:] {
				b.WriteString(s.fill(cell, "    ", "    "))
			}
			continue
		}
		first := ""
		for i, width := range widths {
			first += s.term(row[i]) + strings.Repeat(" ", width-length(bare(row[i]))+2)
		}
		b.WriteString(s.after(row[len(row)-1], first, left))
	}
	return b.String()
}

// term returns the first cell of a row, which stands by itself and needs no marks.
func (s screen) term(cell string) string {
	var b strings.Builder
	for _, p := range spans(cell) {
		if p.style == plain || !s.drawn {
			b.WriteString(p.text)
		} else {
			b.WriteString(strings.ReplaceAll(s.eachWord(p.text), unbrokenSpace, " "))
		}
	}
	return b.String()
}

// after fills a text behind first, which has the width left, and below it.
func (s screen) after(text, first string, left int) string {
	blank := strings.Repeat(" ", left)
	filled := s.fill(text, blank, blank)
	if filled == "" {
		return strings.TrimRight(first, " ") + "\n"
	}
	return first + strings.TrimPrefix(filled, blank)
}

// fill breaks a text into lines, with the marks of code kept if it can't be shown by itself.
func (s screen) fill(text, first, rest string) string {
	var b strings.Builder
	for _, p := range spans(text) {
		switch {
		case p.style == plain, !s.drawn && (p.style == strong || strings.Contains(p.text, "`")):
			b.WriteString(p.text)
		case s.drawn:
			b.WriteString(s.eachWord(p.text))
		default:
			b.WriteString(s.unbroken("`" + p.text + "`"))
		}
	}
	return strings.ReplaceAll(fill(b.String(), first, rest, s.width), unbrokenSpace, " ")
}

// unbrokenSpace stands for a space at which no line ends.
const unbrokenSpace = "\x00"

// unbroken keeps short code on one line.
func (s screen) unbroken(text string) string {
	if length(text) > s.width/2 {
		return text
	}
	return strings.ReplaceAll(text, " ", unbrokenSpace)
}

// The sequences for bold text (ECMA-48, SGR).
const bold, normal = "\x1b[1m", "\x1b[0m"

func (s screen) emphasis(text string) string {
	if !s.drawn {
		return text
	}
	return bold + text + normal
}

// eachWord makes each word bold by itself, so that lines may end between them.
func (s screen) eachWord(text string) string {
	words := strings.Split(s.unbroken(text), " ")
	for i, w := range words {
		if w != "" {
			words[i] = s.emphasis(w)
		}
	}
	return strings.Join(words, " ")
}

// fill breaks a text into lines of at most width characters, but for longer words, which begin with
// first, and after the first line with rest. A text without words is none.
func fill(text, first, rest string, width int) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return strings.TrimRight(first, " ") + strings.Repeat("\n", min(1, len(strings.TrimSpace(first))))
	}
	var b strings.Builder
	b.WriteString(first + words[0])
	column := length(first) + length(words[0])
	for _, w := range words[1:] {
		if column+1+length(w) > width {
			b.WriteString("\n" + rest + w)
			column = length(rest) + length(w)
			continue
		}
		b.WriteString(" " + w)
		column += 1 + length(w)
	}
	return b.String() + "\n"
}

// length returns how many characters a text shows.
func length(text string) int {
	return utf8.RuneCountInString(text) - len(bold)*strings.Count(text, bold) - len(normal)*strings.Count(text, normal)
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-length(text)))
}
