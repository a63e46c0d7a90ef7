package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exampleRows returns the rows of a file of an example, by column.
func exampleRows(t *testing.T, name, file string) (all []map[string]string) {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "examples", name, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		row := make(map[string]string)
		for i, column := range records[0] {
			row[column] = r[i]
		}
		all = append(all, row)
	}
	return all
}

// drawnPage returns a PDF file of one page with a title and lines below it.
func drawnPage(sender, title string, lines ...string) []byte {
	p := &page{}
	p.text(60, 780, 16, true, sender)
	p.text(60, 700, 16, true, title)
	for i, line := range append(lines, "This is an example, and nobody's.") {
		p.text(60, 660-20*i, 11, false, line)
	}
	return p.file()
}

// reportOf returns the report of a pupil.
func reportOf(row map[string]string) []byte {
	// The fonts of the page do not have all letters, so no name is on it.
	return drawnPage("Lakeside School", "Report, first half of the year", "Pupil "+row["pupil"], "Class "+row["class"])
}

// slipOf returns the payslip of a member of the staff.
func slipOf(row map[string]string) []byte {
	return drawnPage("The Works", "Payslip, November 2026", "Number "+row["number"], "Net, in euros: 0.00")
}

// The files of the examples are those that their rows make.
func TestExampleFiles(t *testing.T) {
	t.Parallel()
	files := make(map[string][]byte)
	for _, row := range exampleRows(t, "school", "pupils.csv") {
		files[filepath.Join("school", "reports", row["file"])] = reportOf(row)
	}
	for _, row := range exampleRows(t, "payslips", "staff.csv") {
		if row["file"] != "" {
			files[filepath.Join("payslips", "slips", row["file"])] = slipOf(row)
		}
	}
	if len(files) != 10 {
		t.Errorf("%d files, want 10", len(files))
	}
	for name, want := range files {
		path := filepath.Join(root, "examples", name)
		if *drawInvoices {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not as its row makes it, %v; go test -run ExampleFiles ./cmd/mailshot -invoice.draw", name, err)
		}
	}
}

// Each example says what it is and how it is tried: its commands can be given, and its jobs are there.
func TestExampleReadmes(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile(filepath.Join(root, "examples", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(root, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if !strings.Contains(string(index), "| ["+e.Name()+"]("+e.Name()+") |") {
			t.Errorf("examples/README.md does not list %s", e.Name())
		}
		text, err := os.ReadFile(filepath.Join(root, "examples", e.Name(), "README.md"))
		if err != nil {
			t.Error(err)
			continue
		}
		sends := false
		for line := range strings.Lines(string(text)) {
			command, ok := strings.CutPrefix(line, "    mailshot ")
			if !ok {
				continue
			}
			args := parseLine(t, e.Name(), "mailshot "+strings.TrimSpace(command))
			job := args[len(args)-1]
			if _, err := os.Stat(filepath.Join(root, "examples", e.Name(), job)); err != nil && args[0] != "status" {
				t.Errorf("%s: %s: %v", e.Name(), command, err)
			}
			sends = sends || strings.HasPrefix(command, "run --sandbox ")
		}
		if !sends {
			t.Errorf("the README of %s does not say how to send in the sandbox", e.Name())
		}
	}
}
