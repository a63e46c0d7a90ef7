package sheet

import (
	"errors"
	"strings"
	"testing"

	"mailshot/job/problem"
)

func TestHeaderRefused(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		opts     Options
		want     string
	}{
		{"empty file", "", Options{}, "m.csv: the file is empty\nhint: the first line has to name the columns"},
		{"only empty lines", "\ufeff\r\n\n", Options{}, "m.csv: the file is empty\nhint: the first line has to name the columns"},
		{"no names", "\n;;;\na@b.example;;;\n", Options{}, "m.csv:2: the header names no column\nhint: the first line has to name the columns"},
		{"no address column", "name,city\nA,B\n", Options{},
			"m.csv:1: no column is named email, e-mail or mail\nhint: name it with `email:` in the section recipients; the columns are name, city"},
		{"no header", "a@b.example,A\n", Options{},
			"m.csv:1: no column is named email, e-mail or mail\nhint: the first line has to name the columns, and this one has an address"},
		{"one column", "email#name\n", Options{},
			"m.csv:1: no column is named email, e-mail or mail\nhint: name it with `email:` in the section recipients; the only column is \"email#name\"; if it should be more, set `delimiter`"},
		{"missing columns", "email,first_name,member_id\n", Options{Email: "mial", Name: "frist_name", Key: "zzz"},
			"m.csv:1: no column \"mial\", which `email` names\nhint: the columns are email, first_name, member_id\n" +
				"m.csv:1: no column \"frist_name\", which `name` names\nhint: did you mean \"first_name\"? the columns are email, first_name, member_id\n" +
				"m.csv:1: no column \"zzz\", which `key` names\nhint: the columns are email, first_name, member_id"},
		{"further columns", "email,lang,due\n", Options{Columns: []string{"lang", "Due", "zzz"}},
			"m.csv:1: no column \"Due\", which `columns` names\nhint: did you mean \"due\"? the columns are email, lang, due\n" +
				"m.csv:1: no column \"zzz\", which `columns` names\nhint: the columns are email, lang, due"},
		{"further columns of one name", "email,id,id\n", Options{Columns: []string{"id"}},
			"m.csv:1: columns 2 and 3 are both named \"id\"\nhint: give each column that is used a name of its own"},
		{"duplicates", "email,name, name \n", Options{Name: "Name", Key: "name"},
			"m.csv:1: columns 2 and 3 are both named \"name\"\n" +
				"m.csv:1: columns 2 and 3 are both named \"name\"\nhint: give each column that is used a name of its own"},
		{"addresses in two columns", "email,name,email,email\n", Options{},
			"m.csv:1: columns 1, 3 and 4 are all named \"email\"\nhint: give each column that is used a name of its own"},
		{"ambiguous", "Email,EMAIL\n", Options{},
			"m.csv:1: column \"email\" may be \"Email\" or \"EMAIL\"\nhint: write the name as it is in the header"},
		{"not UTF-8", "email,stra\xdfe\n", Options{},
			"m.csv:1: the header of column 2 is not UTF-8\nhint: save the file as UTF-8, or name the encoding in which this text reads right, as recipients: {file: …, encoding: NAME}: " +
				`"straße" in windows-1252 and windows-1250, "straﬂe" in macintosh, "stra▀e" in cp850 and cp437, "straЯe" in windows-1251`},
		{"UTF-16 without mark", "e\x00m\x00a\x00i\x00l\x00\n\x00", Options{},
			"m.csv:1: the header has NUL characters\nhint: if the file was saved as Unicode text, set `encoding: utf-16`"},
		{"CR only", "email,name\ra@b.example,A\r", Options{},
			"m.csv:1: a carriage return stands in the header\nhint: save the file with line ends of Windows (CRLF) or Unix (LF)"},
		{"bare quote", "email,5\" pipe\n", Options{},
			"m.csv:1: a quotation mark stands in a cell that does not begin with one\nhint: put the whole cell in quotation marks and write each one inside it twice: \"5\"\" pipe\""},
		{"spreadsheet", "PK\x03\x04xl/workbook.xml", Options{},
			"m.csv: this is a spreadsheet or a zip file, not CSV\nhint: save it as CSV (UTF-8) in the spreadsheet program"},
		{"page", "<!DOCTYPE html>\n<title>Log in</title>", Options{},
			"m.csv: this is a page of the web, not CSV\nhint: save it as CSV (UTF-8) in the spreadsheet program"},
		{"table of a page", "<TABLE><tr>", Options{},
			"m.csv: this is a page of the web, not CSV\nhint: save it as CSV (UTF-8) in the spreadsheet program"},
		{"JSON", "[{\"email\": 1}]", Options{},
			"m.csv: this is JSON, not CSV\nhint: save it as CSV (UTF-8) in the spreadsheet program"},
		{"encoding", "email\n", Options{Encoding: "utf-9"},
			"m.csv: encoding \"utf-9\" is not known\nhint: try utf-8, utf-16, windows-1252 or iso-8859-1"},
		{"encoding that nobody reads", "email\n", Options{Encoding: "iso-2022-kr"},
			"m.csv: encoding \"iso-2022-kr\" is not known\nhint: try utf-8, utf-16, windows-1252 or iso-8859-1"},
		{"delimiter", "email\n", Options{Delimiter: "::"},
			"m.csv: delimiter \"::\" is not known\nhint: it is one of auto, \",\", \";\", tab and \"|\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.File = "m.csv"
			_, err := NewReader(strings.NewReader(tt.in), tt.opts)
			if err == nil || strings.ReplaceAll(err.Error(), "\n\n", "\n") != tt.want {
				t.Errorf("NewReader(%q) error\n%v\nwant\n%s", tt.in, err, tt.want)
			}
			if list := new(problem.List); !errors.As(err, &list) {
				t.Errorf("NewReader(%q): the error is a %T; want a *problem.List", tt.in, err)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	names := []string{"email", "first_name", "Member ID"}
	for want, near := range map[string]string{
		"emial": "email", "e-mail": "email", "frist_name": "first_name", "member_id": "Member ID",
		"mial": "", "zzz": "", "": "", "city": "",
	} {
		if got := nearest(want, names); got != near {
			t.Errorf("nearest(%q) = %q; want %q", want, got, near)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     byte
	}{
		{"none", "email\na@b.example\n", ','},
		{"comma", "a,b\n1,2\n", ','},
		{"semicolon, decimal commas", "a;b\n1,5;2,5\n", ';'},
		{"tab", "a\tb\n1\t2\n", '\t'},
		{"pipe", "a|b", '|'},
		{"tie", "a,b;c\n1,2;3\n", ','},
		{"tie of others", "a|b;c\n", ','},
		{"evenness before number", "a;b,c,d\n1;2\n3;4\n", ';'},
		{"number", "a;b;c,d\n", ';'},
		{"quoted commas", "\"a,b,c,d\";e\n\"1,\n,,\";2\n", ';'},
		{"quote inside a cell", "a\"x;b;c\n1;2;3\n", ';'},
		{"ragged semicolons", "a;b;c\n1;2\n", ';'},
		{"torn last record", "a;b,c\n1;2,3\n4", ','},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect([]byte(tt.in), true); got != tt.want {
				t.Errorf("detect(%q) = %q; want %q", tt.in, got, tt.want)
			}
		})
	}
	long := "a;b\n" + strings.Repeat("1;2\n", 3) + "1"
	if got := countDelimiters([]byte(long), ';', false); len(got) != 4 {
		t.Errorf("countDelimiters counted %v; want the torn record left out", got)
	}
	wide := strings.Repeat("x", sampleSize) + ",email\n,a@b.example\n"
	if r, err := NewReader(strings.NewReader(wide), Options{}); err != nil || len(r.Columns()) != 2 {
		t.Errorf("a header longer than the sample: %.80v; want it to be read with commas", err)
	}
}
