package book

import (
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/ods"
	"mailshot/job/recipients/sheet/xlsx"
)

var booksDir = flag.String("books", "testdata", "a directory with spreadsheets, each with the CSV beside it that LibreOffice makes of it")

// TestBooks holds what cells show against what LibreOffice shows.
func TestBooks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(*booksDir, "*.csv"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files in %s, %v; want at least 40", len(files), *booksDir, err)
	}
	for _, want := range files {
		name := strings.TrimSuffix(want, ".csv")
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			got, byLanguage := showing(t, name)
			holdAgainst(t, got, expected(t, want), byLanguage)
		})
	}
}

// holdAgainst compares rows of cells, blank ones left out. Dates that show what the language of the program
// has are compared with what LibreOffice shows in American English; and it has fractions that it can't show.
func holdAgainst(t *testing.T, got, want [][]string, byLanguage map[int]int) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		for k := range max(len(got[i]), len(want[i])) {
			g, w := at(got[i], k), at(want[i], k)
			if _, ok := byLanguage[k]; ok && i > 0 {
				w = american(w)
			}
			if g != w && w != "#FMT" {
				t.Errorf("row %d, column %s: %q, want %q", i+1, grid.Column(k), g, w)
			}
		}
	}
}

func at(row []string, i int) string {
	if i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// expected returns the rows of a CSV file that are not blank.
func expected(t *testing.T, name string) (all [][]string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(rows, allBlank)
}

// american returns a date of American English as ISO 8601 has it.
func american(s string) string {
	for from, to := range map[string]string{"1/2/2006": time.DateOnly, "1/2/2006 15:04": "2006-01-02 15:04", "1/2/2006 3:04": "2006-01-02 3:04"} {
		if t, err := time.Parse(from, s); err == nil {
			return strings.Replace(t.Format(to), " 0", " ", 1)
		}
	}
	return s
}

// showing returns the rows of the first sheet of a spreadsheet that are not blank, and which columns show
// dates as the language of the program has them.
func showing(t *testing.T, name string) (all [][]string, byLanguage map[int]int) {
	t.Helper()
	in := firstSheet(t, name)
	for {
		row, err := in.Next()
		if err == io.EOF {
			return all, in.Remark().ByLanguage
		}
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		if !allBlank(cells) {
			all = append(all, cells)
		}
	}
}

func firstSheet(t *testing.T, name string) rows {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := grid.OpenArchive(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var b workbook
	if strings.HasSuffix(name, ".ods") {
		ob, oerr := ods.Open(a)
		b, err = odsBook{ob}, oerr
	} else {
		xb, xerr := xlsx.Open(a)
		b, err = xlsxBook{xb}, xerr
	}
	if err != nil {
		t.Fatal(err)
	}
	in, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func allBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return !blank(c) })
}
