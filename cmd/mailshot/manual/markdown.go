package manual

import (
	"strings"

	"mailshot/template/lazyregexp"
)

// A kind is what a block is.
type kind int

const (
	heading kind = iota
	paragraph
	item
	code
	table
)

// A block is one part of a page.
type block struct {
	kind  kind
	level int        // of a heading
	mark  string     // of an item, with the space behind it
	text  string     // of a heading, a paragraph, an item: one line; of code: the lines
	rows  [][]string // of a table, without its heading
	head  []string   // of a table; cells may be blank
}

// mark matches the beginning of an item.
var mark = lazyregexp.New(`^([*-]|[0-9]+\.) `)

// blocks takes a page apart.
func blocks(page string) []block {
	var all []block
	open := false // the last block is a paragraph, an item or a table that goes on
	inCode := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		last := len(all) - 1
		switch m := mark().FindString(line); {
		case strings.HasPrefix(line, "```"):
			if inCode = !inCode; inCode {
				all = append(all, block{kind: code})
			}
			open = false
		case inCode:
			all[last].text += line + "\n"
		case line == "" || strings.HasPrefix(line, "<!--"):
			open = false
		case strings.HasPrefix(line, "#"):
			text := strings.TrimLeft(line, "#")
			all = append(all, block{kind: heading, level: len(line) - len(text), text: strings.TrimSpace(text)})
			open = false
		case strings.HasPrefix(line, "|"):
			if !open || all[last].kind != table {
				all = append(all, block{kind: table, head: cells(line)})
			} else if !strings.HasPrefix(line, "|---") {
				all[last].rows = append(all[last].rows, cells(line))
			}
			open = true
		case m != "":
			all = append(all, block{kind: item, mark: m, text: line[len(m):]})
			open = true
		case open && all[last].kind != table:
			all[last].text += " " + strings.TrimSpace(line)
		default:
			all = append(all, block{kind: paragraph, text: line})
			open = true
		}
	}
	return all
}

// cells returns the cells of one line of a table. A bar within code parts none.
func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	all := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
	for i, c := range all {
		all[i] = strings.TrimSpace(strings.ReplaceAll(c, "\x00", "|"))
	}
	return all
}

// A style is how a piece of a line is shown.
type style int

const (
	plain style = iota
	strong
	literal // code
)

// A span is a piece of a line in one style.
type span struct {
	style style
	text  string
}

// inline matches what has a style within a line: code, strong text, a link.
var inline = lazyregexp.New("`` (.+?) ``|`([^`]+)`" + `|\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)]+)\)`)

// spans takes a line apart.
func spans(text string) []span {
	var all []span
	for {
		m := inline().FindStringSubmatchIndex(text)
		if m == nil {
			return append(all, span{plain, text})
		}
		all = append(all, span{plain, text[:m[0]]})
		part := func(n int) string { return text[max(m[2*n], 0):max(m[2*n+1], 0)] }
		switch {
		case m[2] >= 0 || m[4] >= 0:
			all = append(all, span{literal, part(1) + part(2)})
		case m[6] >= 0:
			for _, s := range spans(part(3)) {
				all = append(all, span{max(s.style, strong), s.text})
			}
		case strings.HasPrefix(part(5), "http"):
			all = append(all, span{plain, part(4) + " <" + part(5) + ">"})
		default:
			all = append(all, span{plain, part(4)})
		}
		text = text[m[1]:]
	}
}

// bare returns a line without its marks.
func bare(text string) string {
	var b strings.Builder
	for _, s := range spans(text) {
		b.WriteString(s.text)
	}
	return b.String()
}
