package sheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"

	"mailshot/job/problem"
)

// readAll returns every row as a line of text, and the error that ended it.
func readAll(t *testing.T, text string, o Options) (*Reader, []string, error) {
	t.Helper()
	r, err := NewReader(strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("NewReader(%q): %v", text, err)
	}
	var rows []string
	for {
		row, err := r.Next()
		if err != nil {
			return r, rows, err
		}
		rows = append(rows, show(row))
	}
}

// show returns "ROW@LINE KEY cell|cell", with the problem behind it.
func show(row *Row) string {
	s := fmt.Sprintf("%d@%d %s %s", row.Number, row.Line, row.Key, strings.Join(row.Cells, "|"))
	if row.Problem != nil {
		s += " ! " + row.Problem.Text
	}
	return s
}

func encode(t *testing.T, s string, e unicode.Endianness, bom unicode.BOMPolicy) string {
	t.Helper()
	out, err := unicode.UTF16(e, bom).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReader(t *testing.T) {
	const bom = "\ufeff"
	latin := "email;ort\na@b.example;M\xfcnchen \x80\n"
	for _, tt := range []struct {
		name, in string
		opts     Options
		columns  string
		want     []string
	}{
		{"plain", "email,name\na@b.example,Anna\nB@B.example,Bob", Options{},
			"email|name", []string{"1@2 a@b.example a@b.example|Anna", "2@3 b@b.example B@B.example|Bob"}},
		{"header only", "email,name\n", Options{}, "email|name", nil},
		{"one column", "email\na@b.example\n\nc@d.example\n", Options{},
			"email", []string{"1@2 a@b.example a@b.example", "2@4 c@d.example c@d.example"}},
		{"Excel", bom + "Name;E-Mail\r\n\"Berg; Anna\";a@b.example\r\n", Options{},
			"Name|E-Mail", []string{"1@2 a@b.example Berg; Anna|a@b.example"}},
		{"UTF-16LE", encode(t, "email\tort\r\na@b.example\tMünchen\r\n", unicode.LittleEndian, unicode.UseBOM), Options{},
			"email|ort", []string{"1@2 a@b.example a@b.example|München"}},
		{"UTF-16BE", encode(t, "email\tort\r\na@b.example\tMünchen\r\n", unicode.BigEndian, unicode.UseBOM), Options{},
			"email|ort", []string{"1@2 a@b.example a@b.example|München"}},
		{"UTF-16LE without mark", encode(t, "email,ort\na@b.example,Köln\n", unicode.LittleEndian, unicode.IgnoreBOM), Options{Encoding: "UTF-16"},
			"email|ort", []string{"1@2 a@b.example a@b.example|Köln"}},
		{"UTF-16BE without mark", encode(t, "email,ort\na@b.example,Köln\n", unicode.BigEndian, unicode.IgnoreBOM), Options{Encoding: "utf-16"},
			"email|ort", []string{"1@2 a@b.example a@b.example|Köln"}},
		{"windows-1252", latin, Options{Encoding: "windows-1252"},
			"email|ort", []string{"1@2 a@b.example a@b.example|München €"}},
		{"ISO 8859-1", latin, Options{Encoding: "ISO-8859-1"},
			"email|ort", []string{"1@2 a@b.example a@b.example|München €"}},
		{"latin-1", latin, Options{Encoding: "latin-1"},
			"email|ort", []string{"1@2 a@b.example a@b.example|München €"}},
		{"cp850", "email;ort\na@b.example;M\x81nchen\n", Options{Encoding: "cp850"},
			"email|ort", []string{"1@2 a@b.example a@b.example|München"}},
		{"mark against the options", bom + "email,ort\na@b.example,Köln\n", Options{Encoding: "windows-1252"},
			"email|ort", []string{"1@2 a@b.example a@b.example|Köln"}},
		{"U+FFFD in UTF-8", "email,ort\na@b.example,K\ufffdln\n", Options{},
			"email|ort", []string{"1@2 a@b.example a@b.example|K\ufffdln"}},
		{"blank rows", "email,name\n\na@b.example,A\n,\n , \u00a0\n,,,\n\nc@d.example,C\n,\n,\n\n", Options{},
			"email|name", []string{"1@3 a@b.example a@b.example|A", "2@8 c@d.example c@d.example|C"}},
		{"quoted line ends", "email,text\na@b.example,\"x\r\ny\n\nz\"\nc@d.example,C\n", Options{},
			"email|text", []string{"1@2 a@b.example a@b.example|x\ny\n\nz", "2@6 c@d.example c@d.example|C"}},
		{"quoted line end in the header", "email,\"a\nb\"\na@b.example,1\n", Options{},
			"email|a\nb", []string{"1@3 a@b.example a@b.example|1"}},
		{"doubled quotes", "email,size\na@b.example,\"5\"\" pipe\"\n", Options{},
			"email|size", []string{`1@2 a@b.example a@b.example|5" pipe`}},
		{"comma in quotes against semicolon", "\"a, b, c\";email\n\"1,5\";a@b.example\n", Options{},
			"a, b, c|email", []string{"1@2 a@b.example 1,5|a@b.example"}},
		{"pipe", "email|name\na@b.example|A,B\n", Options{}, "email|name", []string{"1@2 a@b.example a@b.example|A,B"}},
		{"tab said", "email\tname,x\na@b.example\tA\n", Options{Delimiter: "tab"}, "email|name,x", []string{"1@2 a@b.example a@b.example|A"}},
		{"semicolon said", "email;a,b,c\na@b.example;A\n", Options{Delimiter: ";"}, "email|a,b,c", []string{"1@2 a@b.example a@b.example|A"}},
		{"separator line", "sep=;\r\nemail;a,b,c\r\na@b.example;A\r\n", Options{}, "email|a,b,c", []string{"1@3 a@b.example a@b.example|A"}},
		{"header with spaces", " email , First name \na@b.example, Anna \n", Options{},
			"email|First name", []string{"1@2 a@b.example a@b.example| Anna "}},
		{"header with zero-width space", "\u200bemail,x\na@b.example,1\n", Options{},
			"email|x", []string{"1@2 a@b.example a@b.example|1"}},
		{"unnamed columns", "email,,name,,\na@b.example,, A,, \nc@d.example,x,C,,\n", Options{},
			"email|name", []string{"1@2 a@b.example a@b.example| A", "2@3 c@d.example c@d.example|C ! column 2 has data, but no name in the header"}},
		{"columns of one name", "Tel,email,Tel,name,tel\na@b.example,c@d.example,2,C,3\n1,,2,,\n,,,,\n,e@f.example,M\xfcller,E,\n", Options{},
			"email|name|tel|Tel|Tel", []string{"1@2 c@d.example c@d.example|C|3", `2@3  || ! the address column "email" is empty`, "3@5 e@f.example e@f.example|E|"}},
		{"key", "id,email\n 007 ,a@b.example\n\u00a0,c@d.example\n7,x\n", Options{Key: "ID"},
			"id|email", []string{"1@2 007  007 |a@b.example", "2@3  \u00a0|c@d.example ! the key column \"id\" is empty", "3@4 7 7|x ! address \"x\": no @"}},
		{"key is the address", "email\nA@b.example\n", Options{Key: "email"}, "email", []string{"1@2 A@b.example A@b.example"}},
		{"compared key", "email\nJane@B\u00dcCHER.example\n", Options{}, "email", []string{"1@2 jane@xn--bcher-kva.example Jane@BÜCHER.example"}},
		{"ragged", "email,name,city\na@b.example,A\nc@d.example,C,X,Y\ne@f.example,E,Z\n", Options{},
			"email|name|city", []string{
				"1@2  a@b.example|A| ! 2 cells, but the header has 3 cells",
				"2@3  c@d.example|C|X ! 4 cells, but the header has 3 cells",
				"3@4 e@f.example e@f.example|E|Z"}},
		{"bad addresses", "email,n\n,1\na@b,2\na@b.example c@d.example,3\nj\u00fc@b.example,4\n", Options{},
			"email|n", []string{
				`1@2  |1 ! the address column "email" is empty`,
				`2@3  a@b|2 ! address "a@b": the domain has no dot`,
				`3@4  a@b.example c@d.example|3 ! address "a@b.example c@d.example": more than one address`,
				"4@5 jü@b.example jü@b.example|4"}},
		{"not UTF-8", "email,ort\na@b.example,M\xfcnchen\nc@d.example,Ulm\n", Options{},
			"email|ort", []string{"1@2  a@b.example|M\xfcnchen ! the cell in column \"ort\" is not UTF-8", "2@3 c@d.example c@d.example|Ulm"}},
		{"not windows-1252", "email,ort\na@b.example,M\x81\n", Options{Encoding: "windows-1252"},
			"email|ort", []string{"1@2  a@b.example|M\ufffd ! the cell in column \"ort\" is not windows-1252"}},
		{"torn UTF-16", encode(t, "email,ort\na@b.example,Ulm", unicode.LittleEndian, unicode.UseBOM) + "x", Options{},
			"email|ort", []string{"1@2  a@b.example|Ulm\ufffd ! the cell in column \"ort\" is not UTF-16"}},
		{"NUL", "email,ort\na@b.example,U\x00m\n", Options{},
			"email|ort", []string{"1@2  a@b.example|U\x00m ! the cell in column \"ort\" has a NUL character"}},
		{"default order", "mail,E-MAIL\na@b.example,c@d.example\n", Options{}, "mail|E-MAIL", []string{"1@2 c@d.example a@b.example|c@d.example"}},
		{"exact before case", "EMAIL,email\na@b.example,c@d.example\n", Options{}, "EMAIL|email", []string{"1@2 c@d.example a@b.example|c@d.example"}},
		{"named", "Adresse,email\na@b.example,c@d.example\n", Options{Email: " adresse"}, "Adresse|email", []string{"1@2 a@b.example a@b.example|c@d.example"}},
		{"last line without end, CR", "email,n\r\na@b.example,1\r", Options{}, "email|n", []string{"1@2 a@b.example a@b.example|1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, err := readAll(t, tt.in, tt.opts)
			if err != io.EOF {
				t.Errorf("last error %v; want io.EOF", err)
			}
			if got := strings.Join(r.Columns(), "|"); got != tt.columns {
				t.Errorf("columns %q; want %q", got, tt.columns)
			}
			if !slices.Equal(rows, tt.want) {
				t.Errorf("rows\n\t%s\nwant\n\t%s", strings.Join(rows, "\n\t"), strings.Join(tt.want, "\n\t"))
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("Next after the end: %v; want io.EOF", err)
			}
		})
	}
}

func TestRow(t *testing.T) {
	r, err := NewReader(strings.NewReader("id,E-Mail,name,\n 1 , a@b.example,\" Anna\n Berg \",\n2,x,Bob,\n3,,\n"),
		Options{File: "members.csv", Name: "Name", Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if row.Name != "Anna\n Berg" || row.Address.String() != "a@b.example" || row.Problem != nil {
		t.Errorf("row 1 = %+v; want the name Anna, Berg and the address a@b.example", row)
	}
	if got, want := fmt.Sprintf("%q", row.Cells), `[" 1 " " a@b.example" " Anna\n Berg "]`; got != want {
		t.Errorf("row 1: cells %s; want %s", got, want)
	}
	kept := row.Cells
	row, err = r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if kept[0] != " 1 " {
		t.Errorf("the cells of row 1 changed to %q by the next one", kept)
	}
	want := problem.Problem{File: "members.csv", Line: 4, Row: 2, Kind: "address", Text: `address "x": no @`}
	if row.Problem == nil || *row.Problem != want {
		t.Errorf("row 2: problem %+v; want %+v", row.Problem, want)
	}
	if row.Cells[2] != "Bob" || row.Ragged || row.Key != "2" {
		t.Errorf("row 2: cells %q, key %q; want them in spite of the problem", row.Cells, row.Key)
	}
	row, err = r.Next()
	if err != nil || row.Problem == nil || !row.Ragged || row.Problem.Hint != "a cell that has a comma in it has to be in quotation marks" {
		t.Errorf("row 3 = %+v, %v; want a ragged row", row, err)
	}
}

func TestFatal(t *testing.T) {
	const bare = "hint: put the whole cell in quotation marks and write each one inside it twice: \"5\"\" pipe\""
	for _, tt := range []struct{ name, in, want string }{
		{"bare quote", "\na@b.example,\"x\ny\"\nc@d.example,5\" pipe\ne@f.example,E\n",
			"m.csv:5: a quotation mark stands in a cell that does not begin with one\n" + bare},
		{"text after a quote", "a@b.example,x\nc@d.example,\"one\ntwo\" three\n",
			"m.csv:4: text follows the quotation mark that closes a cell\n" + bare},
		{"open quote", "a@b.example,x\nc@d.example,\"one\ne@f.example,E\n",
			"m.csv:3: a quotation mark is opened in the record that begins here and never closed\nhint: close it, or write it twice inside a cell in quotation marks"},
		{"open quote in a long file", "a@b.example,x\n\nc@d.example,\"one\n" + strings.Repeat("e@f.example,E\n", maxRecord/10),
			"m.csv:4: the record that begins here is longer than 1048576 octets\nhint: look for a quotation mark that is not closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, err := readAll(t, "email,name\n"+tt.in, Options{File: "m.csv"})
			if err == nil || err.Error() != tt.want {
				t.Errorf("error\n%v\nwant\n%s", err, tt.want)
			}
			if len(rows) != 1 && tt.name != "bare quote" || len(rows) > 2 {
				t.Errorf("%d rows before the error: %q", len(rows), rows)
			}
			if list := new(problem.List); !errors.As(err, &list) {
				t.Errorf("the error is a %T; want a *problem.List", err)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("Next after the error: %v; want it again", again)
			}
		})
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := NewReader(iotest.ErrReader(broken), Options{File: "m.csv"})
	if !errors.Is(err, broken) || err.Error() != "reading m.csv: disk on fire" {
		t.Errorf("NewReader: %v; want the reader's error", err)
	}
	text := "email,n\n" + strings.Repeat("a@b.example,1\n", 3*sampleSize/14) + "c@d.exam"
	r, err := NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; err == nil; n++ {
		_, err = r.Next()
	}
	if !errors.Is(err, broken) || n-1 > 3*sampleSize/14 {
		t.Errorf("%d rows, then %v; want the reader's error and no row of the torn record", n-1, err)
	}
}

func TestEmptyLinesInPlenty(t *testing.T) {
	r, rows, err := readAll(t, "email\n"+strings.Repeat("\r\n", 2*maxRecord)+"a@b.example\n"+strings.Repeat("\n", maxRecord), Options{})
	want := fmt.Sprintf("1@%d a@b.example a@b.example", 2*maxRecord+2)
	if len(rows) != 1 || rows[0] != want || err != io.EOF {
		t.Errorf("rows %q, %v; want %q", rows, err, want)
	}
	if n := cap(r.window.buf); n > 3*maxRecord {
		t.Errorf("the window has grown to %d octets", n)
	}
}
