package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

// copyAll copies every row of a file with one further cell, under two columns.
func copyAll(t interface{ Fatal(...any) }, file []byte, o Options, cell string) (copied []byte, rows []*Row, columns []string) {
	r, err := NewReader(bytes.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	c, err := NewCopier(&b, r, "mailshot_status", "mailshot_reason")
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			return b.Bytes(), rows, r.Columns()
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
		if err := c.Row(row, "failed", cell); err != nil {
			t.Fatal(err)
		}
	}
}

// A copy is read as the file was, with further columns; and a copy of the copy
// has them once.
func TestCopyIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delim := rapid.SampledFrom([]rune(delimiters)).Draw(t, "delimiter")
		cell := rapid.OneOf(
			rapid.SampledFrom([]string{"", " ", "a@b.example", "x", `"`, ",", ";", "\n", "a\r\n\"b\"", "é", "\x00", "\xff", "=1+1", `""`, `x"y`}),
			rapid.StringN(0, 8, -1))
		header := []string{"email", "b", " c ", "d"}[:rapid.IntRange(1, 4).Draw(t, "columns")]
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma, w.UseCRLF = delim, rapid.Bool().Draw(t, "crlf")
		for _, record := range append([][]string{header}, rapid.SliceOf(rapid.SliceOfN(cell, 1, 5)).Draw(t, "records")...) {
			if err := w.Write(record); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		o := Options{Delimiter: map[rune]string{'\t': "tab"}[delim] + strings.Trim(string(delim), "\t")}
		further := cell.Draw(t, "further cell")

		once, rows, columns := copyAll(t, file.Bytes(), o, "before")
		twice, again, _ := copyAll(t, once, o, further)
		_, last, lastColumns := copyAll(t, twice, o, "")
		if want := append(slices.Clone(columns), "mailshot_status", "mailshot_reason"); !slices.Equal(lastColumns, want) {
			t.Fatalf("columns %q, want %q", lastColumns, want)
		}
		if len(again) != len(rows) || len(last) != len(rows) {
			t.Fatalf("%d rows became %d and %d", len(rows), len(again), len(last))
		}
		for i, row := range last {
			was := rows[i]
			if row.Ragged != was.Ragged || (row.Problem == nil) != (was.Problem == nil) || row.Key != was.Key {
				t.Fatalf("row %d was %+v and is %+v", i+1, was, row)
			}
			if row.Ragged {
				continue
			}
			n := len(columns)
			if !slices.Equal(row.Cells[:n], was.Cells) {
				t.Fatalf("row %d: cells %q, want %q", i+1, row.Cells[:n], was.Cells)
			}
			if got, want := row.Cells[n:], []string{"failed", inert(further)}; !slices.Equal(got, want) {
				t.Fatalf("row %d: further cells %q, want %q", i+1, got, want)
			}
		}
	})
}

func TestCopy(t *testing.T) {
	latin := func(text string) string {
		s, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, tt := range []struct {
		name, in string
		opts     Options
		cell     string
		want     string
	}{
		{"as it stands", "\nemail, x \r\n\"a@b.example\",\"1\n2\"\r\n\r\n,\r\nb@b.example,=1", Options{}, "no such user",
			"\ufeffemail, x ,mailshot_status,mailshot_reason\r\n\"a@b.example\",\"1\n2\",failed,no such user\r\nb@b.example,=1,failed,no such user\r\n"},
		{"encoding", latin("email;ort\na@b.example;Köln\n") + "b@b.example;M\x81\n", Options{Encoding: "windows-1252"}, "x, y",
			"\ufeffemail;ort;mailshot_status;mailshot_reason\na@b.example;Köln;failed;\"x, y\"\nb@b.example;M\xff;failed;\"x, y\"\n"},
		{"separator line", "sep=;\nemail;a,b,c\na@b.example;1\n", Options{}, "",
			"\ufeffsep=;\nemail;a,b,c;mailshot_status;mailshot_reason\na@b.example;1;failed;\n"},
		{"ragged rows", "email,x\na@b.example\nb@b.example,1,2,3\n", Options{}, "",
			"\ufeffemail,x,mailshot_status,mailshot_reason\na@b.example,,failed,,\nb@b.example,1,failed,,2,3\n"},
		{"columns that are there", "mailshot_reason,email,\" mailshot_status \",x\n\"a,\"\"b\",a@b.example,sent,1\n", Options{}, "",
			"\ufeffemail,x,mailshot_status,mailshot_reason\na@b.example,1,failed,\n"},
		{"ragged by a column that goes", "email,x,mailshot_reason\na@b.example,1\n", Options{}, "",
			"\ufeffemail,x,mailshot_status,mailshot_reason\na@b.example,1,failed,,\n"},
		{"formula", "email\na@b.example\n", Options{}, "=1;-2, \" =3|x=4 @\t+5",
			"\ufeffemail,mailshot_status,mailshot_reason\na@b.example,failed,\"'=1;'-2, \"\" '=3|x=4 @ +5\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, _ := copyAll(t, []byte(tt.in), tt.opts, tt.cell)
			if string(got) != tt.want {
				t.Errorf("copy\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

// The quick look at a text is right.
func TestInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("a=+-@,;|\"' \t\né"))), rapid.String()).Draw(t, "text")
		got := inert(text)
		if again := inert(got); again != got {
			t.Fatalf("inert(%q) = %q, and of that %q", text, got, again)
		}
		if !isInert(got) && !strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) {
			t.Fatalf("inert(%q) = %q, which is not", text, got)
		}
		for part := range strings.FieldsFuncSeq(got, func(r rune) bool { return strings.ContainsRune(delimiters, r) }) {
			if part = strings.TrimLeft(part, " \""); part != "" && strings.ContainsRune("=+-@\t\r", rune(part[0])) {
				t.Fatalf("inert(%q) = %q, of which %q is a formula", text, got, part)
			}
		}
	})
}
