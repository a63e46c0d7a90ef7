package sheet

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

const titled = "Members of 2026;\"as of\n1 May\"\n\nNo;Name;Email\n7;Zoë;zoe@club.example\n8;Ann;ann@club.example;x\n"

// What stands above the header is passed over, lines are still those of the file, and a copy has it too.
func TestTitles(t *testing.T) {
	o := Options{File: "m.csv", Header: 4, Key: "No"}
	for _, text := range []string{titled, strings.ReplaceAll(titled, "\n", "\r\n"), "\ufeff" + titled} {
		r, err := NewReader(strings.NewReader(text), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.Columns(), "|"); got != "No|Name|Email" || r.HeaderLine() != 4 || r.Delimiter() != ";" {
			t.Errorf("columns %s in line %d with %s", got, r.HeaderLine(), r.Delimiter())
		}
		var copied bytes.Buffer
		c, err := NewCopier(&copied, r, "state")
		if err != nil {
			t.Fatal(err)
		}
		for line := 5; ; line++ {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil || row.Line != line {
				t.Fatalf("row %+v: %v; want line %d", row, err, line)
			}
			if err := c.Row(row, "failed"); err != nil {
				t.Fatal(err)
			}
		}
		again, err := NewReader(&copied, o)
		if err != nil {
			t.Fatal(err)
		}
		row, err := again.Next()
		if err != nil || row.Key != "7" || row.Address.Local != "zoe" || row.Line != 5 {
			t.Errorf("the copy has %+v: %v", row, err)
		}
	}
}

func TestTitlesRefused(t *testing.T) {
	for _, tt := range []struct {
		text   string
		header int
		want   string
	}{
		{"a\nemail\n", 9, "the header is to be in line 9, and the file ends in line 3"},
		{strings.Repeat("x", maxTitles+1) + "\nemail\n", 2, "octets stand above line 2"},
		{titled, 5, "no column is named email"},
	} {
		_, err := NewReader(strings.NewReader(tt.text), Options{Header: tt.header})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("header %d: %v; want %q", tt.header, err, tt.want)
		}
	}
}

// Rows of anyone need no address, and have none.
func TestAnyone(t *testing.T) {
	r, err := NewReader(strings.NewReader("a,b\n1,\nx\n"), Options{Anyone: true, Email: "c"})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Next()
	if err != nil || row.Problem != nil || row.Key != "" || strings.Join(row.Cells, "|") != "1|" {
		t.Errorf("%+v: %v", row, err)
	}
	if row, err = r.Next(); err != nil || !row.Ragged {
		t.Errorf("%+v: %v; want a ragged row", row, err)
	}
}
