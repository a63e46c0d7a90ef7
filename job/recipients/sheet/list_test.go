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
)

// readList returns every entry as "LINE text", or "LINE ! problem", and the
// error that ended it.
func readList(r io.Reader) ([]string, error) {
	l, err := NewList(r, "no.txt", "")
	if err != nil {
		return nil, err
	}
	var all []string
	for {
		e, err := l.Next()
		if err != nil {
			return all, err
		}
		s := fmt.Sprintf("%d %s", e.Line, e.Text)
		if e.Problem != nil {
			s += "! " + e.Problem.Text
			if e.Problem.File != "no.txt" || e.Problem.Line != e.Line || e.Problem.Row != 0 {
				s += fmt.Sprintf(" (at %s:%d, row %d)", e.Problem.File, e.Problem.Line, e.Problem.Row)
			}
		}
		all = append(all, s)
	}
}

func TestList(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"only a mark", "\ufeff", nil},
		{"only comments", "# nobody\n\n  # yet", nil},
		{"only a heading", "email", nil},
		{"lines", "a@b.example\nc@d.example", []string{"1 a@b.example", "2 c@d.example"}},
		{"what Windows writes", "\ufeffa@b.example\r\n\r\nc@d.example\r\n", []string{"1 a@b.example", "3 c@d.example"}},
		{"comments", "# asked by telephone\na@b.example # 3 March\n#c@d.example\n \t# x\n\u00a0e@f.example\u00a0\t# y # z\n",
			[]string{"2 a@b.example", "5 e@f.example"}},
		{"a hash in an address", "a#1@b.example\n\"x #1\"@b.example\n", []string{"1 a#1@b.example", `2 "x #1"@b.example`}},
		{"as compared", "Jane.Doe@B\u00dcCHER.example\nJO\u0308@b.example\n", []string{"1 jane.doe@xn--bcher-kva.example", "2 jö@b.example"}},
		{"domains", "@Club.Example\n@b\u00fccher.example\n", []string{"1 @club.example", "2 @xn--bcher-kva.example"}},
		{"heading", "E-Mail\na@b.example\n", []string{"2 a@b.example"}},
		{"heading below a comment", "# export\n\"email\"\na@b.example\n", []string{"3 a@b.example"}},
		{"a heading further down", "a@b.example\nemail\n", []string{"1 a@b.example", `2 ! "email" is neither an address nor a @domain: no @`}},
		{"UTF-16", encode(t, "a@bücher.example\r\nc@d.example\r\n", unicode.LittleEndian, unicode.UseBOM), []string{"1 a@xn--bcher-kva.example", "2 c@d.example"}},

		{"CSV", "Name,E-Mail,Since\n\"Berg, Anna\",A@b.example,2024\n,@d.example,\n", []string{"2 a@b.example", "3 @d.example"}},
		{"CSV of a spreadsheet", "\ufeffName;Mail\r\n\"Berg; \r\nAnna\";a@b.example\r\n\r\nBob;c@d.example\r\n", []string{"2 a@b.example", "5 c@d.example"}},
		{"CSV with a separator line", "sep=;\nemail\na@b.example\n", []string{"3 a@b.example"}},
		{"CSV below comments", "# of the office,\n\nemail,why\na@b.example,# asked\nc@d.example,bounced\n", []string{"4 a@b.example", "5 c@d.example"}},
		{"CSV in another encoding", "email\tort\na@b.example\tM\xfcnchen\nb@d.example\tU\x00m\n", []string{"2 a@b.example", "3 b@d.example"}},
		{"CSV with data in a column without a name", "email,\na@b.example,x\n", []string{"2 a@b.example"}},

		{"slips", "a.b.example\nclub.example\n@\n@club\na@b.example;\nAnna <a@b.example>\na@b.example, c@d.example\na@b\n", []string{
			`1 ! "a.b.example" is neither an address nor a @domain: no @`,
			`2 ! "club.example" is neither an address nor a @domain: no @`,
			`3 ! "@" is neither an address nor a @domain: nothing after the @`,
			`4 ! "@club" is neither an address nor a @domain: the domain has no dot`,
			`5 ! "a@b.example;" is neither an address nor a @domain: U+003B at the end, the character ;`,
			`6 ! "Anna <a@b.example>" is neither an address nor a @domain: has angle brackets; only the address belongs here, without a name`,
			`7 ! "a@b.example, c@d.example" is neither an address nor a @domain: more than one address`,
			`8 ! "a@b" is neither an address nor a @domain: the domain has no dot`,
		}},
		{"patterns", "*@club.example\n@*.club.example\n", []string{
			`1 ! "*@club.example" is neither an address nor a @domain: there are no patterns; all of a domain is @domain`,
			`2 ! "@*.club.example" is neither an address nor a @domain: there are no patterns; all of a domain is @domain`,
		}},
		{"not UTF-8", "@b\xfccher.example\na@b.example\n", []string{`1 ! "@b\xfccher.example" is neither an address nor a @domain: not valid UTF-8`, "2 a@b.example"}},
		{"torn UTF-16", encode(t, "a@b.example", unicode.LittleEndian, unicode.UseBOM) + "x",
			[]string{`1 ! "a@b.example` + "\ufffd" + `" is neither an address nor a @domain: not valid UTF-8`}},
		{"slips in CSV", "email,why\n,x\na@b,x\na@b.example,x,y\n", []string{
			`2 ! an empty cell is neither an address nor a @domain: empty address`,
			`3 ! "a@b" is neither an address nor a @domain: the domain has no dot`,
			`4 ! 3 cells, but the header has 2 cells`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				got, err := readList(r)
				if err != io.EOF {
					t.Errorf("last error %v; want io.EOF", err)
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("entries\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
				}
			}
		})
	}
}

// Where it is not certain any more what is a line, nothing is taken for read.
func TestListUnreadable(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		in   io.Reader
		want string
	}{
		{"a spreadsheet", strings.NewReader("PK\x03\x04"), "no.txt: this is a spreadsheet or a zip file, not CSV\nhint: save it as CSV (UTF-8) in the spreadsheet program"},
		{"an open quote", strings.NewReader("email,n\n\"a@b.example,x\nc@d.example,x\n"), "no.txt:2: a quotation mark is opened in the record that begins here and never closed\nhint: close it, or write it twice inside a cell in quotation marks"},
		{"two address columns", strings.NewReader("\nEMAIL,Email\na@b.example,c@d.example\n"), "no.txt:2: column \"email\" may be \"EMAIL\" or \"Email\"\nhint: write the name as it is in the header"},
		{"another name for the column", strings.NewReader("address,code,error\nbob@b.example,550,no such user\n"), "no.txt:1: no column is named email, e-mail or mail; the one with addresses is \"address\"\n" +
			"hint: name it in the job file: suppress: [{file: no.txt, email: address}]"},
		{"a column alone", strings.NewReader("# list\n\nE-Mail: private\nbob@b.example\n"), "no.txt:3: no column is named email, e-mail or mail; the one with addresses is \"E-Mail: private\"\n" +
			"hint: name it in the job file: suppress: [{file: no.txt, email: \"E-Mail: private\"}]"},
		{"a line without end", strings.NewReader("a@b.example\n" + strings.Repeat("x", 1<<17)), "no.txt:2: the line is longer than 65536 octets\nhint: " + listHint},
		{"the reader, at once", iotest.ErrReader(broken), "reading no.txt: broken"},
		{"the reader, in a line", io.MultiReader(strings.NewReader("a@b.example\nc@d."), iotest.ErrReader(broken)), "reading no.txt: broken"},
		{"the reader, in CSV", io.MultiReader(strings.NewReader("email,n\na@b.example,1\nc@d."), iotest.ErrReader(broken)), "reading no.txt: broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readList(tt.in); err == nil || err.Error() != tt.want {
				t.Errorf("error\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
}

// Cells that stand in the wrong column, or are no text, are no ground for a
// decision; a bad address is.
func TestRowDoubtful(t *testing.T) {
	r, err := NewReader(strings.NewReader("email,name,\na@b.example,A,\nc@d.example,\nx,C,\ne@f.example,M\xfcller,\ng@h.example,G,x\ni@j.example,\x00,\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []bool
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		got = append(got, row.Doubtful)
	}
	if want := []bool{false, true, false, true, true, true}; !slices.Equal(got, want) {
		t.Errorf("doubtful rows %v; want %v", got, want)
	}
}

func FuzzList(f *testing.F) {
	for _, s := range []string{"", "email\na@b.example", "# x\n@b.example # y\r\n", "n;email\n\"x\ny\";a@b.example", "sep=;\nemail\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := readList(strings.NewReader(in))
		again, errAgain := readList(iotest.OneByteReader(strings.NewReader(in)))
		if !slices.Equal(got, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Errorf("%q: entries %q, %v; octet by octet %q, %v", in, got, err, again, errAgain)
		}
		last := 0
		for _, s := range got {
			line := 0
			if _, err := fmt.Sscan(s, &line); err != nil || line <= last || line > strings.Count(in, "\n")+1 {
				t.Errorf("%q: entry %q after line %d", in, s, last)
			}
			last = line
		}
	})
}
