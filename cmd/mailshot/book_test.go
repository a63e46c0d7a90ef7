package main

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var bookRows = flag.Int("book.rows", 2000, "the rows of TestBookMemory")

// makeBook is the command book: it makes an xlsx of CSV files, a sheet of each that has the file's name
// without the ending. A cell n:1234.5:0.00 is a number in a format, f:A1 a formula without a result,
// and e:#N/A an error; a line that begins with "hidden:" is hidden.
func makeBook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: book FILE.xlsx FILE.csv...")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	b := newBook(f)
	for _, name := range args[1:] {
		in := csv.NewReader(strings.NewReader(ts.ReadFile(name)))
		in.FieldsPerRecord = -1
		rows, err := in.ReadAll()
		ts.Check(err)
		ts.Check(b.sheet(strings.TrimSuffix(filepath.Base(name), ".csv"), func(yield func([]string)) {
			for _, row := range rows {
				yield(row)
			}
		}))
	}
	ts.Check(errors.Join(b.end(), f.Close()))
}

// A bookWriter writes an xlsx whose cells share their texts, and which is not kept in memory but for
// these.
type bookWriter struct {
	zip    *zip.Writer
	names  []string
	codes  []string
	shared *os.File
	texts  *bufio.Writer
	count  int
}

func newBook(w io.Writer) *bookWriter {
	f, err := os.CreateTemp("", "book-test-*")
	if err != nil {
		panic(err)
	}
	return &bookWriter{zip: zip.NewWriter(w), shared: f, texts: bufio.NewWriter(f)}
}

// sheet writes a sheet with the rows that each gives.
func (b *bookWriter) sheet(name string, each func(yield func([]string))) error {
	b.names = append(b.names, name)
	part, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names)))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(part)
	fmt.Fprint(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	n := 0
	each(func(cells []string) {
		n++
		hidden := ""
		if first, ok := strings.CutPrefix(cells[0], "hidden:"); ok {
			cells[0], hidden = first, ` hidden="1"`
		}
		fmt.Fprintf(w, `<row r="%d"%s>`, n, hidden)
		for i, c := range cells {
			b.cell(w, fmt.Sprintf("%c%d", 'A'+i, n), c)
		}
		fmt.Fprint(w, `</row>`)
	})
	fmt.Fprint(w, `</sheetData></worksheet>`)
	return w.Flush()
}

func (b *bookWriter) cell(w io.Writer, at, text string) {
	kind, value, _ := strings.Cut(text, ":")
	switch kind {
	case "n":
		number, code, _ := strings.Cut(value, ":")
		fmt.Fprintf(w, `<c r="%s" s="%d"><v>%s</v></c>`, at, b.style(code), number)
	case "f":
		fmt.Fprintf(w, `<c r="%s"><f>%s</f></c>`, at, value)
	case "e":
		fmt.Fprintf(w, `<c r="%s" t="e"><v>%s</v></c>`, at, value)
	default:
		if text == "" {
			return
		}
		fmt.Fprint(b.texts, "<si><t>")
		xml.EscapeText(b.texts, []byte(text))
		fmt.Fprint(b.texts, "</t></si>")
		fmt.Fprintf(w, `<c r="%s" t="s"><v>%d</v></c>`, at, b.count)
		b.count++
	}
}

func (b *bookWriter) style(code string) int {
	for i, c := range b.codes {
		if c == code {
			return i + 1
		}
	}
	b.codes = append(b.codes, code)
	return len(b.codes)
}

// end writes what is about all sheets.
func (b *bookWriter) end() error {
	const main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	book, links := fmt.Sprintf(`<workbook xmlns="%s" xmlns:r="%s"><sheets>`, main, office), rels
	for i, name := range b.names {
		book += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="r%[2]d"/>`, name, i+1)
		links += fmt.Sprintf(`<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, i+1, office)
	}
	links += fmt.Sprintf(`<Relationship Id="s" Type="%s/styles" Target="styles.xml"/><Relationship Id="t" Type="%[1]s/sharedStrings" Target="sharedStrings.xml"/></Relationships>`, office)
	formats, styles := "", `<xf numFmtId="0"/>`
	for i, c := range b.codes {
		var code strings.Builder
		xml.EscapeText(&code, []byte(c))
		formats += fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, &code)
		styles += fmt.Sprintf(`<xf numFmtId="%d"/>`, 164+i)
	}
	for name, text := range map[string]string{
		"_rels/.rels":                rels + fmt.Sprintf(`<Relationship Id="b" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>`, office),
		"xl/workbook.xml":            book + `</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": links,
		"xl/styles.xml":              fmt.Sprintf(`<styleSheet xmlns="%s"><numFmts>%s</numFmts><cellXfs>%s</cellXfs></styleSheet>`, main, formats, styles),
	} {
		w, err := b.zip.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return errors.Join(b.sharedTexts(main), b.zip.Close(), os.Remove(b.shared.Name()))
}

func (b *bookWriter) sharedTexts(space string) error {
	w, err := b.zip.Create("xl/sharedStrings.xml")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, `<sst xmlns="%s">`, space)
	if err := b.texts.Flush(); err != nil {
		return err
	}
	if _, err := b.shared.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(w, b.shared); err != nil {
		return err
	}
	_, err = io.WriteString(w, `</sst>`)
	return errors.Join(err, b.shared.Close())
}

// TestBookMemory checks a job whose recipients are a spreadsheet in which no text is there twice.
func TestBookMemory(t *testing.T) {
	t.Parallel()
	if raceDetector {
		t.Skip("what the race detector takes of memory is not mailshot's")
	}
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "people.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(f)
	err = b.sheet("People", func(yield func([]string)) {
		yield([]string{"email", "name", "company", "due", "amount", "code"})
		for i := range *bookRows {
			yield([]string{
				fmt.Sprintf("user%07d@example.test", i), fmt.Sprintf("José %d", i), fmt.Sprintf("Company %d Ltd", i),
				fmt.Sprintf("n:%d:dd/mm/yyyy", 46000+i%365), fmt.Sprintf("n:%d.25:#,##0.00", i), fmt.Sprintf("%08X", i*40503),
			})
		}
	})
	job := `version: 1
recipients: people.xlsx
message: {from: s@example.test, subject: "Hi {{.name}}", text: {inline: '{{.company}}, {{.code}}: {{money "1.234,50" .amount}} by {{date "2 January 2006" .due}} ({{.due}})'}}
server: {host: 127.0.0.1, port: 25, tls: none}
`
	if err := errors.Join(err, b.end(), f.Close(), os.WriteFile(filepath.Join(dir, "job.yaml"), []byte(job), 0o600)); err != nil {
		t.Fatal(err)
	}
	u := runMeasured(t, "check", filepath.Join(dir, "job.yaml"))
	t.Logf("%d rows: %d MiB, %v, %v of CPU", *bookRows, u.peak>>20, u.took, u.cpu)
	const most = 64 << 20
	switch {
	case u.peak <= most:
	case leastPeak() > most:
		t.Skip("this process has more than the program may have, which can't be told apart")
	default:
		t.Errorf("%d rows took %d MiB; want no more than 64", *bookRows, u.peak>>20)
	}
}
