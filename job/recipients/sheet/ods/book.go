// Package ods reads the sheets of spreadsheets of OpenDocument (OASIS, part 3), a row at a time.
package ods

import (
	"encoding/xml"
	"io"

	"mailshot/job/recipients/sheet/grid"
)

// A Book is a spreadsheet. It is not safe for concurrent use.
type Book struct {
	archive *grid.Archive
	sheets  []grid.Sheet
}

const (
	content    = "content.xml"
	sheetDepth = 4 // of the elements of sheets: in a spreadsheet, in a body, in a document
)

// Open reads which sheets there are.
func Open(a *grid.Archive) (*Book, error) {
	b := &Book{archive: a}
	if err := b.encrypted(); err != nil {
		return nil, err
	}
	t, err := a.Tokens(content)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	hidden := map[string]bool{} // by style
	style := ""
	for {
		e, err := t.Start()
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
		switch e.Name.Local {
		case "style":
			style = grid.Attr(&e, "name")
		case "table-properties":
			hidden[style] = grid.Attr(&e, "display") == "false"
		case "table":
			if t.Depth() != sheetDepth {
				continue
			}
			b.sheets = append(b.sheets, grid.Sheet{Name: grid.Attr(&e, "name"), Hidden: hidden[grid.Attr(&e, "style-name")]})
			if err := t.Leap(&e); err != nil {
				return nil, err
			}
		}
	}
}

// encrypted refuses a spreadsheet with a password.
func (b *Book) encrypted() error {
	locked := &grid.Error{Text: "the spreadsheet is encrypted: it opens with a password", Hint: "save it without the password in the spreadsheet program"}
	if b.archive.Has("encrypted-package") {
		return locked
	}
	const manifest = "META-INF/manifest.xml"
	if !b.archive.Has(manifest) {
		return nil
	}
	t, err := b.archive.Tokens(manifest)
	if err != nil {
		return err
	}
	defer t.Close()
	return t.Each(func(e xml.StartElement) error {
		if e.Name.Local == "encryption-data" {
			return locked
		}
		return nil
	})
}

// Sheets returns the sheets in their order.
func (b *Book) Sheets() []grid.Sheet { return b.sheets }

// Close gives back what reading took, which is nothing.
func (b *Book) Close() error { return nil }
