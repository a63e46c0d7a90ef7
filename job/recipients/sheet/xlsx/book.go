// Package xlsx reads the sheets of workbooks of Office Open XML (ECMA-376), a row at a time.
package xlsx

import (
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/numfmt"
)

// A Book is a workbook. It is not safe for concurrent use.
type Book struct {
	archive *grid.Archive
	sheets  []sheetPart
	formats []style // by the style of a cell
	days    int     // that dates begin later than in other workbooks
	strings string  // the part with the texts that cells share; "" if there is none
	texts   grid.Texts
	read    bool // texts are
}

type sheetPart struct {
	grid.Sheet
	part string
}

// A style is how cells show their numbers.
type style struct {
	*numfmt.Format
	byLanguage bool
	general    bool
}

// Open reads what a workbook has.
func Open(a *grid.Archive) (*Book, error) {
	b := &Book{archive: a}
	main, err := b.main()
	if err != nil {
		return nil, err
	}
	targets, kinds, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	if err := b.workbook(main, targets, kinds); err != nil {
		return nil, err
	}
	styles := ""
	for id, kind := range kinds {
		switch kind {
		case "sharedStrings":
			b.strings = targets[id]
		case "styles":
			styles = targets[id]
		}
	}
	if styles != "" && a.Has(styles) {
		return b, b.styles(styles)
	}
	return b, nil
}

// main returns the part that is the workbook.
func (b *Book) main() (string, error) {
	targets, kinds, err := b.relations("")
	if err != nil {
		return "", err
	}
	for id, kind := range kinds {
		if kind == "officeDocument" && b.archive.Has(targets[id]) {
			return targets[id], nil
		}
	}
	if name := "xl/workbook.xml"; b.archive.Has(name) {
		return name, nil
	}
	return "", grid.Broken(0, "it has no workbook")
}

// relations returns the parts that a part names, by their ids, and what they are.
func (b *Book) relations(of string) (targets, kinds map[string]string, err error) {
	dir, file := path.Split(of)
	name := dir + "_rels/" + file + ".rels"
	targets, kinds = map[string]string{}, map[string]string{}
	if !b.archive.Has(name) {
		return targets, kinds, nil
	}
	return targets, kinds, b.each(name, func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && grid.Attr(&e, "TargetMode") != "External" {
			id, target := grid.Attr(&e, "Id"), grid.Attr(&e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = dir + target
			}
			targets[id] = strings.TrimPrefix(path.Clean(target), "/")
			kinds[id] = path.Base(grid.Attr(&e, "Type"))
		}
		return nil
	})
}

// each calls f with every element of a part that begins.
func (b *Book) each(name string, f func(xml.StartElement) error) error {
	t, err := b.archive.Tokens(name)
	if err != nil {
		return err
	}
	defer t.Close()
	return t.Each(f)
}

// workbook reads which sheets there are.
func (b *Book) workbook(name string, targets, kinds map[string]string) error {
	return b.each(name, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			if isTrue(grid.Attr(&e, "date1904")) {
				b.days = 1462
			}
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			if kinds[id] == "worksheet" {
				state := grid.Attr(&e, "state")
				b.sheets = append(b.sheets, sheetPart{grid.Sheet{Name: grid.Attr(&e, "name"), Hidden: state != "" && state != "visible"}, targets[id]})
			}
		}
		return nil
	})
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// styles reads how cells show numbers.
func (b *Book) styles(name string) error {
	codes := map[int]string{}
	known := map[int]style{}
	inCells := false
	return b.each(name, func(e xml.StartElement) error {
		id, _ := strconv.Atoi(grid.Attr(&e, "numFmtId"))
		switch e.Name.Local {
		case "numFmt":
			codes[id] = grid.Attr(&e, "formatCode")
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if !inCells {
				return nil
			}
			s, ok := known[id]
			if !ok {
				s = styleOf(id, codes)
				known[id] = s
			}
			b.formats = append(b.formats, s)
		}
		return nil
	})
}

func styleOf(id int, codes map[int]string) style {
	code, own := codes[id]
	if !own {
		code = numfmt.Builtin(id)
	}
	if strings.EqualFold(code, "general") || code == "" {
		return style{general: true}
	}
	return style{Format: numfmt.Parse(code), byLanguage: !own && numfmt.ByLanguage(id)}
}

// Sheets returns the sheets that have cells, in their order.
func (b *Book) Sheets() []grid.Sheet {
	all := make([]grid.Sheet, len(b.sheets))
	for i := range b.sheets {
		all[i] = b.sheets[i].Sheet
	}
	return all
}

// Close gives back what reading took.
func (b *Book) Close() error { return b.texts.Close() }

// readTexts reads the texts that cells share.
func (b *Book) readTexts() error {
	if b.read || b.strings == "" || !b.archive.Has(b.strings) {
		return nil
	}
	b.read = true
	t, err := b.archive.Tokens(b.strings)
	if err != nil {
		return err
	}
	defer t.Close()
	var buf []byte
	for {
		e, err := t.Start()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e.Name.Local == "si" {
			if buf, err = appendRich(buf[:0], t); err != nil {
				return err
			}
			if err := b.texts.Add(unescape(buf)); err != nil {
				return err
			}
		}
	}
}

// appendRich appends the text of an element that began last: of all its pieces, but for those that say
// how it is read aloud.
func appendRich(buf []byte, t *grid.Tokens) ([]byte, error) {
	inText, depth := false, 1
	for depth > 0 {
		tok, err := t.Next()
		if err == io.EOF {
			err = grid.Broken(0, "a text does not end")
		}
		if err != nil {
			return buf, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "rPh" {
				if err := t.Skip(); err != nil {
					return buf, err
				}
				continue
			}
			depth++
			inText = tok.Name.Local == "t"
		case xml.EndElement:
			depth--
			inText = false
		case xml.CharData:
			if inText {
				buf = append(buf, tok...)
			}
		}
	}
	return buf, nil
}

// unescape reads characters that are written _x000D_ (ECMA-376 part 1, 22.9.2.19). Controls that no
// letter can have are left out.
func unescape(b []byte) []byte {
	if !strings.Contains(string(b), "_x") {
		return b
	}
	s := string(b)
	out := b[:0:0]
	for {
		before, rest, found := strings.Cut(s, "_x")
		out = append(out, before...)
		if !found {
			return out
		}
		n, err := uint64(0), error(strconv.ErrSyntax)
		if len(rest) > 4 && rest[4] == '_' {
			n, err = strconv.ParseUint(rest[:4], 16, 16)
		}
		if err != nil {
			out, s = append(out, "_x"...), rest
			continue
		}
		if s = rest[5:]; n >= ' ' || n == '\t' || n == '\n' {
			out = append(out, string(rune(n))...)
		}
	}
}
