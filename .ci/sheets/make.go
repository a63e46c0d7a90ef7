// Make writes spreadsheets as excelize does into a directory: shapes of real exports, some of them by its
// stream writer.
package main

import (
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/xuri/excelize/v2"
)

func main() {
	dir := os.Args[1]
	for name, make := range map[string]func(*excelize.File) error{
		"ex-members": members, "ex-dates": dates, "ex-numbers": numbers, "ex-rich": rich, "ex-stream": stream,
		"ex-merged": merged, "ex-hidden": hidden, "ex-addresses": addresses, "ex-formulas": formulas, "ex-wide": wide,
	} {
		f := excelize.NewFile()
		if err := make(f); err != nil {
			log.Fatal(name, ": ", err)
		}
		if err := f.SaveAs(filepath.Join(dir, name+".xlsx")); err != nil {
			log.Fatal(err)
		}
	}
}

const sheet = "Sheet1"

func fill(f *excelize.File, rows ...[]any) error {
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := f.SetSheetRow(sheet, at, &row); err != nil {
			return err
		}
	}
	return nil
}

// look gives cells the format with a number, or one with a code.
func look(f *excelize.File, from, to string, id int, code string) error {
	style := &excelize.Style{NumFmt: id}
	if code != "" {
		style = &excelize.Style{CustomNumFmt: &code}
	}
	n, err := f.NewStyle(style)
	if err != nil {
		return err
	}
	return f.SetCellStyle(sheet, from, to, n)
}

var day = time.Date(2026, 12, 31, 14, 5, 9, 0, time.UTC)

func members(f *excelize.File) error {
	err := fill(f, []any{"Mitgliedsnummer", "Name", "E-Mail", "Beitrag", "Fällig"},
		[]any{7, "Ann Doe", "ann@club.example", 49.9, day.Truncate(24 * time.Hour)},
		[]any{12, "Zoë Ångström", "zoe@club.example", 1249.9, day.AddDate(0, 1, 0).Truncate(24 * time.Hour)})
	if err != nil {
		return err
	}
	if err := look(f, "A2", "A3", 0, "00000"); err != nil {
		return err
	}
	if err := look(f, "D2", "D3", 0, `#,##0.00\ "€"`); err != nil {
		return err
	}
	return look(f, "E2", "E3", 0, "dd.mm.yyyy")
}

func dates(f *excelize.File) error {
	if err := fill(f, []any{"email", "a", "b", "c", "d", "e", "f", "g", "h"},
		[]any{"ann@club.example", day, day, day, day, day, day, day, day}); err != nil {
		return err
	}
	for i, id := range []int{14, 15, 16, 17, 18, 20, 22, 47} {
		at, _ := excelize.CoordinatesToCellName(i+2, 2)
		if err := look(f, at, at, id, ""); err != nil {
			return err
		}
	}
	return nil
}

func numbers(f *excelize.File) error {
	if err := fill(f, []any{"email", "a", "b", "c", "d", "e", "f", "g"}); err != nil {
		return err
	}
	for i, v := range []float64{1234.5, -1234.5, 0, 0.125, 99999.995} {
		row, _ := excelize.CoordinatesToCellName(1, i+2)
		if err := f.SetSheetRow(sheet, row, &[]any{"p@club.example", v, v, v, v, v, v, v}); err != nil {
			return err
		}
	}
	for i, id := range []int{1, 2, 3, 4, 10, 37, 40} {
		from, _ := excelize.CoordinatesToCellName(i+2, 2)
		to, _ := excelize.CoordinatesToCellName(i+2, 6)
		if err := look(f, from, to, id, ""); err != nil {
			return err
		}
	}
	return nil
}

func rich(f *excelize.File) error {
	if err := fill(f, []any{"email", "note"}, []any{"ann@club.example"}, []any{"bob@club.example", "two\nlines & <tags> \"quoted\""}); err != nil {
		return err
	}
	return f.SetCellRichText(sheet, "B2", []excelize.RichTextRun{{Text: "bold ", Font: &excelize.Font{Bold: true}}, {Text: " and plain"}})
}

func stream(f *excelize.File) error {
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, row := range [][]any{{"email", "n", "ok", "at"}, {"ann@club.example", 3, true, "x"}, {"bob@club.example", 4.25, false, nil}, {" cleo@club.example", "0012", nil, "y"}} {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := w.SetRow(at, row); err != nil {
			return err
		}
	}
	return w.Flush()
}

func merged(f *excelize.File) error {
	if err := fill(f, []any{"family", "email"}, []any{"Doe", "ann@club.example"}, []any{nil, "bob@club.example"}, []any{"Roe", "cleo@club.example"}); err != nil {
		return err
	}
	return f.MergeCell(sheet, "A2", "A3")
}

func hidden(f *excelize.File) error {
	if err := fill(f, []any{"email", "first"}, []any{"ann@club.example", "Ann"}, []any{"bob@club.example", "Bob"}); err != nil {
		return err
	}
	if err := f.SetColVisible(sheet, "B", false); err != nil {
		return err
	}
	if err := f.SetRowVisible(sheet, 2, false); err != nil {
		return err
	}
	if _, err := f.NewSheet("Notes"); err != nil {
		return err
	}
	return f.SetCellValue("Notes", "A1", "not for letters")
}

func addresses(f *excelize.File) error {
	return fill(f, []any{"First Name", "Last Name", "E-mail Address", "Home Phone", "Zip", "Birthday"},
		[]any{"Ann", "Doe", "ann@club.example", "+1 555 0100", "01234", "0/0/00"},
		[]any{"Bob", "O'Roe", "bob@club.example", "(555) 0101", "00501", "3-4"})
}

func formulas(f *excelize.File) error {
	return fill(f, []any{"email", "note"}, []any{"ann@club.example", "x < y"}, []any{"bob@club.example", "a\tb"})
}

func wide(f *excelize.File) error {
	head, row := []any{"email"}, []any{"ann@club.example"}
	for i := range 60 {
		head, row = append(head, "c"+string(rune('A'+i%26))+string(rune('a'+i/26))), append(row, i)
	}
	return fill(f, head, row)
}
