// Package book opens the spreadsheets that recipients are read from: it tells what kind of file there is,
// and chooses the sheet.
package book

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/ods"
	"mailshot/job/recipients/sheet/xlsx"
)

// Options say which sheet is read.
type Options struct {
	File  string // name of the file
	Sheet string // the name of the sheet; "" is the only one that there is to read
	// NotText names the kind of a file that begins so, if it is none of ours; "" if it may be text.
	NotText func(head []byte) string
	// Choose picks one of several sheets with cells by its name; "" picks none. nil: several are an error.
	Choose func(names []string) string
}

// rows are the rows of one sheet, of which Next gives the next that has cells, or io.EOF.
type rows interface {
	Next() (*grid.Row, error)
	Remark() *grid.Remark
	Close() error
}

// A Sheet is the sheet that is read. It is not safe for concurrent use.
type Sheet struct {
	rows
	Name    string
	Several bool // the spreadsheet has others
	book    workbook
}

// Close ends the reading.
func (s *Sheet) Close() error { return errors.Join(s.rows.Close(), s.book.Close()) }

// blank reports whether a text shows nothing.
func blank(text string) bool { return strings.TrimSpace(text) == "" }

// IsBlank reports whether a row shows nothing.
func IsBlank(row *grid.Row) bool {
	for _, c := range row.Cells {
		if !blank(c.Text) || c.Uncomputed {
			return false
		}
	}
	return true
}

// A workbook is a spreadsheet of one kind.
type workbook interface {
	Sheets() []grid.Sheet
	Rows(sheet int) (rows, error)
	Close() error
}

// What files begin with.
const (
	zipHead = "PK\x03\x04"
	zipNone = "PK\x05\x06" // of one without parts
	oleHead = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// The workbooks of the packages that read them.
type (
	xlsxBook struct{ *xlsx.Book }
	odsBook  struct{ *ods.Book }
)

// Rows implements workbook.
func (b xlsxBook) Rows(sheet int) (rows, error) {
	r, err := b.Book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Rows implements workbook.
func (b odsBook) Rows(sheet int) (rows, error) {
	r, err := b.Book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// A file can be read at any place.
type file interface {
	io.ReaderAt
	Stat() (fs.FileInfo, error)
}

// Open opens the spreadsheet that src is, and returns nil if it is none. The name has to end as its kind
// does: a file of another kind is refused. An error that is not of src is a *grid.Error.
func Open(src io.Reader, o Options) (*Sheet, error) {
	f, ok := src.(file)
	if !ok {
		return nil, o.onlyCSV()
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, o.onlyCSV() // what is wrong, reading tells
	}
	head := make([]byte, len(oleHead))
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head = head[:n]
	ending := strings.ToLower(path.Ext(o.File))
	switch {
	case string(head) == oleHead:
		return nil, ole(f, info.Size(), ending)
	case bytes.HasPrefix(head, []byte(zipHead)), bytes.HasPrefix(head, []byte(zipNone)):
		return o.zip(f, info.Size(), ending)
	case isBookEnding(ending):
		return nil, o.noBook(head, ending)
	}
	return nil, o.onlyCSV()
}

func isBookEnding(ending string) bool {
	return ending != "" && strings.Contains(" .xlsx .xlsm .ods .xls .xlsb .numbers .fods ", " "+ending+" ")
}

// onlyCSV refuses a sheet for a file that has none.
func (o Options) onlyCSV() error {
	if o.Sheet == "" {
		return nil
	}
	return refused("`sheet` is for xlsx and ods files, and this is none", "take out `sheet`, which CSV does not have")
}

// noBook says what a file is whose name ends as that of a spreadsheet.
func (o Options) noBook(head []byte, ending string) error {
	kind := o.NotText(head)
	switch {
	case len(head) == 0:
		return refused("the file is empty", "it may not have been copied to its end; save it anew")
	case kind != "":
		return refused(fmt.Sprintf("this is %s, and no %s file", kind, ending), "open it in a spreadsheet program, and save it as .xlsx or .ods")
	case ending == ".fods":
		return refused("this is a flat spreadsheet (.fods)", "save it as .ods or .xlsx in the spreadsheet program")
	}
	return refused(fmt.Sprintf("the name ends in %s, but this is no such spreadsheet", ending), "if it is CSV, let its name end in .csv; else save it anew in the spreadsheet program")
}

// ole says what to do about a file of the kind that spreadsheets had before 2007, which those with a
// password have today.
func ole(f file, size int64, ending string) error {
	text := make([]byte, min(size, 1<<20))
	n, _ := f.ReadAt(text, 0) // what can't be read has no password
	text = text[:n]
	if tail := size - int64(len(text)); tail > 0 {
		end := make([]byte, min(tail, 1<<20))
		n, _ := f.ReadAt(end, size-int64(len(end)))
		text = append(text, end[:n]...)
	}
	if bytes.Contains(text, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k")) {
		return refused("the spreadsheet is encrypted: it opens with a password", "save it without the password in the spreadsheet program")
	}
	return refused("this is an old spreadsheet (.xls), not "+wanted(ending), "save it as .xlsx or .ods in the spreadsheet program")
}

// wanted returns what a file should be whose name has an ending.
func wanted(ending string) string {
	if isBookEnding(ending) {
		return ".xlsx or .ods"
	}
	return "CSV"
}

// zip opens a spreadsheet that is a zip file.
func (o Options) zip(f file, size int64, ending string) (*Sheet, error) {
	a, err := grid.OpenArchive(f, size)
	if err != nil {
		return nil, err
	}
	switch kind := kindOf(a); {
	case kind == ".xlsx" && (ending == ".xlsx" || ending == ".xlsm"):
		b, err := xlsx.Open(a)
		if err != nil {
			return nil, err
		}
		return o.choose(xlsxBook{b})
	case kind == ".ods" && ending == ".ods":
		b, err := ods.Open(a)
		if err != nil {
			return nil, err
		}
		return o.choose(odsBook{b})
	case kind == ".xlsx", kind == ".ods":
		name := strings.TrimSuffix(o.File, path.Ext(o.File)) + kind
		return nil, refused(fmt.Sprintf("this is a spreadsheet (%s), and its name ends in %q", kind, ending), fmt.Sprintf("rename it to %s, and name that as the recipients", name))
	case kind == ".xlsb":
		return nil, refused("this is a binary spreadsheet (.xlsb)", "save it as .xlsx in the spreadsheet program")
	case kind == ".numbers":
		return nil, refused("this is a spreadsheet of Numbers (.numbers)", "export it in Numbers as Excel (.xlsx) or as CSV")
	default:
		return nil, refused("this is a "+kind+", not a spreadsheet", "save the list as .xlsx or .ods in a spreadsheet program, or as CSV")
	}
}

func refused(text, hint string) *grid.Error { return &grid.Error{Text: text, Hint: hint} }

// kindOf returns the ending that names of such files have, or what they are.
func kindOf(a *grid.Archive) string {
	switch {
	case a.Has("content.xml") && a.Mimetype("application/vnd.oasis.opendocument.spreadsheet"):
		return ".ods"
	case a.Has("encrypted-package"):
		return ".ods"
	case a.Has("content.xml"):
		return "document of a text program"
	case a.Has("xl/workbook.bin"):
		return ".xlsb"
	case a.HasPrefix("xl/"), a.Has("workbook.xml"):
		return ".xlsx"
	case a.HasPrefix("Index/"), a.Has("Index.zip"):
		return ".numbers"
	case a.HasPrefix("word/"), a.HasPrefix("ppt/"):
		return "document of a text program"
	}
	return "zip file"
}

// choose begins to read the sheet that is asked for.
func (o Options) choose(b workbook) (*Sheet, error) {
	all := b.Sheets()
	i, err := o.index(b, all)
	if err != nil {
		b.Close() // what it was read for has failed already
		return nil, err
	}
	r, err := b.Rows(i)
	if err != nil {
		b.Close() // what it was read for has failed already
		return nil, err
	}
	return &Sheet{rows: r, Name: all[i].Name, Several: len(all) > 1, book: b}, nil
}

// index returns the index of the sheet to read.
func (o Options) index(b workbook, all []grid.Sheet) (int, error) {
	switch {
	case len(all) == 0:
		return 0, refused("the spreadsheet has no sheet with cells", "")
	case o.Sheet != "":
		return o.named(all)
	case len(all) == 1:
		return 0, nil
	}
	var filled []int
	for i, s := range all {
		if s.Hidden {
			continue
		}
		is, err := hasCells(b, i)
		if err != nil {
			return 0, err
		}
		if is {
			filled = append(filled, i)
		}
	}
	if len(filled) == 1 {
		return filled[0], nil
	}
	if o.Choose != nil && len(filled) > 1 {
		names := make([]string, len(filled))
		for i, at := range filled {
			names[i] = all[at].Name
		}
		if i := slices.Index(names, o.Choose(names)); i >= 0 {
			return filled[i], nil
		}
	}
	return 0, refused("the spreadsheet has several sheets", "say which one has the recipients, as recipients: {file: …, sheet: NAME}: "+namesOf(all))
}

// named returns the sheet with the name: as it is written, else but for capitals and spaces around it.
func (o Options) named(all []grid.Sheet) (int, error) {
	found := -1
	for i, s := range all {
		if s.Name == o.Sheet {
			return i, nil
		}
		if strings.EqualFold(strings.TrimSpace(s.Name), strings.TrimSpace(o.Sheet)) {
			found = i
		}
	}
	if found < 0 {
		return 0, refused(fmt.Sprintf("no sheet %q, which `sheet` names", o.Sheet), "the sheets are "+namesOf(all))
	}
	return found, nil
}

// namesOf lists sheets.
func namesOf(all []grid.Sheet) string {
	const most = 20
	var names []string
	for i, s := range all {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(all)-most))
			break
		}
		name := fmt.Sprintf("%q", s.Name)
		if s.Hidden {
			name += " (hidden)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// hasCells reports whether a sheet shows anything.
func hasCells(b workbook, i int) (bool, error) {
	in, err := b.Rows(i)
	if err != nil {
		return false, err
	}
	defer in.Close()
	for {
		row, err := in.Next()
		switch {
		case err == io.EOF:
			return false, nil
		case err != nil:
			return false, err
		case !IsBlank(row):
			return true, nil
		}
	}
}
