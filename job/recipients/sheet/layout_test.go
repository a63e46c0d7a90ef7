package sheet

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// hintOf reads a file to its first error or problem, and returns the text and the hint of it.
func hintOf(t *testing.T, in string, o Options) string {
	t.Helper()
	r, err := NewReader(strings.NewReader(in), o)
	for err == nil {
		var row *Row
		if row, err = r.Next(); err == nil && row.Problem != nil {
			return row.Problem.Text + "\nhint: " + row.Problem.Hint
		}
	}
	return err.Error()
}

// A file that is laid out in another way than was thought says in which.
func TestLayout(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		opts     Options
		want     string
	}{
		{"title", "Members,,\nemail,name,city\na@b.example,A,B\n", Options{}, "line 2 looks like the header, as it has a column \"email\": say so with `header: 2`, or take out the lines above it"},
		{"title without delimiters", "Members of 2026\nname;E-Mail;city\nA;a@b.example;B\n", Options{}, `line 2 looks like the header, as it has a column "E-Mail"`},
		{"title of several lines", "Report,,\n2026-01-01 to 2026-12-31,,\n,,\nname,email,amount\nA,a@b.example,5\n", Options{}, "line 4 looks like the header"},
		{"title in quotation marks", "\"Club, the\nsecond\",\nname,mail\nA,a@b.example\n", Options{}, "line 3 looks like the header"},
		// An empty row above the header and an empty column before it: pcreux/csv-importer, issue 54.
		{"empty row and column", ",,\n,email,name\n,a@b.example,A\n", Options{}, `line 2 looks like the header, as it has a column "email"`},
		{"title twice the same", "Q1,Q1\nemail,name\n", Options{}, "line 2 looks like the header"},
		{"title and a named column", "Members,,\nname,Contact,city\n", Options{Email: "contact"}, `line 2 looks like the header, as it has a column "Contact"`},
		{"title and no known name", "Members\nName,Kontakt\nA,a@b.example\n", Options{}, "line 2 looks like the header: say so with `header: 2`, or take out the lines above it, and name the address column with `email:`"},
		{"sep and title", "sep=;\nMembers;\nemail;name\n", Options{}, "line 3 looks like the header"},
		{"no title", "Name,Kontakt\nA,a@b.example\n", Options{}, "the columns are Name, Kontakt"},
		{"no header", "a@b.example,A\nemail,B\n", Options{}, "this one has an address"},

		{"CSV in CSV", "\"email,name\"\n\"a@b.example,A\"\n", Options{}, "CSV inside CSV"},
		{"CSV in CSV with semicolons", "\"email;name\"\n\"a@b.example;A\"\n", Options{}, "CSV inside CSV"},
		{"CSV in CSV, inner marks", "\"name,\"\"email\"\"\"\n\"A,\"\"a@b.example\"\"\"\n", Options{}, "CSV inside CSV"},
		{"CSV in CSV below a header", "email,name\n\"a@b.example,A\"\n", Options{}, "CSV inside CSV"},

		{"tie", "email;last,first\na@b.example;A,B\n", Options{}, "the header has a comma and a semicolon between its columns; say which one parts them: with `delimiter: \";\"` there is a column \"email\""},
		{"two delimiters", "name,email;city\nA,a@b.example;C\n", Options{}, "the header has a comma and a semicolon between its columns; export the file anew, with one of them between all columns"},
		{"tie with a tab", "email\tlast|first\n", Options{Delimiter: "|"}, "with `delimiter: \"\\t\"`"},
		{"rows have another", "email,name\na@b.example;A\n", Options{}, "the columns of the header are parted by a comma, those of this line by a semicolon"},

		{"space before a mark", "\"email\", \"name\"\n", Options{}, "a space stands before the quotation mark that a cell begins with"},
		{"space in a row", "email,name\na@b.example, \"Lee, A\"\n", Options{}, "m.csv:2: a space stands before the quotation mark"},
		// JoshClose/CsvHelper, issue 107.
		{"several spaces", "\"email\",      \"name\"\n", Options{}, "a space stands before the quotation mark"},
		{"tab and semicolon", "\"email\";\t\"name\"\n", Options{Delimiter: ";"}, "a tab stands before the quotation mark"},
		{"no-break space", "\"email\",\u00a0\"name\"\n", Options{}, "a special space (U+00A0) stands before the quotation mark"},
		// golang/go, issue 9440.
		{"space behind a mark", "\"email\" ,\"name\"\n", Options{}, "a space stands behind the quotation mark that a cell ends with"},
		{"space at the end of a line", "\"email\",\"name\" \r\n", Options{}, "a space stands behind the quotation mark"},
		{"files that were joined", "email,name\n\ufeff\"a@b.example\",A\n", Options{}, "a byte order mark (U+FEFF), as where two files were joined, stands before"},
		{"a mark within", "email,name\na@b.example,5 \"inch\"\n", Options{}, "a quotation mark stands in a cell that does not begin with one"},
		{"a space and a mark within", "email,name\n \"a\",5 x\"inch\n", Options{}, "a space stands before the quotation mark"},
		{"text behind", "email,name\n\"a\" b,c\n", Options{}, "text follows the quotation mark that closes a cell"},

		{"macintosh", "email,name\na@b.example,J\x9frgen\n", Options{}, `"JŸrgen" in windows-1252, "Jürgen" in macintosh, "Jƒrgen" in cp850 and cp437`},
		{"DOS", "email,name\na@b.example,J\x81rgen\n", Options{}, `"Jürgen" in cp850 and cp437`},
		{"windows", "email,name\na@b.example,J\xfcrgen\n", Options{}, `"Jürgen" in windows-1252 and windows-1250`},
		{"central Europe", "email,name\na@b.example,Dvo\xf8\xe1k\n", Options{}, `"Dvořák" in windows-1250`},
		{"Cyrillic", "email,name\na@b.example,\xc8\xe2\xe0\xed\n", Options{}, `"Иван" in windows-1251`},
		{"the first of a long text", "email,name\na@b.example," + strings.Repeat("x", 100) + " J\x9frgen\n", Options{}, `Jürgen" in macintosh`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.File = "m.csv"
			if got := hintOf(t, tt.in, tt.opts); !strings.Contains(got, tt.want) {
				t.Errorf("%q:\n%s\nwant in it\n%s", tt.in, got, tt.want)
			}
		})
	}
}

// What programs put before and behind a text is no part of it.
func TestMarksAndEnds(t *testing.T) {
	long := strings.Repeat("\r\n", maxTextEnd)
	for _, tt := range []struct{ name, in, want string }{
		{"two marks", "\ufeff\ufeffemail,name\r\na@b.example,A\r\n", "A"},
		{"two marks and quotation marks", "\ufeff\ufeff\"email\",\"name\"\r\n\"a@b.example\",\"A\"\r\n", "A"},
		{"UTF-16", "\xff\xfe\xff\xfee\x00m\x00a\x00i\x00l\x00,\x00n\x00\n\x00a\x00@\x00b\x00.\x00c\x00,\x00A\x00\n\x00\x1a\x00", "A"},
		{"UTF-16 that ends in the octet", "\xff\xfee\x00m\x00a\x00i\x00l\x00,\x00n\x00\n\x00a\x00@\x00b\x00.\x00c\x00,\x00\x00\x1a", "\u1a00"},
		{"Ctrl-Z", "email,name\r\na@b.example,A\r\n\x1a", "A"},
		{"Ctrl-Z and a line end", "email,name\r\na@b.example,A\r\n\x1a\r\n", "A"},
		{"Ctrl-Z in the last line", "email,name\r\na@b.example,A\x1a", "A"},
		{"several", "email,name\r\na@b.example,A\r\n" + strings.Repeat("\x1a", 128), "A"},
		{"within", "email,name\r\na@b.example,A\x1a\r\nb@b.example,B\r\n", "A\x1a|B"},
		{"within, and long", "email,name\r\na@b.example,A\x1a" + long + "b@b.example,B", "A\x1a|B"},
		{"within and at the end", "email,name\na@b.example,A\x1a\nb@b.example,\x1aB\n\x1a", "A\x1a|\x1aB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
				if got := names(t, in); got != tt.want {
					t.Errorf("%q has the names %q; want %q", tt.in, got, tt.want)
				}
			}
		})
	}
}

func names(t *testing.T, in io.Reader) string {
	t.Helper()
	r, err := NewReader(in, Options{})
	var all []string
	for err == nil {
		var row *Row
		if row, err = r.Next(); err == nil {
			all = append(all, row.Cells[1])
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return strings.Join(all, "|")
}
