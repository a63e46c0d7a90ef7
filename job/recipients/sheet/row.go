package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/template/cell"
)

// A Row is one record with something in it.
type Row struct {
	Number int           // counted from 1, the header and empty records left out
	Line   int           // where it begins in the file, counted from 1
	Cells  []string      // as Columns, untrimmed; in a ragged row filled up or cut
	Stored []cell.Stored // what a spreadsheet keeps behind each of the cells; nil if nothing
	Ragged bool          // there were more or fewer cells than the header has
	// Doubtful says that the cells may not be what was meant: they may stand in
	// the wrong columns, or could not be read as text. Such a row has a Problem.
	Doubtful bool

	// Address is the zero Address if it is the problem, or was not reached.
	Address address.Address
	// Name is the cell of the name column, trimmed. It may have line breaks.
	Name string
	// Key is the cell of the key column, trimmed; without such a column it is
	// Address.Compare(). It is "" in a row whose cells cannot be relied on, and
	// may be "" in any row with a problem.
	Key string
	// Problem is the first thing that makes the row unfit; nil in a good row.
	Problem *problem.Problem
}

// check fills Address, Name and Key, and says what is wrong with the cells.
// Those of a ragged row are let alone: they may stand in the wrong column.
func (r *Reader) check(row *Row, raw []byte) *problem.Problem {
	if row.Ragged {
		return nil
	}
	if p := r.readable(row, raw); p != nil {
		row.Doubtful = true
		return p
	}
	if r.name >= 0 {
		row.Name = strings.TrimSpace(row.Cells[r.name])
	}
	if r.key >= 0 {
		row.Key = strings.TrimSpace(row.Cells[r.key])
	}
	if r.opts.Anyone {
		return nil
	}
	if p := r.address(row); p != nil {
		return p
	}
	if r.key < 0 {
		row.Key = row.Address.Compare()
	}
	if row.Key == "" {
		return &problem.Problem{
			Kind: "empty key",
			Text: fmt.Sprintf("the key column %q is empty", r.columns[r.key]),
		}
	}
	return nil
}

// address parses the row's address.
func (r *Reader) address(row *Row) *problem.Problem {
	cell := row.Cells[r.email]
	if blank(cell) {
		return &problem.Problem{
			Kind: "empty address",
			Text: fmt.Sprintf("the address column %q is empty", r.columns[r.email]),
		}
	}
	a, err := address.Parse(cell)
	if err != nil {
		return &problem.Problem{Kind: "address", Text: fmt.Sprintf("address %s: %v", quote(cell), err)}
	}
	row.Address = a
	return nil
}

// readable finds text that was not decoded, and NULs, which no mail can carry.
func (r *Reader) readable(row *Row, raw []byte) *problem.Problem {
	nul := bytes.IndexByte(raw, 0) >= 0
	if !nul && r.decoded(raw) {
		return nil
	}
	for i, cell := range row.Cells {
		if !r.decoded([]byte(cell)) {
			p := r.undecoded(fmt.Sprintf("the cell in column %q", r.columns[i]), cell)
			if r.lossy == "" {
				p.Cell = &problem.Cell{Column: r.columns[i], Value: cell, What: "not UTF-8"}
			}
			return p
		}
	}
	for i, cell := range row.Cells {
		if strings.IndexByte(cell, 0) >= 0 {
			return &problem.Problem{
				Kind: "nul",
				Text: fmt.Sprintf("the cell in column %q has a NUL character", r.columns[i]),
			}
		}
	}
	return nil
}

// decoded reports whether text is what was meant. In UTF-8 a U+FFFD is a
// character like another; elsewhere it stands for what could not be decoded.
func (r *Reader) decoded(text []byte) bool {
	if r.lossy != "" {
		return !bytes.ContainsRune(text, utf8.RuneError)
	}
	return utf8.Valid(text)
}

// undecoded returns the problem of a text that was not decoded. What is said of the first one goes
// for the whole file.
func (r *Reader) undecoded(what, text string) *problem.Problem {
	if r.lossy != "" {
		return &problem.Problem{
			Kind: "encoding",
			Text: fmt.Sprintf("%s is not %s", what, r.lossy),
			Hint: "look whether `encoding` is the one that the file was saved with",
		}
	}
	if r.readings == "" {
		r.readings = readings(text)
	}
	return &problem.Problem{
		Kind: "encoding",
		Text: what + " is not UTF-8",
		Hint: "save the file as UTF-8, or name the encoding in which this text reads right, as recipients: {file: …, encoding: NAME}: " + r.readings,
	}
}

// quote shows a cell in a message, in quotation marks and not too long.
func quote(cell string) string {
	const most = 80
	cell = strings.TrimSpace(cell)
	if n := 0; len(cell) > most {
		for i := range cell {
			if n++; n > most {
				return fmt.Sprintf("%q…", cell[:i])
			}
		}
	}
	return fmt.Sprintf("%q", cell)
}
