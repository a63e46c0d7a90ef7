package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// edit is the script command that replaces one text of a file, the first.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	lines := strings.NewReplacer(`\n`, "\n", `\r`, "\r")
	before, after := lines.Replace(args[1]), lines.Replace(args[2])
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, before) {
		ts.Fatalf("%s does not hold %q", args[0], before)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, before, after, 1)), 0o600))
}

// makeRows is the script command that makes a recipients file with the columns
// email, name and amount. Row 7 is r7@club.example, Name 7, 7.
func makeRows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rows FILE N")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("email,name,amount\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "r%d@club.example,Name %d,%d\n", i, i, i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// saveAgain is the script command that opens a CSV file and saves it as some
// spreadsheets do: with a byte order mark, semicolons and CRLF.
func saveAgain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spreadsheet FILE")
	}
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	ts.Check(w.WriteAll(records))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// remember is the script command that keeps a cell of a results log in a
// variable: of the last record of a key, the column.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: remember VAR LOG KEY COLUMN")
	}
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[1]))).ReadAll()
	ts.Check(err)
	key, column := slices.Index(records[0], "key"), slices.Index(records[0], args[3])
	if column < 0 {
		ts.Fatalf("%s has no column %s", args[1], args[3])
	}
	value := ""
	for _, r := range records[1:] {
		if r[key] == args[2] {
			value = r[column]
		}
	}
	if value == "" {
		ts.Fatalf("%s has no %s of %s", args[1], args[3], args[2])
	}
	ts.Setenv(args[0], value)
}

// chomp is the script command that takes the last N octets off a file.
func chomp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: chomp FILE N")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:len(text)-n]), 0o600))
}
