package preflight

import (
	"fmt"
	"testing"

	"mailshot/template"
)

// owned is a spool of rows with the files C0001 to C000n, and what tells them
// apart.
func owned(t *testing.T, file string, n int) (*owners, []checkedRow) {
	t.Helper()
	c := newCheck(t, newJob(t, n, ", attachments: ["+file+"]"))
	o := newOwners(c.Letters, c.Spool)
	t.Cleanup(o.free)
	var rows []checkedRow
	a := c.Letters.Attachments.Finder(true)
	in := c.Spool.Rows()
	for range n {
		r, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		r.Fields(o.columns, o.values)
		a.Begin(template.Row{Number: r.Number, Fields: o.values})
		if _, err := a.Parts(nil); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, checkedRow{r, in.Offset(), a.Found()})
	}
	return o, rows
}

// TestOwnersCollide: two files with one hash are two files.
func TestOwnersCollide(t *testing.T) {
	o, rows := owned(t, `"bills/{{.code}}.pdf"`, 2)
	if err := o.sent.Add(rows[1].files[0].ID, rows[0].offset); err != nil {
		t.Fatal(err)
	}
	if conflicts, err := o.add(rows[1]); conflicts != nil || err != nil {
		t.Errorf("a file is that of %+v, %v; want none", conflicts, err)
	}
}

// TestOwners: of a file that several rows have, the first is told, if one of
// the two wants it for itself.
func TestOwners(t *testing.T) {
	for _, tt := range []struct {
		unique string // of rows 2, 3 and 4, which have one file
		clash  string
	}{{"yyy", "nyy"}, {"ynn", "nyy"}, {"nyn", "nyn"}, {"nny", "nny"}, {"nnn", "nnn"}} {
		file := fmt.Sprintf(`{file: "bills/{{if eq .code %s}}C0001{{else}}C0002{{end}}.pdf", unique: %t}`, "`C0001`", tt.unique[0] == 'y')
		o, rows := owned(t, file, 4)
		for i, r := range rows {
			if i > 0 {
				r.files[0].Unique = tt.unique[i-1] == 'y'
			}
			conflicts, err := o.add(r)
			if err != nil {
				t.Fatal(err)
			}
			clash := i > 0 && tt.clash[i-1] == 'y'
			if (len(conflicts) == 1) != clash || clash && (conflicts[0].earlier.Number != 2 || conflicts[0].shown != "bills/C0002.pdf") {
				t.Errorf("unique %s: the conflicts of row %d are %+v; want one %t", tt.unique, i+1, conflicts, clash)
			}
		}
	}
}
