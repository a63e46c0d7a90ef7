package job

import (
	"fmt"
	"testing"

	"mailshot/job/recipients"
	"mailshot/template"
)

// claimed is a spool of rows with the files C0001 to C000n, and what tells them
// apart.
func claimed(t *testing.T, file string, n int) (*claims, []checkedRow) {
	t.Helper()
	w := withFiles(t, n, file)
	m, err := open(w.options, w.env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.close() })
	if m.spool, err = recipients.NewSpool(""); err != nil {
		t.Fatal(err)
	}
	m.history = m.newHistory()
	if err := m.readRows(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := m.letters.claims(m.spool)
	t.Cleanup(c.free)
	var rows []checkedRow
	a := m.letters.attachments.Finder(true)
	in := m.spool.Rows()
	for range n {
		r, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		r.Fields(c.columns, c.values)
		if _, err := a.Parts(nil, template.Row{Number: r.Number, Fields: c.values}); err != nil {
			t.Fatal(err)
		}
		files, fingerprint := a.Found()
		rows = append(rows, checkedRow{r, in.Offset(), fingerprint, files})
	}
	return c, rows
}

// TestClaimsCollide: two files with one hash are two files.
func TestClaimsCollide(t *testing.T) {
	c, rows := claimed(t, `"bills/{{.code}}.pdf"`, 2)
	if err := c.sent.Add(rows[1].files[0].ID, rows[0].place); err != nil {
		t.Fatal(err)
	}
	if disputes, err := c.add(rows[1]); disputes != nil || err != nil {
		t.Errorf("a file is that of %+v, %v; want none", disputes, err)
	}
}

// TestClaims: of a file that several rows have, the first is told, if one of
// the two wants it for itself.
func TestClaims(t *testing.T) {
	for _, tt := range []struct {
		unique string // of rows 2, 3 and 4, which have one file
		clash  string
	}{{"yyy", "nyy"}, {"ynn", "nyy"}, {"nyn", "nyn"}, {"nny", "nny"}, {"nnn", "nnn"}} {
		file := fmt.Sprintf(`{file: "bills/{{if eq .code %s}}C0001{{else}}C0002{{end}}.pdf", unique: %t}`, "`C0001`", tt.unique[0] == 'y')
		c, rows := claimed(t, file, 4)
		for i, r := range rows {
			if i > 0 {
				r.files[0].Unique = tt.unique[i-1] == 'y'
			}
			disputes, err := c.add(r)
			if err != nil {
				t.Fatal(err)
			}
			clash := i > 0 && tt.clash[i-1] == 'y'
			if (len(disputes) == 1) != clash || clash && (disputes[0].earlier.Number != 2 || disputes[0].shown != "bills/C0002.pdf") {
				t.Errorf("unique %s: the disputes of row %d are %+v; want one %t", tt.unique, i+1, disputes, clash)
			}
		}
	}
}
