package book

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"
	"unicode/utf8"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/ods"
	"mailshot/job/recipients/sheet/xlsx"
)

// Whatever stands in the parts of a spreadsheet, its rows come in order and are text, or there is an
// error that says what is wrong.
func FuzzBook(f *testing.F) {
	f.Add(`<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="b"><v>1</v></c></row><row><c s="0"><v>46000.5</v></c><c s="9"><f>A1</f></c><c t="d"><v>2026-01-02</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
		`<sst><si><t>a_x000D_b</t><rPh><t>no</t></rPh></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="d/m/yy"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>`)
	f.Add(`<o:document-content><o:body><o:spreadsheet><t:table t:name="S"><t:table-column t:number-columns-repeated="3" t:visibility="collapse"/><t:table-row t:number-rows-repeated="2"><t:table-cell o:value-type="float" o:value="1.5" t:number-columns-spanned="2"><text:p>1<text:s c="3"/>5</text:p><o:annotation><text:p>no</text:p></o:annotation></t:table-cell><t:covered-table-cell/><t:table-cell o:value-type="time" o:time-value="PT09H30M00S"/><t:table-cell o:value-type="date" o:date-value="2026-12-31"/></t:table-row></t:table><t:table/></o:spreadsheet></o:body></o:document-content>`, "", "")
	f.Fuzz(func(t *testing.T, sheet, texts, styles string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"xl/workbook.xml":            `<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/><Relationship Id="c" Type="x/styles" Target="y.xml"/></Relationships>`,
			"xl/s.xml":                   sheet, "xl/t.xml": texts, "xl/y.xml": styles, "content.xml": sheet,
		} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name})
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
		a, err := grid.OpenArchive(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := xlsx.Open(a); err == nil {
			readAll(t, xlsxBook{b})
		} else if _, ok := errors.AsType[*grid.Error](err); !ok {
			t.Errorf("xlsx: %v", err)
		}
		if b, err := ods.Open(a); err == nil {
			readAll(t, odsBook{b})
		} else if _, ok := errors.AsType[*grid.Error](err); !ok {
			t.Errorf("ods: %v", err)
		}
	})
}

func readAll(t *testing.T, b workbook) {
	t.Helper()
	for i := range b.Sheets() {
		in, err := b.Rows(i)
		for last, n := 0, 0; err == nil && n < 1000; n++ {
			var row *grid.Row
			if row, err = in.Next(); err != nil {
				break
			}
			if row.Number <= last || len(row.Cells) == 0 {
				t.Errorf("row %d with %d cells after row %d", row.Number, len(row.Cells), last)
			}
			last = row.Number
			for _, c := range row.Cells {
				if !utf8.ValidString(c.Text) {
					t.Errorf("row %d has %q", row.Number, c.Text)
				}
			}
		}
		if _, ok := errors.AsType[*grid.Error](err); err != nil && err != io.EOF && !ok {
			t.Error(err)
		}
	}
}
