package sheet

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Copier writes some of the rows that a Reader reads to another file of the
// same shape, with further columns at the end.
//
// The cells are copied octet for octet as they stand in the file, quotation
// marks included, so that the copy can be read in its place: what a cell may do
// to a spreadsheet, it did in the file already. The further cells are written
// so that no spreadsheet takes them for a formula. The copy is UTF-8 and begins
// with a byte order mark, which spreadsheets want, and which tells a Reader the
// encoding, whatever its Options say.
//
// The copy of a spreadsheet is CSV too: its cells are written as they show what they have.
type Copier struct {
	r    *Reader
	w    io.Writer
	drop []int // cells that are left out, as the further columns are there already
	end  string
	line []byte
}

// NewCopier writes the header of the copy. It is called before the first row is
// read. Columns of the file that are named like a further one are left out.
func NewCopier(w io.Writer, r *Reader, columns ...string) (*Copier, error) {
	c := &Copier{r: r, w: w, end: "\n"}
	for i, h := range r.header {
		if slices.Contains(columns, h.name) {
			c.drop = append(c.drop, i)
		}
	}
	if bytes.HasSuffix(r.raw, []byte("\r\n")) {
		c.end = "\r\n"
	}
	c.line = append(c.line, "\ufeff"...)
	if r.separator {
		c.line = fmt.Appendf(c.line, "sep=%c%s", r.delim, c.end)
	}
	c.line = append(c.line, r.titles...)
	return c, c.write(false, columns)
}

// Row copies the row that the Reader gave last. One with a problem has it in the
// copy too.
func (c *Copier) Row(row *Row, cells ...string) error {
	c.line = c.line[:0]
	return c.write(row.Ragged, cells)
}

func (c *Copier) write(ragged bool, cells []string) error {
	raw := bytes.TrimSuffix(bytes.TrimSuffix(c.r.raw, []byte("\n")), []byte("\r"))
	switch {
	case ragged:
		c.appendRagged(raw, cells)
	case len(c.drop) == 0:
		c.append(raw)
		c.appendCells(cells)
	default:
		c.appendPieces(c.kept(raw))
		c.appendCells(cells)
	}
	c.line = append(c.line, c.end...)
	_, err := c.w.Write(c.line)
	return err
}

// appendRagged appends a record that has too few or too many cells, with the further
// cells under their headings. What is too much stands behind them; a record with too
// few has an empty cell there, since it is to have too many in the copy too: nobody
// has said which of its cells are missing.
func (c *Copier) appendRagged(raw []byte, cells []string) {
	own := c.kept(raw)
	n := len(c.r.header) - len(c.drop)
	for len(own) <= n {
		own = append(own, nil)
	}
	c.appendPieces(own[:n])
	c.appendCells(cells)
	for _, piece := range own[n:] {
		c.line = append(c.line, c.r.delim)
		c.append(piece)
	}
}

func (c *Copier) appendCells(cells []string) {
	for _, cell := range cells {
		c.line = appendCell(append(c.line, c.r.delim), inert(cell))
	}
}

// append appends text of the file. What could not be decoded stays so: a U+FFFD
// would be a character like another in the copy.
func (c *Copier) append(text []byte) {
	if c.r.lossy != "" {
		text = bytes.ReplaceAll(text, []byte(string(utf8.RuneError)), []byte{0xff})
	}
	c.line = append(c.line, text...)
}

// kept returns the cells of a record without those that are left out.
func (c *Copier) kept(raw []byte) [][]byte {
	var own [][]byte
	for i, piece := range pieces(raw, c.r.delim) {
		if !slices.Contains(c.drop, i) {
			own = append(own, piece)
		}
	}
	return own
}

func (c *Copier) appendPieces(pieces [][]byte) {
	for i, piece := range pieces {
		if i > 0 {
			c.line = append(c.line, c.r.delim)
		}
		c.append(piece)
	}
}

// pieces cuts a record at its delimiters.
func pieces(raw []byte, delim byte) [][]byte {
	var all [][]byte
	start, quotes, inside := 0, false, false // quotes: the cell begins with one
	for i, c := range raw {
		switch {
		case c == '"' && (quotes || i == start):
			quotes, inside = true, !inside // back again at a doubled one
		case c == delim && !inside:
			all = append(all, raw[start:i])
			start, quotes = i+1, false
		}
	}
	return append(all, raw[start:])
}

// appendCell appends a cell, in quotation marks where any delimiter would cut it.
func appendCell(line []byte, cell string) []byte {
	if !strings.ContainsAny(cell, delimiters+"\"\r\n") && cell == strings.TrimSpace(cell) {
		return append(line, cell...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(line, '"')
}

// inert returns text as one line that no spreadsheet takes for a formula, not even
// one that cuts it at another delimiter, whatever the quotation marks: what
// would begin one gets an apostrophe before it.
func inert(text string) string {
	if isInert(text) {
		return text
	}
	var b strings.Builder
	begin := true
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			r = ' '
		}
		switch {
		case strings.ContainsRune(delimiters, r):
			begin = true
		case begin && strings.ContainsRune("=+-@", r):
			b.WriteByte('\'')
			begin = false
		case !strings.ContainsRune(" \"", r):
			begin = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isInert reports whether inert would leave a text as it is, as it does most. It
// knows for ASCII only.
func isInert(text string) bool {
	begin := true
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~':
			return false
		case c == ',' || c == ';' || c == '|':
			begin = true
		case c == '=' || c == '+' || c == '-' || c == '@':
			if begin {
				return false
			}
		case c != ' ' && c != '"':
			begin = false
		}
	}
	return true
}
