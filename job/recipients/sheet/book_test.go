package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sample is where the spreadsheets of package book are.
const sample = "book/testdata"

// opened reads a spreadsheet as a job does.
func opened(t *testing.T, path string, o Options) (*Reader, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	o.File = filepath.Base(path)
	return NewReader(f, o)
}

func TestBook(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file  string
		o     Options
		want  string
		notes []string // their beginnings
	}{
		{"py-members.xlsx", Options{Key: "member_id"}, `2 1 "0000001" ann@club.example 0000001/n1,ann@club.example,Ann,Doe,31/12/2026/d2026-12-31T00:00:00,1,234.50/n1234.5`, nil},
		{"lo-members.ods", Options{}, `2 1 "ann@club.example" ann@club.example 00007/n7,Ann Doe,ann@club.example,49.90 €/n49.9,31.12.2026/d2026-12-31T00:00:00`, nil},
		{"lo-booking.ods", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,100/n100,Thu 1 Jul 2027/d2027-07-01T00:00:00,8-Jul-27/d2027-07-08T00:00:00,15:30/c15:30:00,from 89.00/n89`, nil},
		{"py-1904.xlsx", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,2026-12-31/d2026-12-31T00:00:00`, nil},
		{"py-gaps.xlsx", Options{}, `3 1 "ann@club.example" ann@club.example ann@club.example,Ann`, nil},
		{"py-sheets.xlsx", Options{Sheet: " old"}, `2 1 "old@club.example" old@club.example old@club.example`, nil},
		{"py-sheets.xlsx", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,Ann`, nil},
		{"ex-dates.xlsx", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,2026-12-31/d2026-12-31T14:05:09,`, []string{
			`line 2: column "a" shows its dates as the language`, `line 2: column "g" shows its dates as the language`}},
		{"py-hidden.xlsx", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,Ann,Doe`, []string{
			"1 row is hidden in the sheet, which has a filter, the first is line 3; ", `1 column that is used is hidden in the sheet: "secret"`, "1 range of cells is merged: A6:C6; "}},
		{"lo-hidden.ods", Options{}, `2 1 "ann@club.example" ann@club.example ann@club.example,Ann,Doe`, []string{
			"1 row is hidden in the sheet", `1 column that is used is hidden in the sheet: "secret"`, "1 range of cells is merged: A6:C6; "}},
		{"lo-merged.ods", Options{}, `2 1 "ann@club.example" ann@club.example Doe,ann@club.example`, []string{"1 range of cells is merged: A2:A3; "}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			r, err := opened(t, filepath.Join(sample, tt.file), tt.o)
			if err != nil {
				t.Fatal(err)
			}
			row, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(row); !strings.HasPrefix(got, tt.want) {
				t.Errorf("row is %s\nwant %s", got, tt.want)
			}
			for err == nil {
				_, err = r.Next()
			}
			if err != io.EOF {
				t.Error(err)
			}
			notes := r.Notes(func(int) bool { return true })
			if !slices.EqualFunc(notes, tt.notes, func(got, want string) bool { return strings.HasPrefix(got, tt.file+": "+want) }) {
				t.Errorf("notes are %q, want %q", notes, tt.notes)
			}
		})
	}
}

// shown returns a row on a line: its line, number, key, address, and its cells with what stands behind them.
func shown(row *Row) string {
	var cells []string
	for i, c := range row.Cells {
		if row.Stored != nil && row.Stored[i] != "" {
			c += "/" + string(row.Stored[i])
		}
		cells = append(cells, c)
	}
	return fmt.Sprintf("%d %d %q %s %s", row.Line, row.Number, row.Key, row.Address, strings.Join(cells, ","))
}

// parts returns the parts of a small spreadsheet, of which some are others.
func parts(other map[string]string) map[string]string {
	all := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="S" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="texts.xml"/></Relationships>`,
		"xl/sheet.xml":               sheetOf(`<row><c t="inlineStr"><is><t>email</t></is></c></row><row><c t="inlineStr"><is><t>a@b.example</t></is></c></row>`),
		"xl/texts.xml":               `<sst><si><t>email</t></si></sst>`,
	}
	for name, text := range other {
		all[name] = text
	}
	return all
}

func sheetOf(rows string) string { return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>` }

// zipped returns a zip file.
func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBookRefused(t *testing.T) {
	t.Parallel()
	xlsx := func(name, text string) []byte { return zipped(t, parts(map[string]string{name: text})) }
	odsWith := func(sheet string) []byte {
		return zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": `<o:document-content><o:body><o:spreadsheet><t:table t:name="S">` + sheet})
	}
	whole := zipped(t, parts(nil))
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	for _, tt := range []struct {
		name, file string
		data       []byte
		want       string // what the error has, hint and all
	}{
		{"good", "a.xlsx", whole, ""},
		{"old", "a.xls", []byte(ole + "rest"), "a.xls: this is an old spreadsheet (.xls), not .xlsx or .ods|save it as .xlsx or .ods"},
		{"old as csv", "a.csv", []byte(ole + "rest"), "an old spreadsheet (.xls), not CSV"},
		{"encrypted", "a.xlsx", []byte(ole + strings.Repeat("x", 3<<20) + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), "is encrypted|without the password"},
		{"encrypted ods", "a.ods", zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "\x01\x02", "META-INF/manifest.xml": `<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}), "is encrypted"},
		{"encrypted whole ods", "a.ods", zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "encrypted-package": "\x01\x02"}), "is encrypted"},
		{"numbers", "a.numbers", zipped(t, map[string]string{"Index/Document.iwa": "x"}), "of Numbers (.numbers)|export it in Numbers"},
		{"binary", "a.xlsb", zipped(t, map[string]string{"xl/workbook.bin": "x"}), ".xlsb"},
		{"letter", "a.docx", zipped(t, map[string]string{"word/document.xml": "x"}), "this is a document of a text program"},
		{"zip", "a.xlsx", zipped(t, map[string]string{"photo.jpg": "x"}), "this is a zip file, not a spreadsheet"},
		{"empty zip", "a.xlsx", zipped(t, nil), "this is a zip file, not a spreadsheet"},
		{"xlsx as csv", "a.csv", whole, `this is a spreadsheet (.xlsx), and its name ends in ".csv"|rename it to a.xlsx`},
		{"xlsx as ods", "a.ods", whole, `rename it to a.xlsx`},
		{"csv as xlsx", "a.xlsx", []byte("email\na@b.example\n"), "the name ends in .xlsx, but this is no such spreadsheet|let its name end in .csv"},
		{"page as xls", "a.xls", []byte("<html><table>"), "this is a page of the web, and no .xls file"},
		{"flat", "a.fods", []byte("<?xhtml"), "a flat spreadsheet (.fods)|save it as .ods"},
		{"empty", "a.xlsx", nil, "the file is empty"},
		{"cut off", "a.xlsx", whole[:len(whole)-40], "cut off or damaged"},
		{"damaged", "a.xlsx", append(append([]byte{}, whole[:60]...), append(bytes.Repeat([]byte{7}, 40), whole[100:]...)...), "damaged"},
		{"no sheet", "a.xlsx", xlsx("xl/workbook.xml", "<workbook/>"), "has no sheet with cells"},
		{"missing sheet", "a.xlsx", xlsx("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Type="x/worksheet" Target="none.xml"/></Relationships>`), "it has no part xl/none.xml"},
		{"empty sheet", "a.xlsx", xlsx("xl/sheet.xml", sheetOf("")), "the sheet is empty"},
		{"half a sheet", "a.xlsx", xlsx("xl/sheet.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>email</t></is></c></row><row>`), "damaged"},
		{"no text", "a.xlsx", xlsx("xl/sheet.xml", sheetOf(`<row><c t="s"><v>7</v></c></row>`)), "a.xlsx:1: the spreadsheet is damaged: it has no text number 7"},
		{"no number", "a.xlsx", xlsx("xl/sheet.xml", sheetOf(`<row r="3"><c><v>1x</v></c></row>`)), `a.xlsx:3: the spreadsheet is damaged: A3 has the number "1x"`},
		{"rows back", "a.xlsx", xlsx("xl/sheet.xml", sheetOf(`<row r="3"><c><v>1</v></c></row><row r="2"/>`)), "what follows row 3 is row 2"},
		{"far column", "a.xlsx", xlsx("xl/sheet.xml", sheetOf(`<row><c r="ZZZ1"><v>1</v></c></row>`)), "more than 16384 columns"},
		{"doctype", "a.xlsx", xlsx("xl/texts.xml", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>`), "definitions of its own"},
		{"entity", "a.xlsx", xlsx("xl/texts.xml", `<sst><si><t>&b;</t></si></sst>`), "no whole XML"},
		{"deep", "a.xlsx", xlsx("xl/sheet.xml", strings.Repeat("<a>", 100000)), "nested too deep"},
		{"long text", "a.xlsx", xlsx("xl/sheet.xml", sheetOf("<row><c><v>"+strings.Repeat("1", 9<<20))), "a piece of more than 4 MiB"},
		{"zip bomb", "a.xlsx", xlsx("xl/sheet.xml", "<worksheet>"+strings.Repeat("<x>"+strings.Repeat(" ", 1<<20)+"</x>", 33)), "unpacks to more than any spreadsheet has"},
		{"row bomb", "a.ods", odsWith(`<t:table-row t:number-rows-repeated="2000000000"><t:table-cell v:value-type="string"><text:p>email</text:p></t:table-cell></t:table-row></t:table></o:spreadsheet></o:body></o:document-content>`), "more than 1048576 rows"},
		{"column bomb", "a.ods", odsWith(`<t:table-row><t:table-cell t:number-columns-repeated="2000000000"><text:p>email</text:p></t:table-cell></t:table-row></t:table></o:spreadsheet></o:body></o:document-content>`), "more than 16384 columns"},
		{"half an ods", "a.ods", odsWith(`<t:table-row>`), "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := opened(t, path, Options{})
			for err == nil {
				_, err = r.Next()
			}
			if tt.want == "" {
				if err != io.EOF {
					t.Error(err)
				}
				return
			}
			got := err.Error()
			for want := range strings.SplitSeq(tt.want, "|") {
				if !strings.Contains(got, want) {
					t.Errorf("the error is %q, want %q", got, want)
				}
			}
		})
	}
}

// A job has rows of a formula without a result, and of cells beyond the header.
func TestBookRows(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	text := func(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }
	rows := `<row r="4">` + text("email") + text("n") + `</row><row r="6">` + text("a@b.example") + `<c><f>A1</f></c></row>` +
		`<row r="7">` + text("c@d.example") + `<c/>` + text("beyond") + `</row><row r="8">` + text("e@f.example") + `<c><f>A1</f><v>3</v></c></row><row r="9"><c/></row>`
	if err := os.WriteFile(path, zipped(t, parts(map[string]string{"xl/sheet.xml": sheetOf(rows)})), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := opened(t, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := allRows(t, r, func(row *Row) string {
		line := fmt.Sprint(row.Number, row.Line, " ")
		if row.Problem != nil {
			line += row.Problem.Text
		}
		return line
	})
	want := []string{`1 6 the formula in column "n" has no result in the file`, "2 7 column 3 has data, but no name in the header", "3 8 "}
	if !slices.Equal(got, want) {
		t.Errorf("rows are %q, want %q", got, want)
	}
}

// allRows reads to the end, and returns each row in words.
func allRows(t *testing.T, r *Reader, words func(*Row) string) (all []string) {
	t.Helper()
	for {
		row, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, words(row))
	}
}

// An ods file says more shortly than others: rows and cells that are repeated, spaces, hidden sheets.
func TestBookODS(t *testing.T) {
	t.Parallel()
	const begin = `<o:document-content><o:automatic-styles><st:style st:name="h"><st:table-properties t:display="false"/></st:style><st:style st:name="v"><st:table-properties t:display="true"/></st:style></o:automatic-styles><o:body><o:spreadsheet>`
	text := func(s string) string {
		return `<t:table-cell o:value-type="string"><text:p>` + s + `</text:p></t:table-cell>`
	}
	sheet := `<t:table t:name="Old" t:style-name="h"><t:table-row>` + text("old") + `</t:table-row></t:table>` +
		`<t:table t:name="None" t:style-name="v"><t:table-row t:number-rows-repeated="1048576"><t:table-cell t:number-columns-repeated="16384"/></t:table-row></t:table>` +
		`<t:table t:name="Now" t:style-name="v"><t:table-header-rows><t:table-row>` + text("email") + text("a") + text("b") + text("c") + `</t:table-row></t:table-header-rows>` +
		`<t:table-row t:number-rows-repeated="3"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>` +
		`<t:table-row t:number-rows-repeated="2">` + text("x@b.example") + `<t:table-cell t:number-columns-repeated="2" o:value-type="percentage" o:value="0.25"><text:p>25%</text:p></t:table-cell>` +
		`<t:table-cell o:value-type="string"><o:annotation><text:p>a note</text:p></o:annotation><text:p> one <text:span>two</text:span><text:s text:c="2"/>three<text:line-break/>four</text:p><text:p>five</text:p></t:table-cell><t:table-cell t:number-columns-repeated="1000"/></t:table-row>` +
		`<t:table-row t:visibility="filter">` + text("y@b.example") + `<t:table-cell o:value-type="float" o:value="1234.5"/><t:table-cell t:formula="of:=1/0" o:value-type="string" o:string-value="" c:value-type="error"><text:p>#DIV/0!</text:p></t:table-cell><t:table-cell t:formula="of:=A1"/></t:table-row>` +
		`<t:table-row t:number-rows-repeated="1048569"><t:table-cell/></t:table-row></t:table>`
	path := filepath.Join(t.TempDir(), "a.ods")
	data := zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": begin + sheet + `</o:spreadsheet></o:body></o:document-content>`})
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := opened(t, path, Options{Key: "email"})
	if err != nil {
		t.Fatal(err)
	}
	got := allRows(t, r, func(row *Row) string {
		line := shown(row)
		if row.Problem != nil {
			line += " " + row.Problem.Kind
		}
		return line
	})
	want := []string{
		"5 1 \"x@b.example\" x@b.example x@b.example,25%/n0.25,25%/n0.25,one two  three\nfour\nfive",
		"6 2 \"x@b.example\" x@b.example x@b.example,25%/n0.25,25%/n0.25,one two  three\nfour\nfive",
		"7 3 \"y@b.example\" y@b.example y@b.example,1234.5/n1234.5,#DIV/0!, formula",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows are\n%q, want\n%q", got, want)
	}
	notes := r.Notes(func(int) bool { return true })
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "a.ods: 1 row is hidden in the sheet, which has a filter, the first is line 7;") {
		t.Errorf("notes are %q", notes)
	}
}
