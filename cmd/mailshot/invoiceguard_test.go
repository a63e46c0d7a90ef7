package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A file that is another customer's, for two, for nobody or not there is found
// before anything is sent.
func TestExampleInvoiceGuard(t *testing.T) {
	invoiceKey(t)
	const hart, soehne = "2026-0412-10007.pdf", "2026-0413-10012.pdf"
	for _, tt := range []struct {
		name   string
		rows   []string          // old and new texts of the recipients file
		rename map[string]string // in invoices; "" takes the file away
		status int
		want   []string // on stderr
		not    string
	}{
		{name: "well"},
		{
			name: "swapped", rows: []string{hart, soehne, soehne, hart}, status: 65,
			want: []string{
				`customers.csv:2: row 1: invoices/` + soehne + `: the name does not contain "10007" (must_contain)`,
				`customers.csv:3: row 2: invoices/` + hart + `: the name does not contain "10012" (must_contain)`,
			},
			not: "row 3",
		},
		{
			name: "one for two", rows: []string{soehne, hart}, status: 65,
			want: []string{
				"customers.csv:3: row 2: invoices/" + hart + `: the name does not contain "10012" (must_contain)`,
				"invoices/" + soehne + " is the file of no row",
			},
			not: "row 1",
		},
		{
			name: "missing", rename: map[string]string{soehne: ""}, status: 65,
			want: []string{"customers.csv:3: row 2: there is no file invoices/" + soehne},
			not:  "row 1",
		},
		{
			name: "one more", rename: map[string]string{soehne: soehne, "2026-0417-10040.pdf": hart},
			want: []string{"invoices/2026-0417-10040.pdf is the file of no row"},
			not:  "row",
		},
		{
			name: "out of the directory", rows: []string{hart, "../10007.pdf"}, status: 65,
			want: []string{"row 1: invoices/../10007.pdf: a cell can't make a path with .. in it"},
			not:  "row 2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(invoiceDir)); err != nil {
				t.Fatal(err)
			}
			editInvoices(t, dir, tt.rows, tt.rename)
			for _, command := range [][]string{{"check"}, {"run", "--yes"}} {
				if command[0] == "run" && tt.status == 0 {
					continue // it would send
				}
				c := exec.Command(mailshotBinary(t), append(command, "invoice.yaml")...)
				c.Dir = dir
				c.Env = append(os.Environ(), "SMTP_PASSWORD=unused")
				var stderr strings.Builder
				c.Stderr = &stderr
				if err := c.Run(); c.ProcessState == nil || c.ProcessState.ExitCode() != tt.status {
					t.Errorf("%s: %v, want exit status %d\n%s", command, err, tt.status, stderr.String())
				}
				for _, want := range tt.want {
					if !strings.Contains(stderr.String(), want) {
						t.Errorf("%s does not say %q:\n%s", command, want, stderr.String())
					}
				}
				if tt.not != "" && strings.Contains(stderr.String(), tt.not+":") {
					t.Errorf("%s says %q:\n%s", command, tt.not, stderr.String())
				}
				if len(tt.want) == 0 && stderr.String() != "" {
					t.Errorf("%s says %s", command, stderr.String())
				}
			}
		})
	}
}

// editInvoices makes a copy of the example another one. Old and new texts stand
// in turn, and are replaced at once.
func editInvoices(t *testing.T, dir string, rows []string, rename map[string]string) {
	t.Helper()
	path := filepath.Join(dir, "customers.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.NewReplacer(rows...).Replace(string(b))
	if len(rows) > 0 && edited == string(b) {
		t.Fatal("nothing is edited")
	}
	if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, from := range rename {
		at := filepath.Join(dir, "invoices", name)
		if from == "" {
			err = os.Remove(at)
		} else if b, err = os.ReadFile(filepath.Join(invoiceDir, "invoices", from)); err == nil {
			err = os.WriteFile(at, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
